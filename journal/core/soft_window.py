"""The day after a medicine session, in which nothing is given away and nothing lost for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from journal.core.state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.state import State

LASTS = timedelta(hours=24)
KEPT = "soft-windows"


def keep(state: State, sessions: Iterable[tuple[datetime, datetime]], *, now: datetime) -> None:
    """Note in the sealed state when sessions begin and end; those long over are left out.

    A planned session counts by its plan: it opens a window though nobody has recorded it yet.
    """
    spans = [
        (int(begins.timestamp()), int((ends + LASTS).timestamp())) for begins, ends in sessions
    ]
    state[KEPT] = [list(span) for span in spans if span[1] > now.timestamp()]


def open_until(db: Session, keyring: Keyring, now: datetime) -> datetime | None:
    """When the window ends in which this moment lies, None outside any."""
    spans = read_state(db, keyring).get(KEPT, ())
    ends = [end for begin, end in spans if begin <= now.timestamp() < end]
    return datetime.fromtimestamp(max(ends), UTC) if ends else None
