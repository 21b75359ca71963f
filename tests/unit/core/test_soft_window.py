"""The soft window: how much of somebody's time one therapist's word can take."""

from datetime import UTC, datetime, timedelta

import pytest

from journal.core import soft_window
from journal.core.soft_window import KEPT, Span

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def planned(*days: float, grant: str = "tess", lasts: timedelta = HOUR) -> list[Span]:
    return [Span(grant, NOW + day * DAY, NOW + day * DAY + lasts, recorded=False) for day in days]


def held(*days: float) -> list[Span]:
    return [one._replace(recorded=True) for one in planned(*days)]


def kept(*spans: Span) -> dict[str, list[float]]:
    """Begin and end of each window that counts, in days from now."""
    state: dict = {}
    soft_window.keep(state, spans, now=NOW)
    return [
        [(moment - NOW.timestamp()) / DAY.total_seconds() for moment in span]
        for span in state[KEPT]
    ]


def begins(*spans: Span) -> list[float]:
    return sorted(begin for begin, _ in kept(*spans))


def test_three_sessions_a_week_have_their_windows():
    assert begins(*planned(0, 2, 4, 7, 9, 11)) == [0, 2, 4, 7, 9, 11]


def test_a_therapist_who_plans_one_each_day_does_not_keep_it_open_for_ever():
    days = [number / 2 for number in range(60)]
    found = begins(*planned(*days))
    assert all(sum(0 <= later - first < 7 for later in found) <= 3 for first in found)


def test_what_took_place_comes_before_what_is_only_planned():
    assert 1 in begins(*planned(0, 0.1, 0.2, 0.3), *held(1))


def test_one_therapists_plans_take_nothing_from_anothers():
    assert 1 in begins(*planned(0, 0.1, 0.2), *planned(1, grant="theo"))


def test_a_session_that_never_ends_holds_it_open_no_longer_than_half_a_day_and_a_day():
    [(begin, end)] = kept(*planned(0, lasts=23 * HOUR))
    assert end - begin == pytest.approx(1.5)
