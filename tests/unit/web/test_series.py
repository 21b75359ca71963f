"""Check-ins by local day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.web import series
from journal.web.happened import MEDICINE, SESSION, Happened

TODAY = date(2026, 11, 22)
VIENNA = "Europe/Vienna"


def made(*pairs, days=30, today=TODAY, zone=VIENNA):
    return series.by_day(pairs, days=days, today=today, zone=zone)


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (TODAY, 24)]
)
def test_a_day_is_as_long_as_the_clocks_make_it(today, hours):
    start = series.start_of(1, today=today, zone=VIENNA)
    last = start + timedelta(hours=hours, seconds=-1)
    shown = made((start, {"mood": 2}), (last, {"mood": 4}), days=1, today=today)
    assert shown.means[today]["mood"] == 3
    outside = [
        (start - timedelta(seconds=1), {"mood": 9}),
        (last + timedelta(seconds=1), {"mood": 9}),
    ]
    assert not made(*outside, days=1, today=today).means


def test_the_same_moment_is_another_day_elsewhere():
    late = at(2026, 11, 21, 23, 30)
    assert list(made((late, {"mood": 1})).means) == [date(2026, 11, 22)]
    assert list(made((late, {"mood": 1}), zone="America/New_York").means) == [date(2026, 11, 21)]


def test_what_was_not_set_counts_for_nothing():
    noon = at(2026, 11, 22, 11)
    shown = made((noon, {"mood": 4, "energy": None}), (noon, {"energy": 0}), (noon, {}))
    assert shown.means[TODAY]["mood"] == 4
    assert shown.means[TODAY]["energy"] == 0
    assert shown.means[TODAY]["anxiety"] is None
    assert shown.span("anxiety") is None


def test_sleep_keeps_its_quarters():
    noon = at(2026, 11, 22, 11)
    assert made((noon, {"sleep_hours": "7.25"})).means[TODAY]["sleep_hours"] == Decimal("7.25")


@given(st.lists(st.integers(0, 10), min_size=1, max_size=9))
def test_a_mean_lies_between_the_lowest_and_the_highest(scores):
    noon = at(2026, 11, 22, 11)
    mean = made(*[(noon, {"mood": score}) for score in scores]).means[TODAY]["mood"]
    assert min(scores) <= mean <= max(scores)
    assert abs(mean - Decimal(sum(scores)) / len(scores)) <= Decimal("0.05")


@given(st.sets(st.integers(0, 29), max_size=30))
def test_days_without_a_check_in_are_left_out(days_ago):
    pairs = [(at(2026, 11, 22, 11) - timedelta(days=ago), {"mood": 5}) for ago in days_ago]
    shown = made(*pairs)
    assert [TODAY - day for day in reversed(list(shown.means))] == [
        timedelta(ago) for ago in sorted(days_ago)
    ]


@pytest.mark.parametrize(("days", "stretch"), [(7, 1), (30, 1), (90, 7), (365, 14)])
def test_a_longer_range_is_told_by_stretches(days, stretch):
    noon = at(2026, 11, 22, 11)
    pairs = [(noon - timedelta(ago), {"mood": ago % 9}) for ago in (0, stretch - 1, stretch)]
    found = made(*pairs, (noon - timedelta(days - 1), {"mood": 9}), days=days)
    start = TODAY - timedelta(stretch - 1)
    assert found._stretches(["mood"])[-2:] == [
        (start - timedelta(stretch), start - timedelta(1), [stretch % 9]),
        (start, TODAY, [Decimal((stretch - 1) % 9) / 2]),
    ]
    assert found._stretches(["mood"])[0][0] == TODAY - timedelta(days - 1)


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [(0, "22 Nov"), (22, "31 Oct to 21 Nov"), (14, "8 to 21 Nov"), (330, "27 Dec 2025 to 21 Nov")],
)
def test_a_month_and_a_year_are_said_where_they_change(app, days_ago, words):
    noon = at(2026, 11, 22, 11)
    pairs = [(noon, {"mood": 1}), (noon - timedelta(days_ago + 1), {"mood": 1})]
    with app.test_request_context():
        said = [row[1] for row in made(*pairs, days=366).rows("mood")]
    assert said[1 if days_ago else 0] == words


def test_a_picture_spans_the_whole_range():
    first, last = made((at(2026, 11, 20, 11), {"mood": 5}), days=7).edges
    assert (first.isoformat(), last.isoformat()) == (
        "2026-11-16",
        "2026-11-22",
    )


def test_what_happened_is_marked_on_its_local_day_and_only_in_the_range():
    noon = at(2026, 11, 22, 11)
    late, before = at(2026, 11, 19, 23, 30), at(2026, 11, 15, 11)
    happened = [
        Happened(late, "session 2", SESSION, "2"),
        Happened(before, "session 1", SESSION, "1"),
        Happened(noon + timedelta(1), "session 3", SESSION, "3"),
    ]
    shown = series.by_day(
        [(noon, {"mood": 1})], days=7, today=TODAY, zone=VIENNA, happened=happened
    )
    [one] = shown.happened
    assert (one.at.isoformat(), one.words) == ("2026-11-20T00:30:00+01:00", "session 2")


def test_a_session_is_marked_by_its_number_and_a_medicine_by_the_next_letter(app):
    days = [at(2026, 11, day, 11) for day in (17, 18, 19)]
    happened = [
        Happened(days[2], "Sertraline: now 25 mg", MEDICINE),
        Happened(days[1], "Session 8", SESSION, "8"),
        Happened(days[0], "Sertraline: now 50 mg", MEDICINE),
    ]
    shown = series.by_day([], days=7, today=TODAY, zone=VIENNA, happened=happened)
    with app.app_context():
        marks = [(mark.shape, mark.label) for mark in shown.marks]
    assert marks == [
        (MEDICINE, "a"),
        (SESSION, "8"),
        (MEDICINE, "b"),
    ]
