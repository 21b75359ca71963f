"""A reminder on the day that something comes due: Ana asked for it, and it says nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from journal.core import reminding
from journal.core.reminder_models import Outgoing, Reminder
from journal.core.reminder_times import LATE, Schedule, Wanted, all_wanted
from journal.core.state import read_state
from journal.features.care.anchors import Anchors
from journal.features.care.occurring import days_ahead, occurrences
from tests.browsers import value_of
from tests.feature.care.test_anchored import DAYS, MINUTES, WALLS, ZONES
from tests.feature.care.test_due import COURSES, DUES, a_due, course, made

EVER = datetime.min.replace(tzinfo=UTC) + timedelta(days=99)
# Ana's session is on Tuesday at ten; what is tied to the day after it begins at nine in Vienna.
WEDNESDAY = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def asks(phone):
    """Ana chooses: no daily reminder, one when something is due."""

    def choose(**chosen):
        fields = {"time": "20:00", "days": [*"0123456"], "email": "y", "course": "y"} | chosen
        assert phone.post("/account/reminders", **fields).status_code == 303

    return choose


@pytest.fixture
def next_at(ana):
    def read():
        ana.db.rollback()
        found = ana.db.scalar(select(Reminder.next_at))
        return None if found is None else datetime.fromtimestamp(found, UTC)

    return read


@pytest.fixture
def sent(ana):
    """Run the job at a moment: how many messages wait then."""

    def run(now):
        ana.db.rollback()
        reminding.plan_due(ana.db, ana.site, now=now)
        return ana.db.scalar(select(func.count()).select_from(Outgoing)) or 0

    return run


def test_who_asked_is_reminded_on_the_day_and_at_the_hour_that_something_begins(
    phone, asks, planned, tied, next_at, sent
):
    tied(a_due("sleep"))
    planned()
    asks()
    phone.get("/today")
    assert next_at() == WEDNESDAY
    assert sent(WEDNESDAY - timedelta(seconds=1)) == 0
    assert sent(WEDNESDAY) == 1
    assert sent(WEDNESDAY + timedelta(minutes=1)) == 1


def test_it_is_chosen_before_or_after_the_session_is_planned(phone, asks, planned, tied, next_at):
    tied(a_due("sleep"))
    asks()
    planned()
    phone.get("/today")
    assert next_at() == WEDNESDAY


def test_who_did_not_ask_has_no_days_kept_anywhere(phone, ana, asks, planned, tied, next_at):
    tied(a_due("sleep"))
    planned()
    asks(course="")
    phone.get("/today")
    assert next_at() is None
    assert reminding.read(ana.db, ana.site, ana.id).wanted == ()
    asks()
    assert next_at() == WEDNESDAY
    asks(course="")
    assert next_at() is None
    assert reminding.read(ana.db, ana.site, ana.id).wanted == ()


def test_one_that_is_near_the_daily_one_is_the_daily_one(phone, asks, planned, tied, next_at, sent):
    tied(a_due("sleep", minute=18 * 60 + 30))
    planned()
    asks(on="y", time="20:00")
    phone.get("/today")
    for day in (22, 23, 24, 25):
        at = datetime(2026, 11, day, 19, 0, tzinfo=UTC)
        assert next_at() == at
        sent(at)
    assert sent(datetime(2026, 11, 25, 22, 0, tzinfo=UTC)) == 4


def test_when_tess_moves_the_session_ana_is_asked_to_look_in_and_then_the_days_move(
    phone, laptop, grant, asks, planned, tied, next_at, sent
):
    tied(a_due("sleep"))
    record = planned()
    asks()
    phone.get("/today")
    where = f"/patients/{grant}/care/{record}"
    version = value_of(laptop.get(where).text, "version")
    laptop.post(where, starts_at="2026-11-26T10:00", version=version)
    # Tonight at eight, which says nothing either; nobody but Ana can tell the days anew.
    assert next_at() == datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    assert sent(next_at()) == 1
    assert next_at() == WEDNESDAY
    phone.get("/today")
    assert next_at() == WEDNESDAY + timedelta(days=2)


def test_what_is_left_out_is_no_day_to_remind_on(phone, ana, asks, planned, tied, next_at):
    tied(a_due("sleep"))
    planned()
    asks()
    phone.get("/today")
    ana.db.rollback()
    [anchor] = Anchors.load(read_state(ana.db, ana.keyring)["tied"]).sessions
    phone.post(f"/care/due/{anchor.id}/sleep/omission")
    phone.get("/today")
    assert next_at() is None


def test_abroad_the_hour_is_the_one_on_anas_own_clock(
    phone, ana, asks, planned, tied, next_at, sent
):
    tied(a_due("sleep"))
    planned()
    asks()
    phone.get("/today")
    ana.db.rollback()
    reminding.move(ana.db, ana.site, ana.id, zone="America/New_York", now=ana.now)
    ana.db.commit()
    assert next_at() == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@settings(max_examples=60)
@given(COURSES, WALLS, DUES, st.sampled_from(ZONES), st.sampled_from(ZONES), st.data())
def test_from_the_sessions_to_the_reminder_each_day_keeps_its_hour_and_has_one(
    sessions, begun, drawn, home, abroad, data
):
    """What was kept at home, told abroad, is what would have been reckoned there."""
    ties, there = made(drawn), course(sessions, begun)
    anywhen = datetime.combine(data.draw(DAYS), datetime.min.time(), UTC)
    wanted = days_ahead(there, ties, anywhen, zone=home)
    assert [one.day for one in wanted] == sorted({one.day for one in wanted})
    hours = {}
    for one in occurrences(there, ties, zone=abroad, expecting=True):
        hours.setdefault(one.day, one.at)
    schedule, done, now = Schedule(20 * 60, frozenset(), abroad), None, EVER
    told = []
    while found := next(all_wanted(schedule, wanted, daily=False, done=done, now=now), None):
        told.append(found)
        done, now = found.day, found.at
    assert [one.day for one in told] == [one.day for one in wanted], "none is lost, none doubled"
    # Of the day on which it was reckoned, what had begun already is left out.
    later = [one for one in told if one.day > anywhen.date() + timedelta(days=1)]
    assert [one.at for one in later] == [hours[one.day] for one in later]


@given(st.lists(st.builds(Wanted, DAYS, MINUTES), max_size=8), st.sampled_from(ZONES), DAYS)
@settings(max_examples=60)
def test_single_days_come_once_each_whenever_the_job_runs(wanted, zone, start):
    schedule = Schedule(12 * 60, frozenset(range(7)), zone, (22 * 60, 7 * 60))
    now = datetime.combine(start, datetime.min.time(), UTC)
    told, done = [], None
    while found := next(all_wanted(schedule, wanted, daily=False, done=done, now=now), None):
        assert found.at > now - LATE
        told.append(found.day)
        done, now = found.day, max(now, found.at)
    assert told == sorted(set(told))
    missed = {one.day for one in wanted} - set(told)
    assert all(day <= start for day in missed), "only what was too late at the first run"


def test_nothing_is_reminded_of_that_needs_no_reminder(phone, asks, planned, tied, next_at):
    tied(a_due("sleep", reminds=False))
    planned()
    asks()
    phone.get("/today")
    assert next_at() is None
