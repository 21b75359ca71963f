"""Writing, changing and deleting a piece; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import bin as undo
from journal.core import records
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.opened import Opened
from journal.web import copies, soft_window
from journal.web.pieces.sorts import Deed, Form, Pieces, Sort


def opened(db: Session, keyring: Keyring, pieces: Pieces[Form], record_id: UUID) -> Opened:
    """Return one of these; NotFound for anything else."""
    found = records.open_as_owner(db, keyring, record_id)
    pieces.sort_of(found.kind)
    return found


def write(
    db: Session,
    keyring: Keyring,
    pieces: Pieces[Form],
    sort: Sort[Form],
    form: Form,
    *,
    now: datetime,
) -> Opened:
    """Write what the form says; the same form sent again returns what is there.

    StaleVersion when its id holds other words, NotFound("deleted") when they were deleted since.
    """
    begin_write(db, keyring.account_id)
    content = pieces.content(db, keyring, form, None, now)
    at = form.moment(now, None)
    kept = records.write(
        db,
        keyring,
        record_id=form.client_id.data,
        kind=sort.name,
        scope=form.scope,
        content=content,
        occurred_at=at,
        now=now,
    )
    if kept.kind != sort.name:
        raise NotFound("another kind")
    if kept.binned is not None:
        raise NotFound("deleted")
    moved = form.says_when and kept.occurred_at != at
    if moved or (kept.content, kept.scope) != (content, form.scope):
        raise StaleVersion(kept)
    pieces.after(db, keyring, Deed.WRITTEN, kept, now)
    return kept


def change(
    db: Session,
    keyring: Keyring,
    pieces: Pieces[Form],
    before: Opened,
    form: Form,
    *,
    now: datetime,
) -> Opened:
    """Save it over the version that was shown; StaleVersion when it has moved on.

    On the day after a session its words are saved, and a wider audience waits.
    """
    if form.scope != before.scope:
        # A session that was recorded while the page stood open counts; taking it in commits.
        copies.take_in(db, keyring, now)
    begin_write(db, keyring.account_id)
    changed = records.edit(
        db,
        keyring,
        record_id=before.id,
        version=form.version.data or 0,
        content=pieces.content(db, keyring, form, before, now),
        occurred_at=form.moment(now, before),
        scope=soft_window.scope_now(db, keyring, before, form.scope, now),
        now=now,
    )
    pieces.after(db, keyring, Deed.CHANGED, changed, now)
    return changed


def delete(
    db: Session, keyring: Keyring, pieces: Pieces[Form], record_id: UUID, *, now: datetime
) -> Sort[Form]:
    """Delete one, with its way back, and return its sort; deleting it twice is deleting it once."""
    begin_write(db, keyring.account_id)
    try:
        found = opened(db, keyring, pieces, record_id)
    except NotFound as error:
        if error.reason != "deleted":
            raise
        return deleted_sort(db, keyring, pieces, record_id, now=now)
    records.remove(db, keyring, record_id, now=now)
    pieces.after(db, keyring, Deed.DELETED, found, now)
    return pieces.sort_of(found.kind)


def restore(
    db: Session, keyring: Keyring, pieces: Pieces[Form], record_id: UUID, *, now: datetime
) -> Sort[Form]:
    """Undo a deletion, and return its sort; NotFound when it is too late, or none of these."""
    back = records.restore(db, keyring, record_id, now=now)
    sort = pieces.sort_of(back.kind)
    pieces.after(db, keyring, Deed.RESTORED, back, now)
    return sort


def deleted_sort(
    db: Session, keyring: Keyring, pieces: Pieces[Form], record_id: UUID, *, now: datetime
) -> Sort[Form]:
    """Return the sort of one that can still be brought back; NotFound for anything else."""
    waiting = undo.waiting(db, keyring, kinds=pieces.sorts.keys(), now=now)
    kinds = [one.opened.kind for one in waiting if one.opened.id == record_id]
    return pieces.sort_of(kinds[0] if kinds else "")
