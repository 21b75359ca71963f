"""Writing, changing and deleting what stays; the route commits."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import consent, records, shares
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.records import Opened
from journal.features.integration import practising
from journal.features.integration.forms import PieceForm
from journal.features.integration.pieces import AFTER_EFFECTS, Piece
from journal.features.integration.sorts import SORTS, Sort
from journal.web import due, soft_window
from journal.web.standing import standing

CHECKS = ("after-effects-1", "after-effects-3")  # the names of their ties, never to be changed


class Saved(NamedTuple):
    """What was saved, and whether a wider audience was put off."""

    opened: Opened
    put_off: bool


def piece_of(db: Session, keyring: Keyring, form: PieceForm, now: datetime) -> Piece:
    """Return what the form says, after the session that it is written after."""
    there = standing(db, keyring, now)
    return form.piece(there.held, there.day)


def write(db: Session, keyring: Keyring, sort: Sort, form: PieceForm, *, now: datetime) -> Opened:
    """Write what the form says; the same form sent again returns what is there.

    StaleVersion when its id holds other words, NotFound("deleted") when they were deleted since.
    """
    begin_write(db, keyring.account_id)
    content = piece_of(db, keyring, form, now).dump()
    kept = records.write(
        db,
        keyring,
        record_id=form.client_id.data,
        kind=sort.name,
        scope=form.audience.data,
        content=content,
        occurred_at=now,
        now=now,
    )
    if kept.kind != sort.name:
        raise NotFound("another kind")
    if kept.binned is not None:
        raise NotFound("deleted")
    if (kept.content, kept.scope) != (content, form.audience.data):
        raise StaleVersion(kept)
    practising.keep(db, keyring)
    if sort.name == AFTER_EFFECTS:
        _settle_checks(db, keyring, now)
    return kept


def change(
    db: Session, keyring: Keyring, before: Opened, form: PieceForm, *, now: datetime
) -> Saved:
    """Save it over the version that was shown; StaleVersion when it has moved on."""
    begin_write(db, keyring.account_id)
    said = SORTS[before.kind].load(before.content)
    content = form.piece(getattr(said, "session", 0), getattr(said, "day", None)).dump()
    scope = soft_window.scope_now(db, keyring, before, form.audience.data, now)
    changed = records.edit(
        db,
        keyring,
        record_id=before.id,
        version=form.version.data or 0,
        content=content,
        occurred_at=before.occurred_at,
        scope=scope,
        now=now,
    )
    practising.keep(db, keyring)
    return Saved(changed, scope != form.audience.data)


def delete(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Delete one, with its way back; deleting it twice is deleting it once."""
    records.remove(db, keyring, record_id, now=now, kind=_kind(db, keyring, record_id))
    practising.keep(db, keyring)


def restore(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Undo a deletion; NotFound when it is too late, or none of ours."""
    if records.restore(db, keyring, record_id, now=now).kind not in SORTS:
        raise NotFound("another kind")
    practising.keep(db, keyring)


def share(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime) -> None:
    """Let one living grant read one of them."""
    begin_write(db, keyring.account_id)
    opened(db, keyring, record_id)
    shares.share(db, keyring, grant_id, record_id, now=now)
    soft_window.settle(db, keyring, soft_window.SHARE, grant=str(grant_id), record=str(record_id))


def unshare(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime
) -> None:
    """End a share; ending what has ended changes nothing. NotFound for no grant of one's own."""
    begin_write(db, keyring.account_id)
    opened(db, keyring, record_id)
    consent.one_grant(db, keyring, grant_id, now=now)
    if grant_id in shares.grants_of(db, keyring, record_id):
        shares.unshare(db, keyring, grant_id, record_id, now=now)


def opened(db: Session, keyring: Keyring, record_id: UUID) -> Opened:
    """Return one of ours; NotFound for anything else."""
    found = records.open_as_owner(db, keyring, record_id)
    if found.kind not in SORTS:
        raise NotFound("another kind")
    return found


def _kind(db: Session, keyring: Keyring, record_id: UUID) -> str | None:
    """Return the kind of one of ours; None where it was deleted already."""
    try:
        return opened(db, keyring, record_id).kind
    except NotFound as error:
        if error.reason != "deleted":
            raise
        return None


def _settle_checks(db: Session, keyring: Keyring, now: datetime) -> None:
    """A check answers whichever of the two is due."""
    found, _coming = due.now_and_next(db, keyring, now)
    for item in found:
        if item.occurrence.key.tie in CHECKS:
            due.mark(db, keyring, item.occurrence.key)
