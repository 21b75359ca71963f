"""Medicines over time: the order of changes, and what is taken by now."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from journal.core.opened import Opened
from journal.features.medications.courses import changes_in, courses
from journal.features.medications.pieces import Change, Check, What

WRITTEN = datetime(2026, 11, 22, 9, tzinfo=UTC)


def noted(*changes: Change) -> list[Opened]:
    """Changes as they were written, one a minute, in this order."""
    return [
        Opened(
            uuid4(),
            "medication",
            "medications",
            1,
            datetime(change.on.year, change.on.month, change.on.day, 11, tzinfo=UTC),
            WRITTEN + timedelta(minutes=n),
            change.dump(),
        )
        for n, change in enumerate(changes)
    ]


def on(day: int, what: What, amount: str = "", name: str = "Sertraline", **more: str) -> Change:
    return Change(name, what, date(2026, 5, day), amount=amount, **more)


def test_changes_stand_by_their_days_however_late_they_were_noted():
    found = changes_in(
        noted(
            on(9, What.CHANGED, "25 mg"),
            on(1, What.STARTED, "50 mg"),
            on(9, What.STOPPED),
            on(20, What.RESUMED),
        )
    )
    assert [line.piece.what for line in found] == ["resumed", "stopped", "changed", "started"]


def test_one_name_in_any_case_is_one_medicine():
    lines = changes_in(
        noted(on(1, What.STARTED, name="Sertraline"), on(2, What.PAUSED, name=" sertraline "))
    )
    [course] = courses(lines)
    assert course.last.what is What.PAUSED


def test_what_is_taken_by_now_is_each_thing_as_it_was_said_last():
    [course] = courses(
        changes_in(
            noted(
                on(1, What.STARTED, "100 mg", often="each morning"),
                on(8, What.CHANGED, "50 mg"),
                on(9, What.PAUSED),
                on(12, What.RESUMED),
            )
        )
    )
    assert course.taken == "50 mg, each morning"
    assert not course.is_over
    again = courses(changes_in(noted(on(1, What.STARTED, "100 mg"), on(20, What.STARTED))))
    assert again[0].taken == "", "an amount from before the last start is none of now"


def test_worse_is_only_said_of_what_was_answered_both_times():
    before = Check(urinary=1, craving=None)
    assert Check(urinary=2).is_worse_than(before)
    assert not Check(urinary=1, craving=2).is_worse_than(before)
    assert not Check(urinary=None, craving=3).is_worse_than(before)
    assert Check(craving=3).is_severe
    assert not Check(urinary=2, craving=2).is_severe
