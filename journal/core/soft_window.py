"""The day after a medicine session, in which nothing is given away and nothing lost for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from journal.core.state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.state import State

LASTS = timedelta(hours=24)
LONGEST = timedelta(hours=12)
# Of one grant in any seven days: a therapist who plans without end must not keep her patient from
# ever sharing with somebody else.
MOST_IN_A_WEEK, A_WEEK = 3, timedelta(days=7)
KEPT = "soft-windows"


class Span(NamedTuple):
    """One session as a therapist says it was, or is to be; recorded: it has begun."""

    grant: str
    begins: datetime
    ends: datetime
    recorded: bool


def keep(state: State, sessions: Iterable[Span], *, now: datetime) -> None:
    """Note in the sealed state when sessions begin and end; those long over are left out.

    A planned session counts by its plan: it opens a window though nobody has recorded it yet.
    """
    spans = [
        (one.begins.timestamp(), (min(one.ends, one.begins + LONGEST) + LASTS).timestamp())
        for one in _fair(sessions)
    ]
    state[KEPT] = [[int(begin), int(end)] for begin, end in spans if end > now.timestamp()]


def _fair(sessions: Iterable[Span]) -> list[Span]:
    """Leave out what is beyond a grant's share; what took place comes before what is planned."""
    counted: list[Span] = []
    for one in sorted(sessions, key=lambda one: (not one.recorded, one.begins)):
        beside = [
            other
            for other in counted
            if other.grant == one.grant and abs(other.begins - one.begins) < A_WEEK
        ]
        if len(beside) < MOST_IN_A_WEEK:
            counted.append(one)
    return counted


def open_until(db: Session, keyring: Keyring, now: datetime) -> datetime | None:
    """When the window ends in which this moment lies, None outside any."""
    spans = read_state(db, keyring).get(KEPT, ())
    ends = [end for begin, end in spans if begin <= now.timestamp() < end]
    return datetime.fromtimestamp(max(ends), UTC) if ends else None
