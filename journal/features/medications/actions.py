"""Writing, changing and deleting what is noted here; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import bin as undo
from journal.core import records
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.records import Opened
from journal.features.medications import checking
from journal.features.medications.forms import PieceForm
from journal.features.medications.pieces import CHECK, SCOPE
from journal.features.medications.sorts import SORTS, Sort


def write(db: Session, keyring: Keyring, sort: Sort, form: PieceForm, *, now: datetime) -> Opened:
    """Write what the form says; the same form sent again returns what is there.

    StaleVersion when its id holds other words, NotFound("deleted") when they were deleted since.
    """
    begin_write(db, keyring.account_id)
    content, at = form.piece().dump(), form.moment(now, None)
    kept = records.write(
        db,
        keyring,
        record_id=form.client_id.data,
        kind=sort.name,
        scope=SCOPE,
        content=content,
        occurred_at=at,
        now=now,
    )
    if kept.kind != sort.name:
        raise NotFound("another kind")
    if kept.binned is not None:
        raise NotFound("deleted")
    if kept.content != content or (form.says_when and kept.occurred_at != at):
        raise StaleVersion(kept)
    if sort.name == CHECK:
        checking.settle(db, keyring, now)
    return kept


def change(
    db: Session, keyring: Keyring, before: Opened, form: PieceForm, *, now: datetime
) -> Opened:
    """Save it over the version that was shown; StaleVersion when it has moved on."""
    return records.edit(
        db,
        keyring,
        record_id=before.id,
        version=form.version.data or 0,
        content=form.piece().dump(),
        occurred_at=form.moment(now, before),
        now=now,
    )


def delete(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> str | None:
    """Delete one, with its way back, and return its kind; twice is once, with None."""
    try:
        kind = opened(db, keyring, record_id).kind
    except NotFound as error:
        if error.reason != "deleted":
            raise
        return None
    records.remove(db, keyring, record_id, now=now, kind=kind)
    return kind


def restore(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> Opened:
    """Undo a deletion; NotFound when it is too late, or none of ours."""
    back = records.restore(db, keyring, record_id, now=now)
    if back.kind not in SORTS:
        raise NotFound("another kind")
    return back


def opened(db: Session, keyring: Keyring, record_id: UUID) -> Opened:
    """Return one of ours; NotFound for anything else."""
    found = records.open_as_owner(db, keyring, record_id)
    if found.kind not in SORTS:
        raise NotFound("another kind")
    return found


def kind_in_bin(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> str:
    """Return the kind of one of ours that can still be brought back, "" for anything else."""
    waiting = undo.waiting(db, keyring, kinds=SORTS.keys(), now=now)
    return next((one.opened.kind for one in waiting if one.opened.id == record_id), "")
