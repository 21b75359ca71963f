"""A zone's changes of clock as a calendar states them: by the wall clock that is about to change.

icalendar can make these as well, but puts the changes of spring an hour late.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

_A_DAY, _A_SECOND = timedelta(days=1), timedelta(seconds=1)
NONE = timedelta(0)


class Change(NamedTuple):
    """From a wall time on (naive, by the clock before it) another offset holds, with a name."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def changes(name: str, first: date, days: int) -> Iterator[Change]:
    """Yield how a zone's clock goes at the beginning, and each change within some days."""
    zone = ZoneInfo(name)
    at = datetime.combine(first, time(), UTC) - _A_DAY
    yield _change(at, at, zone)
    for _day in range(days + 2):
        if at.astimezone(zone).utcoffset() != (at + _A_DAY).astimezone(zone).utcoffset():
            found = _between(at, at + _A_DAY, zone)
            yield _change(found - _A_SECOND, found, zone)
        at += _A_DAY


def _between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    old = low.astimezone(zone).utcoffset()
    while high - low > _A_SECOND:
        middle = low + _A_SECOND * ((high - low) // _A_SECOND // 2)
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high


def _change(last: datetime, first: datetime, zone: ZoneInfo) -> Change:
    old, new = last.astimezone(zone), first.astimezone(zone)
    before, after = old.utcoffset() or NONE, new.utcoffset() or NONE
    wall = (first + before).replace(tzinfo=None)
    return Change(wall, before, after, new.tzname() or "", bool(new.dst()))
