"""What an export reads: little at a time, each time in a short transaction of its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal.core import (
    access_log,
    accounts,
    consent,
    covering,
    invitations,
    pins,
    receipts,
    state,
)
from journal.core.access_log import Event
from journal.core.keyring import Keyring
from journal.core.models import Grant, Receipt, Record
from journal.core.records import Opened
from journal.db import Database
from journal.web import kinds

MOST_AT_ONCE = 100  # records
HEAVIEST_AT_ONCE = 1 << 20  # bytes, sealed
Found = TypeVar("Found")
Sizes = list[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class Own:
    """One account's own, read while its export is handed on.

    An answer can take as long as a phone in a tunnel, so no session outlives one read: nothing
    is held open between two, and somebody who hangs up leaves nothing behind.
    """

    database: Database
    keyring: Keyring
    now: datetime

    def read(self, ask: Callable[[Session], Found]) -> Found:
        """Ask one thing in a session of its own."""
        with self.database.session() as db:
            return ask(db)

    def record_sizes(self) -> Sizes:
        """Return the id and sealed bytes of every record, the earliest first.

        Ids taken once, where pages would be lost if the order were spread anew meanwhile.
        """
        owner = self.keyring.account_id
        wanted = (
            select(Record.id, func.length(Record.body))
            .where(Record.account_id == owner)
            .order_by(Record.position, Record.id)
        )
        return self.read(lambda db: [(found, size) for found, size in db.execute(wanted)])

    def opened(self, sizes: Sizes) -> Iterator[Opened]:
        """Yield these records in order, those deleted meanwhile left out.

        One that does not open is asked for once more: its key may have been replaced between the
        two reads.
        """
        for some in batches(sizes):
            found = self._several(some)
            if closed := [one.id for one in found.values() if not one.readable]:
                found |= self._several(closed)
            yield from (found[record_id] for record_id in some if record_id in found)

    def documents(self, record: Opened) -> Mapping[str, Mapping[str, Any]]:
        """Return a record's files for other programs, by the ending of their names."""
        try:
            make = kinds.kind(record.kind).documents
        except KeyError:
            return {}  # a kind that no feature registers any more
        return {} if make is None else self.read(lambda db: make(db, record))

    def receipt_ids(self) -> list[tuple[int, UUID]]:
        """Return number and id of every consent receipt, the first first."""
        wanted = select(Receipt.n, Receipt.id).where(Receipt.account_id == self.keyring.account_id)
        return self.read(lambda db: sorted((n, found) for n, found in db.execute(wanted)))

    def receipt(self, receipt_id: UUID) -> bytes:
        """Return one receipt as `verify-receipt` takes it; Damaged when it does not open."""
        return self.read(lambda db: receipts.document(db, self.keyring, receipt_id))

    def events(self) -> list[Event]:
        """Return the access log, the earliest first."""
        found = self.read(lambda db: access_log.events(db, self.keyring, now=self.now))
        return found[::-1]

    def profile(self) -> dict[str, Any]:
        """Return what the account knows of its person."""
        known = self.read(lambda db: accounts.profile(db, self.keyring))
        # What receipts rest on: verify-receipt --key compares it.
        key = {"signing_key": self.keyring.identity.root_public.hex()}
        return {
            "account": str(self.keyring.account_id),
            "role": self.keyring.role,
            "name": known.name,
            "email": known.email,
            "zone": known.zone,
            "idle_minutes": known.idle_minutes,
        } | (key if self.keyring.role == "patient" else {})

    def sharing(self) -> list[dict[str, Any]]:
        """Return who may read what, those whose part is over included."""
        return self.read(self._sharing)

    def grant_ids(self) -> list[UUID]:
        """Return the id of every grant, those included that do not open and are not in sharing."""
        wanted = select(Grant.id).where(Grant.account_id == self.keyring.account_id)
        return self.read(lambda db: sorted(db.scalars(wanted)))

    def patients(self) -> list[dict[str, Any]]:
        """Return what a therapist herself noted of each patient: no name and no word of theirs."""
        kept = self.read(lambda db: state.read_state(db, self.keyring))
        seen = kept.get("seen", {})
        return [
            {
                "grant": grant_id,
                "label": pin["label"],
                "safety_code": pin["code"],
                "seen_marks": seen.get(grant_id, ""),
            }
            for grant_id, pin in sorted(kept.get("patients", {}).items())
        ]

    def invitations(self) -> list[dict[str, Any]]:
        """Return the invitations that wait, without their links: those still let somebody in."""
        waiting = self.read(lambda db: invitations.waiting(db, self.keyring, now=self.now))
        return [
            {
                "id": str(one.id),
                "label": one.label,
                "safety_code": one.safety_code,
                "expires_at": one.expires_at.isoformat(),
            }
            for one in sorted(waiting, key=lambda one: (one.expires_at, one.id))
        ]

    def _several(self, record_ids: list[UUID]) -> dict[UUID, Opened]:
        return self.read(lambda db: covering.several(db, self.keyring, record_ids))

    def _sharing(self, db: Session) -> list[dict[str, Any]]:
        alone = covering.shared_singly(db, self.keyring)
        pinned = pins.read(state.read_state(db, self.keyring))
        return [
            {
                "grant": str(grant.id),
                "therapist": grant.reader_name,
                "status": grant.status,
                "scopes": [
                    {"name": name, "since": None if since is None else since.isoformat()}
                    for name, since in grant.scopes.items()
                ],
                "until": None if grant.not_after is None else grant.not_after.isoformat(),
                "safety_code": grant.safety_code,
                **_key_changes(pinned.get(grant.id)),
                "changed_at": grant.changed_at.isoformat(),
                "single_records": sorted(map(str, alone.get(grant.id, ()))),
            }
            for grant in consent.all_grants(db, self.keyring, now=self.now)
        ]


def _key_changes(pin: pins.Pin | None) -> dict[str, Any]:
    """Return when a therapist announced new keys, and whether the code was compared since."""
    former = pin.former if pin else ()
    return {
        "key_changes": [datetime.fromtimestamp(one.until, UTC).isoformat() for one in former],
        "compared_since": pin.met if pin and former else None,
    }


def batches(sizes: Sizes) -> Iterator[list[UUID]]:
    """Yield ids in order, few enough together to be opened in little memory."""
    some: list[UUID] = []
    weight = 0
    for record_id, size in sizes:
        if some and (len(some) == MOST_AT_ONCE or weight + size > HEAVIEST_AT_ONCE):
            yield some
            some, weight = [], 0
        some.append(record_id)
        weight += size
    if some:
        yield some
