"""Keeping the list of steps, and which intentions are the latest; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import records, scopes
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.records import Opened
from journal.core.state import State, change_state, read_state
from journal.features.preparation import preparation
from journal.features.preparation.preparation import Preparation, id_in

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


def latest(db: Session, keyring: Keyring) -> dict[UUID, str]:
    """Return the ids of the latest intentions, each with its session; it opens none of them."""
    return {UUID(text): of for text, of in read_state(db, keyring).get(STATE, {}).items()}


def note(db: Session, keyring: Keyring, record_id: UUID, session: str | None) -> None:
    """Keep the list of the latest: finding them must not open every private record."""
    if read_state(db, keyring).get(STATE, {}).get(record_id.hex) == session:
        return

    def noted(state: State) -> None:
        listed = state.setdefault(STATE, {})
        listed.pop(record_id.hex, None)
        if session is not None:
            listed[record_id.hex] = session
        for text in [*listed][:-MOST_KEPT]:
            del listed[text]

    change_state(db, keyring, noted)
