"""The access log of a patient: append-only, sealed for the two of them, signed by the reader."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select

from journal.core import grants, heads, reader_keys, sealed_log
from journal.core.locking import begin_write
from journal.core.models import AccessEvent
from journal.core.sealed_log import NAMESPACE, Event, Glimpse, LogTarget, SealedLog
from journal.crypto import chain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.grants import HeldGrant
    from journal.core.keyring import Keyring

__all__ = ["NAMESPACE", "Event", "LogTarget", "SealedLog"]
FIELDS: dict[str, set[str]] = {
    "listed": {"records"},
    "opened": {"records"},
    "refused": {"reason"},
    "restart": set(),  # a link to a new start was made
    "returned": {"records"},  # given back after one
}


class Line(NamedTuple):
    """One line of a patient's log, not yet verified: what it says, and where it stands."""

    glimpse: Glimpse
    log: SealedLog
    place: int

    def event(self) -> Event:
        return self.log.event(self.place)


def append(
    db: Session,
    reader: Keyring,
    target: LogTarget,
    name: str,
    *,
    now: datetime,
    scopes: Collection[UUID] = (),
    **fields: Any,
) -> None:
    """Append an event; ValueError unless its fields are exactly those of its name.

    `scopes` are those its records lie in: marks, for finding it again. The caller commits
    before anything is revealed.
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
    n, previous = (last.n, last.link) if last else (0, chain.GENESIS)
    # Lines that were cut off since she wrote them leave a hole: their numbers come no second time.
    n = max(n, heads.last_written(db, reader, target.grant_id)) + 1
    members = {
        "event": name,
        "at": int(now.timestamp()),
        "n": n,
        "previous": previous.hex(),
        "reader": str(reader.account_id),
        **fields,
    }
    about = [*map(UUID, fields.get("records", ())), *scopes]
    line = sealed_log.seal(reader, target, members, previous, about)
    db.execute(
        insert(AccessEvent).values(
            account_id=target.patient_id, grant_id=target.grant_id, **line._asdict()
        )
    )


def logs(
    db: Session, keyring: Keyring, *, now: datetime, held: Collection[HeldGrant] | None = None
) -> dict[UUID, SealedLog]:
    """The log of each grant of this patient, by grant; nothing of it is opened.

    `held`: all her grants, where the caller has them already.
    """
    # As the announcements lead on: her new key signs before the patient has taken note of it.
    looked = reader_keys.look(db, keyring)
    found: dict[UUID, SealedLog] = {}
    for grant in grants.all_held(db, keyring, now=now) if held is None else held:
        reader = looked[grant.id].pin if grant.id in looked else None
        target = LogTarget(grant.id, grant.patient_id, grant.key)
        found[grant.id] = sealed_log.read(db, target, reader, grant.names.reader)
    return found


def lines(logs: Collection[SealedLog]) -> Iterator[Line]:
    """The lines of several logs, newest first, each opened when it is reached."""

    def of(log: SealedLog) -> Iterator[Line]:
        return (Line(log.peek(place), log, place) for place in log.newest_first())

    return merge(*map(of, logs), key=lambda line: line.glimpse.at, reverse=True)


def events(
    db: Session,
    keyring: Keyring,
    *,
    now: datetime,
    record_id: UUID | None = None,
    names: Sequence[str] = ("opened", "listed"),
    limit: int | None = None,
    held: Collection[HeldGrant] | None = None,
) -> list[Event]:
    """What readers saw of this patient, the newest first; of one record if it is named.

    For one record only lines of these names that are marked with it are opened.
    """
    found: list[Event] = []
    for log in logs(db, keyring, now=now, held=held).values():
        places = set(log.newest_first())
        if record_id is not None:
            places = {place for name in names for place in log.about(name, record_id)}
        found += [log.event(place) for place in sorted(places, reverse=True)]
    if record_id is not None:
        found = [event for event in found if record_id in event.records and event.name in names]
    return sorted(found, key=lambda event: event.at, reverse=True)[:limit]


def as_texts(records: Sequence[UUID]) -> list[str]:
    return [str(record_id) for record_id in records]
