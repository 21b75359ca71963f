"""The access log of a grant: append-only, sealed for the two of them, signed by the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import insert, select

from journal.core import grants
from journal.core.locking import begin_write
from journal.core.models import AccessEvent
from journal.core.state import read_state
from journal.crypto import canonical, certificate, chain, envelope, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.grant import derive_log_key
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

NAMESPACE = "access event"
FIELDS = {"listed": {"records"}, "opened": {"records"}, "refused": {"reason"}}


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody saw something; `genuine` is False where signature or chain is broken.

    One that does not open at all is named `unreadable`, at the time of the one before it.
    """

    name: str
    at: datetime
    grant_id: UUID
    reader_name: str
    records: tuple[UUID, ...]
    genuine: bool


@dataclass(frozen=True, slots=True, repr=False)
class LogTarget:
    """The grant whose log is written, as its reader holds it."""

    grant_id: UUID
    patient_id: UUID
    key: bytes


def append(
    db: Session,
    reader: Keyring,
    target: LogTarget,
    name: str,
    *,
    now: datetime,
    **fields: Any,
) -> None:
    """Append an event; ValueError unless its fields are exactly those of its name.

    The caller commits before anything is revealed.
    """
    if FIELDS[name] != set(fields):
        raise ValueError(f"an event {name!r} has the fields {sorted(FIELDS[name])}")
    begin_write(db, target.patient_id)
    last = db.execute(
        select(AccessEvent.n, AccessEvent.link)
        .where(
            AccessEvent.account_id == target.patient_id,
            AccessEvent.grant_id == target.grant_id,
        )
        .order_by(AccessEvent.n.desc())
        .limit(1)
    ).first()
    n, previous = (last.n + 1, last.link) if last else (1, chain.GENESIS)
    members = {
        "event": name,
        "at": int(now.timestamp()),
        "n": n,
        "previous": previous.hex(),
        "reader": str(reader.account_id),
        **fields,
    }
    sealed = _seal(reader, target, n, members)
    db.execute(
        insert(AccessEvent).values(
            account_id=target.patient_id,
            grant_id=target.grant_id,
            n=n,
            sealed=sealed,
            link=chain.link(previous, sealed, NAMESPACE),
        )
    )


def events(
    db: Session,
    keyring: Keyring,
    *,
    now: datetime,
    record_id: UUID | None = None,
    limit: int | None = None,
) -> list[Event]:
    """What readers saw of this patient, the newest first; of one record if it is named."""
    pins = read_state(db, keyring).get("pins", {})
    found: list[Event] = []
    for grant in grants.all_held(db, keyring, now=now):
        pin = pins.get(str(grant.id))
        reader = PublicIdentity.decode(bytes.fromhex(pin["reader"])) if pin else None
        found.extend(_events_of(db, grant, reader))
    wanted = [event for event in found if record_id is None or record_id in event.records]
    wanted.sort(key=lambda event: event.at, reverse=True)
    return wanted[:limit]


def _events_of(db: Session, grant: grants.HeldGrant, reader: PublicIdentity | None) -> list[Event]:
    rows = db.execute(
        select(AccessEvent.n, AccessEvent.sealed, AccessEvent.link)
        .where(AccessEvent.account_id == grant.patient_id, AccessEvent.grant_id == grant.id)
        .order_by(AccessEvent.n)
    ).all()
    target = LogTarget(grant.id, grant.patient_id, grant.key)
    opened: list[Event] = []
    previous = chain.GENESIS
    for expected, row in enumerate(rows, start=1):
        unbroken = row.n == expected and row.link == chain.link(previous, row.sealed, NAMESPACE)
        previous = row.link
        event = _open(target, reader, row.n, row.sealed, grant.names.reader, unbroken=unbroken)
        opened.append(event or _unreadable(target, grant.names.reader, opened))
    return opened


def _unreadable(target: LogTarget, reader_name: str, before: Sequence[Event]) -> Event:
    """A gap in the log, told as one: placed at the time of the event before it."""
    at = before[-1].at if before else datetime.fromtimestamp(0, UTC)
    return Event("unreadable", at, target.grant_id, reader_name, (), genuine=False)


def _seal(reader: Keyring, target: LogTarget, n: int, members: dict[str, Any]) -> bytes:
    signature = primitives.sign(reader.signer.seed, NAMESPACE, canonical.dumps(members))
    document = {
        "event": members,
        "signature": signature.hex(),
        "certificate": reader.signer.certificate.hex(),
    }
    plaintext = envelope.pad(canonical.dumps(document), 1024)
    return envelope.seal(derive_log_key(target.key), plaintext, _context(target, n))


def _open(
    target: LogTarget,
    reader: PublicIdentity | None,
    n: int,
    sealed: bytes,
    reader_name: str,
    *,
    unbroken: bool,
) -> Event | None:
    try:
        opened = envelope.open_(derive_log_key(target.key), sealed, _context(target, n))
        document = canonical.loads(envelope.unpad(opened))
    except CryptoError:
        return None
    members = document["event"]
    return Event(
        members["event"],
        datetime.fromtimestamp(members["at"], UTC),
        target.grant_id,
        reader_name,
        tuple(UUID(text) for text in members.get("records", ())),
        unbroken and _signed(document, reader),
    )


def _signed(document: dict[str, Any], reader: PublicIdentity | None) -> bool:
    """Whether the pinned reader signed; a session's certificate must hold at the event's time."""
    if reader is None:
        return False
    members = document["event"]
    try:
        session = certificate.verify(
            bytes.fromhex(document["certificate"]),
            root_public=reader.root_public,
            account=reader.account,
            at=members["at"],
        )
        signature = bytes.fromhex(document["signature"])
        primitives.verify(session, NAMESPACE, canonical.dumps(members), signature)
    except CryptoError:
        return False
    return True


def _context(target: LogTarget, n: int) -> Context:
    return context(Label.ACCESS_EVENT, owner=target.patient_id, object=target.grant_id, version=n)


def as_texts(records: Sequence[UUID]) -> list[str]:
    return [str(record_id) for record_id in records]
