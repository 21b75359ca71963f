"""When a reminder comes: a wall time on chosen weekdays, over changed clocks and in other zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MINUTES_A_DAY = 24 * 60
# Later than this it would only disturb: "in the evening" has become night.
LATE = timedelta(hours=2)
_A_DAY = timedelta(days=1)
# A week has every weekday; two days more for a day that a zone leaves out, or another zone's date.
_AHEAD = 9


@dataclass(frozen=True, slots=True)
class Schedule:
    """`minute` of the local day (0 to 1439), on `days` (0 is Monday), in an IANA `zone`.

    `quiet`: from one minute of the day to another, perhaps past midnight, nothing comes.
    """

    minute: int
    days: frozenset[int]
    zone: str
    quiet: tuple[int, int] | None = None


class Due(NamedTuple):
    """One reminder: the local day it belongs to, and the instant (UTC) at which it comes."""

    day: date
    at: datetime


class Wanted(NamedTuple):
    """A local day on which something is to be told, and the minute of it (0 to 1439)."""

    day: date
    minute: int


def next_due(schedule: Schedule, *, done: date | None, now: datetime) -> Due | None:
    """The first reminder of a day after `done` that is not too late; None without weekdays.

    Each local day has one. Its day, not its instant, tells whether it has come: so an hour that
    comes twice, and a journey to the west, bring it once; a skipped hour, and a journey to the
    east, bring it still.
    """
    first = now.astimezone(ZoneInfo(schedule.zone)).date() - 2 * _A_DAY
    if done is not None:
        first = max(first, done + _A_DAY)
    for due in _from(schedule, first):
        if due.at > now - LATE:
            return due
    return None


def all_wanted(
    schedule: Schedule, wanted: Iterable[Wanted], *, daily: bool, done: date | None, now: datetime
) -> Iterator[Due]:
    """Each of the single days after `done` that is not too late, at most one a day.

    daily: the schedule's own reminder comes too; where it is near, it will do for both.
    """
    for day, minute in sorted(wanted):
        if done is not None and day <= done:
            continue
        near = abs(minute - schedule.minute) <= LATE.total_seconds() // 60
        if daily and near and day.weekday() in schedule.days:
            continue
        at = after_quiet(schedule, instant_of(day, minute, schedule.zone))
        if at > now - LATE:
            yield Due(day, at)


def instant_of(day: date, minute: int, zone: str) -> datetime:
    """The instant (UTC) of a wall time.

    One that the clock skips is the moment right after the gap; of one that comes twice it is the
    first.
    """
    local = datetime.combine(day, time(*divmod(minute, 60)), ZoneInfo(zone))
    found = local.astimezone(UTC)
    if found.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), found, ZoneInfo(zone))


def after_quiet(schedule: Schedule, at: datetime) -> datetime:
    """The instant itself, or the end of the quiet hours it lies in."""
    if schedule.quiet is None:
        return at
    start, end = schedule.quiet
    local = at.astimezone(ZoneInfo(schedule.zone))
    minute = local.hour * 60 + local.minute
    within = start <= minute < end if start <= end else minute >= start or minute < end
    if not within:
        return at
    # Quiet hours that began this evening end tomorrow.
    day = local.date() + _A_DAY if minute >= end else local.date()
    ends = instant_of(day, end, schedule.zone)
    if ends > at:
        return ends
    # The clock went back in the quiet hours: their end is the second of two.
    again = datetime.combine(day, time(*divmod(end, 60)), local.tzinfo).replace(fold=1)
    return max(at, again.astimezone(UTC))


def day_begun(schedule: Schedule, now: datetime) -> date:
    """The last local day whose wall time has passed: a new reminder begins with the one after."""
    local = now.astimezone(ZoneInfo(schedule.zone))
    passed = instant_of(local.date(), schedule.minute, schedule.zone) <= now
    return local.date() if passed else local.date() - _A_DAY


def _from(schedule: Schedule, first: date) -> Iterator[Due]:
    # `done` may lie ahead of a zone further west: its next day is looked for from there.
    for ahead in range(_AHEAD):
        day = first + ahead * _A_DAY
        if day.weekday() in schedule.days:
            at = instant_of(day, schedule.minute, schedule.zone)
            yield Due(day, after_quiet(schedule, at))


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the offset of `after`: the clock was moved between the two."""
    new = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)
