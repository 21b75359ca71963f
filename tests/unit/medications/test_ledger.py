"""Days between sessions, exactly: by their own calendars, whatever clocks and journeys do."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from journal.features.medications.ledger import intervals, rows
from journal.web.exposures import Dose

VIENNA, AUCKLAND = "Europe/Vienna", "Pacific/Auckland"


def dose(day: str, number: int | None, *, hour: int = 10, zone: str = VIENNA, mg="35") -> Dose:
    on = date.fromisoformat(day)
    at = datetime(on.year, on.month, on.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return Dose(at, "iv", Decimal(mg), Decimal("0.5"), on, number)


def test_across_the_end_of_summer_time_a_week_is_seven_days():
    # 7 days and an hour apart, then 6 days and 23 hours: the clocks went back, then forward.
    autumn = rows([dose("2026-10-20", 1, hour=23), dose("2026-10-27", 2, hour=0)])
    spring = rows([dose("2026-03-24", 1, hour=0), dose("2026-03-31", 2, hour=0)])
    assert [row.days for row in autumn] == [None, 7]
    assert [row.days for row in spring] == [None, 7]


def test_a_session_at_the_other_end_of_the_world_counts_by_its_own_day():
    # Barely a day and a half lies between the instants, and three days between the calendars.
    there = dose("2026-11-05", 1, hour=22)
    here = dose("2026-11-08", 2, hour=1, zone=AUCKLAND)
    assert here.at - there.at < timedelta(days=2)
    assert rows([here, there])[1].days == 3


def test_a_second_dose_of_a_session_makes_no_interval():
    ledger = rows(
        [
            dose("2026-05-01", 1),
            dose("2026-05-08", 2),
            dose("2026-05-08", 2, hour=11, mg="12.5"),
            dose("2026-05-20", 3),
        ]
    )
    assert [(row.days, row.again) for row in ledger] == [
        (None, False),
        (7, False),
        (7, True),
        (12, False),
    ]
    said = intervals(ledger, held=3)
    assert (said.count, said.shortest, said.longest, said.days) == (3, 7, 12, 19)
    assert ledger[2].dose.mg == Decimal("12.5")


def test_a_session_without_a_dose_is_named_and_nothing_is_made_up():
    said = intervals(rows([dose("2026-05-01", 1), dose("2026-05-29", 4)]), held=5)
    assert (said.count, said.shortest, said.longest, said.without) == (2, 28, 28, (2, 3, 5))
    only = intervals(rows([dose("2026-05-01", 1)]), held=1)
    assert (only.shortest, only.longest, only.days, only.without) == (None, None, 0, ())
    assert intervals(rows([]), held=2) is None


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_all_days_between_add_up_to_the_whole(gaps: list[int]):
    first = date(2025, 1, 1)
    days = [first + timedelta(sum(gaps[:n])) for n in range(len(gaps) + 1)]
    doses = [dose(day.isoformat(), number) for number, day in enumerate(days, 1)]
    ledger = rows(reversed(doses))
    assert [row.days for row in ledger] == [None, *gaps]
    said = intervals(ledger, held=len(doses))
    assert (said.days, said.shortest, said.longest) == (sum(gaps), min(gaps), max(gaps))
