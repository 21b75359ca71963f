"""Deleting with undo: a deleted record waits under a scope's key that no reader ever has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from journal.core import owning, rows, scopes, shares, soft_window
from journal.core.errors import NotFound
from journal.core.locking import begin_write
from journal.core.state import change_state, read_state

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.opened import Opened
    from journal.core.sealing import SealedRecord

UNDO_FOR = timedelta(hours=24)


class Binned(NamedTuple):
    """A deleted record, and until when deleting it can be undone."""

    opened: Opened
    until: datetime


def remove(
    db: Session, keyring: Keyring, record_id: UUID, *, now: datetime, kind: str | None = None
) -> None:
    """Delete: sealed under a key no reader holds at once, erased after a day.

    In the soft window after a medicine session that day begins when the window ends. Deleting
    what is deleted already changes nothing. NotFound when there is none, or none of that kind.
    """
    begin_write(db, keyring.account_id)
    row, opened = _row(db, keyring, record_id, kind)
    if opened.binned is not None:
        return
    until = int(undo_until(db, keyring, now).timestamp())
    binned = {
        "scope": opened.scope,
        "stratum": row.stratum,
        "shares": [str(grant_id) for grant_id in shares.grants_of(db, keyring, record_id)],
        "until": until,
    }
    unread = scopes.PRIVATE if keyring.role == "patient" else scopes.CLINICAL
    place = scopes.current(db, keyring, scopes.id_of(db, keyring, unread))
    owning.move(db, keyring, row, opened, place, binned=binned)
    shares.drop(db, keyring, record_id)
    change_state(
        db, keyring, lambda state: state.setdefault("bin", {}).update({str(record_id): until})
    )


def restore(
    db: Session, keyring: Keyring, record_id: UUID, *, now: datetime, kind: str | None = None
) -> Opened:
    """Undo: back to its scope, its stratum and the shares that are still alive.

    NotFound when there is none, or none of that kind, or after a day.
    """
    begin_write(db, keyring.account_id)
    row, opened = _row(db, keyring, record_id, kind)
    if opened.binned is None:
        return opened
    if opened.binned["until"] <= now.timestamp():
        raise NotFound("deleted")
    scope_id = scopes.id_of(db, keyring, opened.binned["scope"])
    home = scopes.current(db, keyring, scope_id, opened.binned["stratum"])
    content_key = owning.move(db, keyring, row, opened, home, binned=None)
    for grant_id in opened.binned["shares"]:
        shares.wrap(db, keyring, UUID(grant_id), record_id, row.version + 1, content_key, now=now)
    change_state(db, keyring, lambda state: state.get("bin", {}).pop(str(record_id), None))
    return owning.open_as_owner(db, keyring, record_id)


def waiting(
    db: Session, keyring: Keyring, *, kinds: Collection[str], now: datetime
) -> list[Binned]:
    """Return what can still be brought back of these kinds, the latest deleted first."""
    found = []
    for text, until in read_state(db, keyring).get("bin", {}).items():
        row = rows.one(db, keyring.account_id, UUID(text)) if until > now.timestamp() else None
        opened = None if row is None else _opened(db, keyring, row)
        if opened is not None and opened.binned is not None and opened.kind in kinds:
            found.append(Binned(opened, datetime.fromtimestamp(until, UTC)))
    return sorted(found, key=lambda one: one.until, reverse=True)


def empty(db: Session, keyring: Keyring, *, now: datetime) -> int:
    """Erase what was deleted more than a day ago; how many records that were."""
    waiting = read_state(db, keyring).get("bin", {})
    due = [UUID(text) for text, until in waiting.items() if until <= now.timestamp()]
    if not due:
        return 0
    begin_write(db, keyring.account_id)
    for record_id in due:
        row = rows.one(db, keyring.account_id, record_id)
        opened = None if row is None else _opened(db, keyring, row)
        # Erased for good and written again under its id, it is not what was deleted.
        if row is not None and (opened is None or opened.binned is not None):
            owning.erase(db, keyring, record_id)
    change_state(
        db, keyring, lambda state: [state["bin"].pop(str(record_id), None) for record_id in due]
    )
    return len(due)


def undo_until(db: Session, keyring: Keyring, now: datetime) -> datetime:
    """Until when what is deleted at this moment can be brought back."""
    return (soft_window.open_until(db, keyring, now) or now) + UNDO_FOR


def _opened(db: Session, keyring: Keyring, row: SealedRecord) -> Opened | None:
    # One that does not open can't be brought back either.
    try:
        return owning.open_row(db, keyring, row)
    except NotFound:
        return None


def _row(
    db: Session, keyring: Keyring, record_id: UUID, kind: str | None
) -> tuple[SealedRecord, Opened]:
    row = rows.one(db, keyring.account_id, record_id)
    if row is None:
        raise NotFound
    opened = owning.open_row(db, keyring, row)
    if kind is not None and opened.kind != kind:
        raise NotFound
    return row, opened
