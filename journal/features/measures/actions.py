"""Putting a measure aside, finishing it, deleting it; the route commits."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import records, state
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.features.measures.measure import DRAFT_SCOPE, KIND, SCOPE, Measure

UNFINISHED = "unfinished-measures"


class Taken(Exception):
    """This page's id holds finished answers that say something else, or was deleted."""


def save(
    db: Session, keyring: Keyring, record_id: UUID, measure: Measure, *, now: datetime
) -> records.Opened:
    """Write a measure, or over one that is not finished; Taken when a finished one says otherwise.

    What is half said is nobody else's: it lies in the private scope until it is finished, and
    becomes readable by those who share the measures at that moment.
    """
    begin_write(db, keyring.account_id)
    there = find(db, keyring, record_id)
    if there is None:
        written = _write(db, keyring, record_id, measure, now)
    elif not Measure.load(there.content).done:
        written = _write_over(db, keyring, there, measure, now)
    elif there.content == measure.dump():
        return there  # a lost answer: twice is once
    else:
        raise Taken
    _note(db, keyring, record_id, None if measure.done else measure.instrument)
    return written


def find(db: Session, keyring: Keyring, record_id: UUID) -> records.Opened | None:
    """Return what lies under this id; Taken when it was deleted, or is no measure."""
    try:
        opened = records.open_as_owner(db, keyring, record_id)
    except NotFound as error:
        if error.reason == "deleted":
            raise Taken from error
        return None
    if opened.kind != KIND:
        raise NotFound("another kind")
    return opened


def delete(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Delete a measure, with a day to undo; NotFound when there is none."""
    records.remove(db, keyring, record_id, now=now, kind=KIND)
    _note(db, keyring, record_id, None)


def bring_back(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> Measure:
    """Undo within a day; NotFound when there is none, or too late."""
    back = Measure.load(records.restore(db, keyring, record_id, now=now, kind=KIND).content)
    _note(db, keyring, record_id, None if back.done else back.instrument)
    return back


def unfinished(db: Session, keyring: Keyring) -> Mapping[UUID, str]:
    """Return the ids of what is not finished, each with its instrument."""
    found = state.read_state(db, keyring).get(UNFINISHED, {})
    return {UUID(text): instrument for text, instrument in found.items()}


def _write(
    db: Session, keyring: Keyring, record_id: UUID, measure: Measure, now: datetime
) -> records.Opened:
    return records.write(
        db,
        keyring,
        record_id=record_id,
        kind=KIND,
        scope=SCOPE if measure.done else DRAFT_SCOPE,
        content=measure.dump(),
        occurred_at=now,
        now=now,
    )


def _write_over(
    db: Session, keyring: Keyring, there: records.Opened, measure: Measure, now: datetime
) -> records.Opened:
    return records.edit(
        db,
        keyring,
        record_id=there.id,
        version=there.version,
        content=measure.dump(),
        occurred_at=now if measure.done else there.occurred_at,
        now=now,
        scope=SCOPE if measure.done else DRAFT_SCOPE,
    )


def _note(db: Session, keyring: Keyring, record_id: UUID, instrument: str | None) -> None:
    """Keep the list of what is not finished: finding it must not open every private record."""
    text = str(record_id)
    if state.read_state(db, keyring).get(UNFINISHED, {}).get(text) == instrument:
        return

    def change(held: state.State) -> None:
        listed = held.setdefault(UNFINISHED, {})
        listed.pop(text, None)
        if instrument is not None:
            listed[text] = instrument

    state.change_state(db, keyring, change)
