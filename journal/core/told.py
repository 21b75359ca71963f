"""What a therapist told a patient by a copy: it may be shared with her, and is no news to her."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal.core.state import change_state

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.state import State

KEPT = "told"
AT_MOST = 100
SHORT = 6  # hexadecimal digits of an id


def note(db: Session, keyring: Keyring, grant_id: UUID, copy: UUID) -> None:
    """Keep that this copy is her own word, the latest hundred of a grant; the caller commits."""
    short = copy.hex[:SHORT]

    def change(state: State) -> None:
        under = state.setdefault(KEPT, {})
        under[str(grant_id)] = (under.get(str(grant_id), "") + short)[-AT_MOST * SHORT :]

    change_state(db, keyring, change)


def marks(state: State, grant_id: UUID) -> set[str]:
    """The beginnings of the ids of the copies she sent under a grant."""
    kept = state.get(KEPT, {}).get(str(grant_id), "")
    return {kept[at : at + SHORT] for at in range(0, len(kept), SHORT)}
