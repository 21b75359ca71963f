"""What is usual for somebody."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from journal.web.usual import usual

TODAY = date(2026, 11, 22)
SCORES = st.lists(st.integers(0, 10), min_size=10, max_size=60)


def days(earlier, latest=()):
    """Values of the days before the last seven, and of those, the newest first."""
    values = {TODAY - timedelta(7 + ago): Decimal(value) for ago, value in enumerate(earlier)}
    return values | {TODAY - timedelta(ago): Decimal(value) for ago, value in enumerate(latest)}


def test_half_of_the_earlier_days_lie_in_the_band():
    found = usual(days(range(1, 10), [9, 9, 9]), TODAY)
    assert found is None, "nine days are too few"
    found = usual(days([*range(1, 10), 5], [9, 8, 1]), TODAY)
    assert (found.low, found.middle, found.high, found.latest) == (
        Decimal("3.3"),
        5,
        Decimal("6.8"),
        8,
    )


def test_the_last_seven_days_do_not_move_what_they_are_held_against():
    assert usual(days([4] * 10, [10] * 7), TODAY).high == 4
    assert usual(days([], [10] * 7), TODAY) is None


def test_two_days_are_not_called_a_week():
    assert usual(days([4] * 10, [10, 10]), TODAY).latest is None


@given(SCORES, st.lists(st.integers(0, 10), max_size=7))
def test_a_band_lies_between_the_lowest_and_the_highest(earlier, latest):
    found = usual(days(earlier, latest), TODAY)
    assert min(earlier) <= found.low <= found.middle <= found.high <= max(earlier)
    inside = sum(found.low <= value <= found.high for value in earlier)
    assert inside * 2 >= len(earlier) - 4  # rounded to tenths, and between two days
