"""A patient's answers: put aside, given to be read, changed, deleted; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import records, scopes
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.records import Opened
from journal.features.screening.screening import (
    DRAFT_SCOPE,
    KIND,
    SCOPE,
    Screening,
    id_in,
)


def own_id(db: Session, keyring: Keyring) -> UUID:
    """Return the id of this patient's screening."""
    return id_in(scopes.id_of(db, keyring, SCOPE))


def find(db: Session, keyring: Keyring) -> Opened | None:
    """Return the screening as it lies there, None where there is none or it was deleted."""
    try:
        return records.open_as_owner(db, keyring, own_id(db, keyring), kind=KIND)
    except NotFound:
        return None


def save(db: Session, keyring: Keyring, said: Screening, version: int, *, now: datetime) -> Opened:
    """Keep the answers over `version` (0 for none yet); the same again changes nothing.

    What is half said is nobody else's: it lies in the private scope until it is finished, and
    what is finished stays so. StaleVersion when something else was saved meanwhile.
    """
    begin_write(db, keyring.account_id)
    there = find(db, keyring)
    if there is None:
        return _write(db, keyring, said, now)
    before = Screening.load(there.content)
    said = Screening(said.answers, said.notes, said.done or before.done)
    if before == said:
        return there
    return _over(db, keyring, there, version, said, now)


def delete(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """Delete the answers, with a day to undo; NotFound when there are none."""
    records.remove(db, keyring, own_id(db, keyring), now=now, kind=KIND)


def bring_back(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """Undo within a day; NotFound when there is nothing, or too late."""
    records.restore(db, keyring, own_id(db, keyring), now=now, kind=KIND)


def _write(db: Session, keyring: Keyring, said: Screening, now: datetime) -> Opened:
    record_id = own_id(db, keyring)
    written = records.write(
        db,
        keyring,
        record_id=record_id,
        kind=KIND,
        scope=SCOPE if said.done else DRAFT_SCOPE,
        content=said.dump(),
        occurred_at=now,
        now=now,
    )
    if written.binned is None:
        return written
    # Answers anew within the day in which the deleted ones could be brought back.
    back = records.restore(db, keyring, record_id, now=now, kind=KIND)
    return _over(db, keyring, back, back.version, said, now)


def _over(
    db: Session, keyring: Keyring, there: Opened, version: int, said: Screening, now: datetime
) -> Opened:
    if version != there.version:
        raise StaleVersion(there)
    return records.edit(
        db,
        keyring,
        record_id=there.id,
        version=version,
        content=said.dump(),
        occurred_at=now,
        now=now,
        scope=SCOPE if said.done else DRAFT_SCOPE,
    )
