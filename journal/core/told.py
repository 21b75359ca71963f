"""What a therapist told a patient by a copy: it may be shared with her, and is no news to her."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal.core import seen_marks
from journal.core.state import change_state

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.state import State

KEPT = "told"
AT_MOST = 100


def note(db: Session, keyring: Keyring, grant_id: UUID, copy: UUID) -> None:
    """Keep that she sent this copy, or sent it anew; the caller commits.

    Of a grant the hundred that were sent last: of what waits it is all that she may have waiting.
    """
    short = seen_marks.short(copy)

    def change(state: State) -> None:
        before = [one for one in _in_order(state, grant_id) if one != short]
        state.setdefault(KEPT, {})[str(grant_id)] = "".join([*before, short][-AT_MOST:])

    change_state(db, keyring, change)


def marks(state: State, grant_id: UUID) -> set[str]:
    """The beginnings of the ids of the copies she sent under a grant."""
    return set(_in_order(state, grant_id))


def among(state: State, grant_id: UUID, copies: Iterable[UUID]) -> list[UUID]:
    """Those of these copies that she sent under a grant."""
    known = marks(state, grant_id)
    return [one for one in copies if seen_marks.short(one) in known]


def _in_order(state: State, grant_id: UUID) -> list[str]:
    return seen_marks.split(state.get(KEPT, {}).get(str(grant_id), ""))
