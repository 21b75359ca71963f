"""A reminder comes once a day at the patient's own wall time, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journal.core.reminder_times import (
    LATE,
    Due,
    Schedule,
    after_quiet,
    day_begun,
    instant_of,
    next_due,
)

EVERY_DAY = frozenset(range(7))
A_DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ZONES = sorted(available_timezones())


@cache
def next_change(zone: str) -> datetime | None:
    """The first instant with another offset within the two years to come."""
    here = ZoneInfo(zone)
    for day in range(730):
        low, high = TODAY + day * A_DAY, TODAY + (day + 1) * A_DAY
        old, new = low.astimezone(here).utcoffset(), high.astimezone(here).utcoffset()
        if old == new:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(here).utcoffset() == old:
                low = middle
            else:
                high = middle
        return high.replace(microsecond=0)
    return None


def walk(schedule: Schedule, now: datetime, count: int) -> list[Due]:
    """What comes one after the other to somebody whose server is always there."""
    found: list[Due] = []
    done = day_begun(schedule, now)
    for _ in range(count):
        due = next_due(schedule, done=done, now=now)
        assert due is not None
        found.append(due)
        done, now = due.day, max(now, due.at)
    return found


def wall_of(at: datetime, zone: str) -> tuple[date, int]:
    local = at.astimezone(ZoneInfo(zone))
    return local.date(), local.hour * 60 + local.minute


def minutes_around(change: datetime, zone: str) -> list[int]:
    """Wall times in, at the edges of and beside the hour that is skipped or comes twice."""
    here = ZoneInfo(zone)
    before = (change - timedelta(seconds=1)).astimezone(here)
    after = change.astimezone(here)
    edges = [local.hour * 60 + local.minute for local in (before, after)]
    around = (-61, -30, -1, 0, 1, 29, 30, 61)
    return sorted({(edge + by) % 1440 for edge in edges for by in around} | {0, 1439, 20 * 60})


def test_every_zones_next_change_of_clock_brings_one_reminder_a_day() -> None:
    changing = 0
    for zone in ZONES:
        change = next_change(zone)
        if change is None:
            continue
        changing += 1
        for minute in minutes_around(change, zone):
            came = walk(Schedule(minute, EVERY_DAY, zone), change - 3 * A_DAY, 6)
            days = [due.day for due in came]
            assert days == [days[0] + ahead * A_DAY for ahead in range(6)], (zone, minute)
            assert [due.at for due in came] == sorted({due.at for due in came}), (zone, minute)
            for due in came:
                if wall_of(due.at, zone) != (due.day, minute):
                    assert due.at == change, (zone, minute)
    assert changing > 100


def test_the_skipped_hour_brings_it_right_after_and_the_double_hour_once() -> None:
    skipped = instant_of(date(2027, 3, 28), 2 * 60 + 30, "Europe/Vienna")
    assert skipped == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert wall_of(skipped, "Europe/Vienna") == (date(2027, 3, 28), 3 * 60)
    double = Schedule(2 * 60 + 30, EVERY_DAY, "Europe/Vienna")
    came = walk(double, datetime(2026, 10, 24, 12, 0, tzinfo=UTC), 2)
    assert [due.at.isoformat() for due in came] == [
        "2026-10-25T00:30:00+00:00",
        "2026-10-26T01:30:00+00:00",
    ]


@pytest.mark.parametrize(
    ("zone", "day", "minute", "at"),
    [
        # Half an hour on Lord Howe Island, midnight in Beirut, a whole day in Samoa in 2011.
        ("Australia/Lord_Howe", date(2027, 10, 3), 2 * 60 + 15, "2027-10-02T15:30:00+00:00"),
        ("Asia/Beirut", date(2027, 3, 28), 10, "2027-03-27T22:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 30), 20 * 60, "2011-12-30T10:00:00+00:00"),
    ],
)
def test_odd_gaps_end_at_their_end(zone: str, day: date, minute: int, at: str) -> None:
    assert instant_of(day, minute, zone).isoformat() == at


schedules = st.builds(
    Schedule,
    st.integers(0, 1439),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(ZONES),
    st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(schedules, moments)
def test_what_comes_is_on_a_chosen_day_never_twice_and_never_in_quiet_hours(
    schedule: Schedule, now: datetime
) -> None:
    came = walk(schedule, now, 5)
    assert [due.day for due in came] == sorted({due.day for due in came})
    assert all(due.day.weekday() in schedule.days for due in came)
    assert all(due.at > now for due in came[:1])
    assert all(after_quiet(schedule, due.at) == due.at for due in came)
    gaps = [later.day - earlier.day for earlier, later in pairwise(came)]
    assert all(gap <= 7 * A_DAY for gap in gaps)


@given(
    schedules, moments, st.lists(st.tuples(st.sampled_from(ZONES), st.integers(1, 40)), max_size=8)
)
@example(Schedule(20 * 60, EVERY_DAY, "Pacific/Auckland"), TODAY, [("Pacific/Honolulu", 12)] * 3)
def test_no_journey_brings_one_day_twice(
    schedule: Schedule, now: datetime, journey: list[tuple[str, int]]
) -> None:
    done, came = day_begun(schedule, now), []
    for zone, hours in journey:
        until = now + timedelta(hours=hours)
        while (due := next_due(schedule, done=done, now=now)) and due.at <= until:
            assert due.at > now - LATE
            came.append(due.day)
            done, now = due.day, max(now, due.at)
        now = until
        schedule = Schedule(schedule.minute, schedule.days, zone, schedule.quiet)
    assert came == sorted(set(came))


def test_flying_west_after_it_came_brings_no_second_one_that_day() -> None:
    vienna = Schedule(20 * 60, EVERY_DAY, "Europe/Vienna")
    came = next_due(vienna, done=date(2026, 11, 21), now=TODAY)
    assert came == Due(date(2026, 11, 22), datetime(2026, 11, 22, 19, 0, tzinfo=UTC))
    new_york = Schedule(20 * 60, EVERY_DAY, "America/New_York")
    after = next_due(new_york, done=came.day, now=came.at + timedelta(hours=3))
    assert after == Due(date(2026, 11, 23), datetime(2026, 11, 24, 1, 0, tzinfo=UTC))


def test_flying_east_past_the_hour_brings_it_at_once_unless_it_is_long_past() -> None:
    vienna = Schedule(20 * 60, EVERY_DAY, "Europe/Vienna")
    yesterday = date(2026, 11, 21)
    soon = next_due(vienna, done=yesterday, now=datetime(2026, 11, 22, 20, 30, tzinfo=UTC))
    assert soon is not None
    assert soon.day == date(2026, 11, 22)
    late = next_due(vienna, done=yesterday, now=datetime(2026, 11, 22, 22, 0, tzinfo=UTC))
    assert late is not None
    assert late.day == date(2026, 11, 23)


def test_quiet_hours_over_midnight_move_it_to_their_end() -> None:
    night = Schedule(23 * 60, EVERY_DAY, "Europe/Vienna", quiet=(22 * 60, 7 * 60))
    due = next_due(night, done=date(2026, 11, 21), now=TODAY)
    assert due == Due(date(2026, 11, 22), datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
