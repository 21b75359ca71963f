"""What is asked when: by the arc, moved with the sessions, unless Tess leaves it out."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from journal.core import consent
from journal.core.consent import Choice
from journal.features.care.anchored import WallTime
from journal.features.care.anchors import Anchor, Anchors
from journal.features.care.occurring import due_at, occurrences
from journal.features.measures import plans, schedule
from journal.features.measures.rules import RULES
from tests import people
from tests.browsers import value_of

VIENNA = "Europe/Vienna"
TODAY = date(2026, 11, 22)


@pytest.fixture
def held(laptop, grant):
    """Tess records a session that took place so many days ago."""

    def hold(days_ago):
        laptop.post(f"/patients/{grant}/care", starts_at="2026-11-24T10:00")
        page = laptop.get(f"/patients/{grant}/care").text
        found = re.findall(rf'href="/patients/{grant}/care/([-0-9a-f]{{36}})"', page)
        where = f"/patients/{grant}/care/{found[0]}/outcome"
        version = value_of(laptop.get(where).text, "version")
        day = TODAY - timedelta(days_ago)
        times = {"started_at": f"{day}T08:00", "ended_at": f"{day}T08:50"}
        assert laptop.post(where, **times, version=version).status_code == 303

    return hold


def today(phone):
    section = phone.get("/today").text.partition('id="due-today"')[2].partition("</ul>")[0]
    return re.findall(r"<span>([^<]+)</span>", section)


def test_phq_9_comes_after_dose_2_and_goes_once_it_is_filled_in(phone, held, asked, filler):
    asked("phq-9")
    held(9)
    held(2)
    assert "PHQ-9" in today(phone)
    answers = {**dict.fromkeys(range(1, 9), "LA6568-0"), 9: "LA6568-0"}
    assert filler.fill("/measures/phq-9/new", answers).status_code == 303
    assert "PHQ-9" not in today(phone)
    # It counts for the fortnight of the dose before too, and for nothing that is still to come.
    assert "PHQ-9" in phone.get("/care").text


def test_at_the_beginning_each_that_the_clinic_has_is_asked_and_no_other(
    phone, laptop, grant, asked
):
    for instrument in ("phq-9", "audit-c"):
        asked(instrument)
    laptop.post(f"/patients/{grant}/care", starts_at="2026-11-24T10:00")
    assert today(phone) == ["PHQ-9", "AUDIT-C"]


def test_after_a_session_there_is_no_baseline_any_more(phone, held, asked):
    asked("audit-c")
    held(3)
    assert "AUDIT-C" not in today(phone)


def test_tess_leaves_an_instrument_out_and_takes_it_back(phone, laptop, grant, asked):
    for instrument in ("phq-9", "audit-c"):
        asked(instrument)
    laptop.post(f"/patients/{grant}/care", starts_at="2026-11-24T10:00")
    where = f"/patients/{grant}/measures/plan"
    page = laptop.get(where).text
    assert page.count(" checked") == 3
    assert laptop.post(where, asked=["audit-c", "relief"]).status_code == 303
    assert today(phone) == ["AUDIT-C"]
    assert "AUDIT-C, Relief today" in laptop.get(f"/patients/{grant}").text
    version = value_of(laptop.get(where).text, "version")
    for _twice in range(2):
        chosen = ["phq-9", "audit-c"]
        assert laptop.post(where, asked=chosen, version=version).status_code == 303
    assert today(phone) == ["PHQ-9", "AUDIT-C"]
    # Another page was open all the while: what it chose is kept on it, and told.
    stale = laptop.post(where, asked=[], version=version)
    assert stale.status_code == 409
    assert "save it again" in stale.text
    assert laptop.post(where, asked=["nonsense"]).status_code == 422


def test_tess_reads_in_her_brief_what_is_due_and_what_came_of_it(
    laptop, grant, held, asked, filler, ana
):
    consent.change(ana.db, ana.root, grant, Choice(("measures",)), now=people.NOW)
    ana.db.commit()
    asked("phq-9")
    held(9)
    held(2)
    brief = f"/patients/{grant}/brief"
    assert "not finished in its time so far: PHQ-9." in laptop.get(brief).text
    answers = {**dict.fromkeys(range(1, 9), "LA6569-1"), 9: "LA6569-1"}
    assert filler.fill("/measures/phq-9/new", answers).status_code == 303
    page = laptop.get(brief).text
    assert "not finished in its time" not in page
    assert "<strong>9 of 27</strong>" in page
    assert "It lies in the range 5 to 9." in page
    assert "question 9: 1" in page


def test_of_two_plans_ana_reads_which_one_stands(phone, laptop, theos, grant, ana, theo, at_ten):
    theos_grant = people.share_with(ana, theo, ("measures",))
    laptop.post(f"/patients/{grant}/measures/plan", asked=["relief"])
    at_ten.shift(timedelta(minutes=5))
    theos.post(f"/patients/{theos_grant}/measures/plan", asked=[])
    phone.get("/today")
    page = phone.get("/measures").text
    assert "Chosen by Theo" in page
    assert "Tess chose before" in page


def test_theo_chooses_nothing_for_ana(theos, grant):
    where = f"/patients/{grant}/measures/plan"
    assert theos.get(where).status_code == 404
    assert theos.post(where, asked=["relief"]).status_code == 404


@pytest.mark.parametrize("says", [{"phq-9": 2}, {"herons": 1}, {"phq-9": "1"}])
def test_a_copy_that_chooses_nothing_possible_is_refused(says):
    with pytest.raises(ValueError, match="no plan"):
        plans.read(says)


def course(*days_ago, begun=30):
    at = [TODAY - timedelta(days) for days in (begun, *days_ago)]
    begins, *sessions = [WallTime(day, 480, VIENNA) for day in at]
    anchors = [Anchor(UUID(int=n), when, n, True) for n, when in enumerate(sessions, 1)]
    return Anchors(anchors, Anchor(UUID(int=99), begins, None, True))


def asked_on(anchors, days_later):
    """What is due at eight in the evening, so many days from today."""
    now = WallTime(TODAY + timedelta(days_later), 20 * 60, VIENNA).at
    ties = [due for dues in schedule._TIES.values() for due in dues]
    found = due_at(occurrences(anchors, ties, zone=VIENNA), now, zone=VIENNA)
    return {one.key.tie for one in found}


# The column "usual timing", told by its first and its last day, and the days around them.
TIMING = [
    ("phq-9.14-31", 14, 31),
    ("gad-7.14-31", 14, 31),
    ("phq-9.month-1", 30, 43),
    ("pcl-5.month-3", 91, 104),
    ("brs.month-6", 182, 195),
    ("relief.day-0", 0, 0),
    ("relief.day-7", 7, 7),
]


@pytest.mark.parametrize(("tie", "first", "last"), TIMING)
def test_each_is_due_from_its_first_day_to_its_last(tie, first, last):
    anchors = course(0)
    due = [day for day in range(first - 2, last + 3) if tie in asked_on(anchors, day)]
    assert due == [*range(first, last + 1)]


def test_who_5_is_asked_every_week_from_the_courses_beginning():
    anchors = course(begun=0)
    weeks = [asked_on(anchors, day) & {f"who-5.week-{n}" for n in range(60)} for day in range(183)]
    assert all(len(week) == (day >= 7) for day, week in enumerate(weeks))
    assert len(set.union(*weeks)) == 26 - 1 + (182 // 7 == 26)


def test_a_further_session_puts_the_fortnight_off_and_the_months_not():
    assert "phq-9.14-31" in asked_on(course(14), 0)
    assert "phq-9.14-31" not in asked_on(course(14, 7), 0)
    assert "phq-9.month-1" in asked_on(course(30, 7), 0)


def test_ties_are_named_for_ever_and_their_instruments_are_known():
    names = [due.name for dues in schedule._TIES.values() for due in dues]
    assert len(set(names)) == len(names)
    assert {name.partition(".")[0] for name in names} <= set(RULES)
