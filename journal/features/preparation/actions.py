"""Keeping the list of steps and intentions; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import records, scopes
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.records import Opened
from journal.core.state import State, change_state, read_state
from journal.features.preparation import intention, preparation
from journal.features.preparation.intention import CARE, PRIVATE, Intention
from journal.features.preparation.preparation import Preparation, id_in
from journal.web import readers, soft_window

STATE = "intentions"
MOST_KEPT = 30
SESSION = "medicine-session"  # the kind of a session's record


def steps(db: Session, keyring: Keyring, session_id: UUID) -> Opened | None:
    """Return the list for one session, None before anything of it was kept."""
    record_id = id_in(scopes.id_of(db, keyring, preparation.SCOPE), session_id)
    try:
        return records.open_as_owner(db, keyring, record_id, kind=preparation.KIND)
    except NotFound:
        return None


def keep_steps(
    db: Session, keyring: Keyring, session_id: UUID, said: Preparation, version: int, now: datetime
) -> None:
    """Keep the list over `version` (0 for none yet); the same again changes nothing.

    StaleVersion when something else was kept meanwhile, NotFound for what is no session of hers.
    """
    begin_write(db, keyring.account_id)
    records.open_as_owner(db, keyring, session_id, kind=SESSION)
    there, content = steps(db, keyring, session_id), said.dump()
    if there is None:
        records.write(
            db,
            keyring,
            record_id=id_in(scopes.id_of(db, keyring, preparation.SCOPE), session_id),
            kind=preparation.KIND,
            scope=preparation.SCOPE,
            content=content,
            occurred_at=now,
            now=now,
        )
    elif there.content != content:
        records.edit(
            db,
            keyring,
            record_id=there.id,
            version=version,
            content=content,
            occurred_at=there.occurred_at,
            now=now,
        )


def write(
    db: Session, keyring: Keyring, record_id: UUID, said: Intention, scope: str, *, now: datetime
) -> Opened:
    """Write an intention; the same again is written once.

    StaleVersion when this id holds other words, NotFound("deleted") when they were deleted.
    """
    begin_write(db, keyring.account_id)
    if said.session:
        records.open_as_owner(db, keyring, UUID(said.session), kind=SESSION)
    kept = records.write(
        db,
        keyring,
        record_id=record_id,
        kind=intention.KIND,
        scope=scope,
        content=said.dump(),
        occurred_at=now,
        now=now,
    )
    if kept.kind != intention.KIND:
        raise NotFound("another kind")
    if kept.binned is not None:
        raise NotFound("deleted")
    if (Intention.load(kept.content), kept.scope) != (said, scope):
        raise StaleVersion(kept)
    _note(db, keyring, record_id, said.session)
    return kept


def change(
    db: Session,
    keyring: Keyring,
    opened: Opened,
    version: int,
    said: Intention,
    scope: str,
    *,
    now: datetime,
) -> Opened:
    """Save an intention over `version`; StaleVersion when it has moved on.

    On the day after a medicine session its words are saved, and it stays one's own.
    """
    begin_write(db, keyring.account_id)
    if (opened.scope, scope) == (PRIVATE, CARE) and not may_widen(db, keyring, now):
        scope = PRIVATE
    return records.edit(
        db,
        keyring,
        record_id=opened.id,
        version=version,
        content=said.dump(),
        occurred_at=opened.occurred_at,
        now=now,
        scope=scope,
    )


def may_widen(db: Session, keyring: Keyring, now: datetime) -> bool:
    """Tell whether others may come to read something just now: nobody, or not in the window."""
    if soft_window.open_until(db, keyring, now) is None:
        return True
    return not readers.of_scope(db, keyring, CARE, now=now)


def delete(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Delete an intention, with a day to undo; NotFound when there is none."""
    records.remove(db, keyring, record_id, now=now, kind=intention.KIND)
    _note(db, keyring, record_id, None)


def bring_back(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Undo within a day; NotFound when there is none, or too late."""
    back = records.restore(db, keyring, record_id, now=now, kind=intention.KIND)
    _note(db, keyring, record_id, Intention.load(back.content).session)


def latest(db: Session, keyring: Keyring) -> dict[UUID, str]:
    """Return the ids of the latest intentions, each with its session; it opens none of them."""
    return {UUID(text): of for text, of in read_state(db, keyring).get(STATE, {}).items()}


def _note(db: Session, keyring: Keyring, record_id: UUID, session: str | None) -> None:
    """Keep the list of the latest: finding them must not open every private record."""
    if read_state(db, keyring).get(STATE, {}).get(record_id.hex) == session:
        return

    def note(state: State) -> None:
        listed = state.setdefault(STATE, {})
        listed.pop(record_id.hex, None)
        if session is not None:
            listed[record_id.hex] = session
        for text in [*listed][:-MOST_KEPT]:
            del listed[text]

    change_state(db, keyring, note)
