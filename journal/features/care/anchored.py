"""What is tied to a medicine session: so many days before or after it, at a wall time, in a zone.

An event is known by its session and its tie and never by its time. So a session that is moved
takes its events along: none is lost, and none that is done comes a second time.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from journal.core.reminder_times import instant_of
from journal.web.due import Key


class WallTime(NamedTuple):
    """A day and a minute of it (0 to 1439) as the clocks of an IANA zone show them."""

    day: date
    minute: int
    zone: str

    @property
    def at(self) -> datetime:
        """Return the instant (UTC); of a time that comes twice the first, after a gap its end."""
        return instant_of(self.day, self.minute, self.zone)


class Tie(NamedTuple):
    """So many days after a session's own day, at a minute of the day.

    zone: where that minute is read; None for wherever the patient is.
    """

    name: str
    days: int
    minute: int
    zone: str | None = None


class Tied(NamedTuple):
    """One event: its local day, and the instant (UTC) at which it comes."""

    day: date
    at: datetime


def tied(sessions: Mapping[UUID, WallTime], ties: Iterable[Tie], *, zone: str) -> dict[Key, Tied]:
    """Return every event of these sessions; zone is the one that the patient is in.

    The day of a session is the one that its own clocks show: a journey does not change it.
    """
    wanted = list(ties)
    return {
        Key(session, tie.name): _tied(when, tie, zone)
        for session, when in sessions.items()
        for tie in wanted
    }


def still_due(events: Mapping[Key, Tied], done: Collection[Key]) -> list[Key]:
    """Return what is not done yet, the earliest first, what should have been before now too."""
    left = [key for key in events if key not in done]
    return sorted(left, key=lambda key: (events[key].at, key))


def days_after(session: WallTime, now: datetime, zone: str) -> int:
    """Return the days since a session by the calendar where the patient is; before it, less."""
    return (now.astimezone(ZoneInfo(zone)).date() - session.day).days


def _tied(session: WallTime, tie: Tie, zone: str) -> Tied:
    day = session.day + timedelta(tie.days)
    return Tied(day, instant_of(day, tie.minute, tie.zone or zone))
