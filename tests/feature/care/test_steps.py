"""Tess takes the steps of Ana's course; Ana sees where she stands, and when it was said."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.core import consent
from journal.features.care import history
from journal.features.care.anchored import WallTime
from journal.features.care.arc import START, Happened, OutOfOrder, Phase, Step, after
from journal.features.care.history import SAID, SaidStep
from journal.features.care.medicine_session import MedicineSession, Status
from tests import browsers, people
from tests.browsers import value_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def steps(laptop, grant):
    """Tess says steps, one after the other."""

    def say(*taken, client_id=""):
        for step in taken:
            form = {"step": step, "client_id": client_id or str(uuid4())}
            answer = laptop.post(f"/patients/{grant}/care/steps", **form)
            assert answer.status_code == 303
        return laptop.get(f"/patients/{grant}/care").text

    return say


@pytest.fixture
def held(laptop, grant, planned):
    def hold(began="2026-11-22T08:00", ended="2026-11-22T08:50"):
        where = f"/patients/{grant}/care/{planned()}/outcome"
        version = value_of(laptop.get(where).text, "version")
        laptop.post(where, started_at=began, ended_at=ended, version=version)

    return hold


def stands(page):
    section = page.partition('id="where-it-stands"')[2]
    return re.search(r"<strong>(.*?)</strong>", section)[1]


def reads(phone):
    """Where Ana's own page says she stands."""
    found = re.findall(r"<h2>(.*?)</h2>", phone.get("/care").text)
    return found[0] if found else ""


def test_a_course_goes_its_way_and_ana_reads_each_step(phone, steps, held):
    assert stands(steps()) == "Screening and assessment"
    assert stands(steps("cleared")) == "Preparation"
    assert reads(phone) == "Preparation"
    held()
    assert stands(steps()) == "Integration"
    assert stands(steps("maintained")) == "Maintenance"
    assert stands(steps("paused")) == "On hold"
    assert stands(steps("resumed")) == "Maintenance"
    assert stands(steps("ended")) == "Ended"
    assert reads(phone) == "Ended"
    assert stands(steps("reopened")) == "Screening and assessment"
    page = phone.get("/care").text
    assert page.count("The course was put on hold") == 1


def test_a_step_that_does_not_follow_is_refused_in_words(steps):
    page = steps("maintained")
    assert "does not follow" in page
    assert stands(page) == "Screening and assessment"
    assert "does not follow" in steps("resumed")
    for nothing in ("begun", "closed", "healed", ""):
        assert stands(steps(nothing)) == "Screening and assessment"


def test_a_step_that_is_posted_twice_is_taken_once(phone, steps):
    client_id = str(uuid4())
    steps("cleared", client_id=client_id)
    page = steps("cleared", client_id=client_id)
    assert page.count("Screening and assessment signed off") == 1
    assert phone.get("/care").text.count("Screening and assessment signed off") == 1


def test_two_pages_say_the_same_and_the_second_changes_nothing(steps):
    steps("cleared", "paused")
    assert "does not follow" in steps("paused")
    assert stands(steps("resumed")) == "Preparation"


def test_the_last_step_is_taken_back_and_no_other(laptop, phone, grant, steps):
    steps("cleared", "paused")
    page = steps()
    action = re.search(r'action="(/patients/[^"]+/withdrawal)"', page)[1]
    earlier = laptop.post(action.replace(re.findall("[-0-9a-f]{36}", action)[1], str(uuid4())))
    assert earlier.status_code in (303, 404)
    for _twice in range(2):
        assert laptop.post(action, version="1").status_code == 303
    assert stands(steps()) == "Preparation"
    assert reads(phone) == "Preparation"
    steps("paused")
    # Something followed since: it is told, and nothing changes.
    assert stands(steps("resumed")) == "Preparation"


def test_what_matters_is_asked_once_more(laptop, phone, grant, steps):
    page = steps("cleared")
    where = f"/patients/{grant}/care/steps/ended"
    assert f'href="{where}"' in page
    asked = laptop.get(where).text
    assert "Your patient reads that the course has ended" in asked
    assert laptop.get(f"/patients/{grant}/care/steps/resumed").status_code == 404
    assert laptop.get(f"/patients/{grant}/care/steps/nonsense").status_code == 404


def test_a_session_without_any_step_before_moves_the_course_all_the_same(steps, held):
    held()
    page = steps()
    assert stands(page) == "Integration"
    assert "nobody noted it" in page


def test_what_ana_knows_of_her_course_stays_hers_after_the_grant(phone, ana, grant, steps):
    steps("cleared")
    assert reads(phone) == "Preparation"
    ana.db.rollback()
    consent.revoke(ana.db, ana.keyring, grant, now=people.NOW)
    ana.db.commit()
    assert reads(phone) == "Preparation"


def test_with_two_therapists_each_has_a_course_and_the_newest_word_stands_first(
    app, phone, ana, theo, steps, at_ten
):
    steps("cleared")
    second = people.share_with(ana, theo, ())
    ana.db.commit()
    at_ten.shift(timedelta(hours=1))
    beside = browsers.sign_in(app, theo, "a desk")
    beside.post(f"/patients/{second}/care/steps", step="paused", client_id=str(uuid4()))
    headings = re.findall(r"<h2>(.*?)</h2>", browsers.sign_in(app, ana).get("/care").text)
    assert headings[:2] == ["On hold", "Preparation"]


@pytest.mark.parametrize(
    "says",
    [{}, {"step": "begun", "withdrawn": 0}, {"step": "x", "withdrawn": 0}, {"step": "paused"}],
)
def test_a_copy_that_says_no_step_is_refused(says):
    with pytest.raises(ValueError, match=r".*"):
        SaidStep.read(says)


# A plain model: the same rules, written down as a table of words.
MODEL = {
    "screening": {"cleared": "preparation"},
    "preparation": {"begun": "medicine-session"},
    "medicine-session": {"closed": "integration"},
    "integration": {
        "begun": "medicine-session",
        "prepared": "preparation",
        "maintained": "maintenance",
    },
    "maintenance": {"begun": "medicine-session", "prepared": "preparation"},
    "paused": {},
    "ended": {"reopened": "screening"},
}


def modelled(phase, back_to, step):
    """Where a step leads by the table, None where it does not follow."""
    going_on = phase not in ("medicine-session", "ended")
    if step == "paused":
        return ("paused", phase) if going_on and phase != "paused" else None
    if step == "resumed":
        return (back_to, None) if phase == "paused" else None
    if step == "ended":
        return ("ended", None) if going_on else None
    found = MODEL[phase].get(step)
    return (found, None) if found else None


@settings(max_examples=100)
@given(st.lists(st.sampled_from([one.value for one in Step]), max_size=30))
def test_the_arc_does_as_a_plain_table_says(steps):
    standing, phase, back_to = START, "screening", None
    for number, step in enumerate(steps):
        expected = modelled(phase, back_to, step)
        happened = Happened(Step(step), NOON + timedelta(hours=number))
        if expected is None:
            with pytest.raises(OutOfOrder):
                after(standing, happened)
            continue
        standing, (phase, back_to) = after(standing, happened), expected
        assert standing.phase.value == phase


HOURS = st.integers(0, 400)
SAYINGS = st.lists(st.tuples(HOURS, st.sampled_from(sorted(SAID)), st.booleans()), max_size=10)
SESSIONS = st.lists(st.tuples(HOURS, st.none() | st.integers(1, 180)), max_size=4)


@settings(max_examples=100)
@given(SAYINGS, SESSIONS, st.randoms(use_true_random=False))
def test_whatever_is_said_and_corrected_the_history_is_whole_and_leads_somewhere(
    sayings, sessions, shuffled
):
    said = [
        (UUID(int=n), NOON + timedelta(hours=hour), SaidStep(step, withdrawn))
        for n, (hour, step, withdrawn) in enumerate(sayings)
    ]
    were = [
        (
            UUID(int=1000 + n),
            MedicineSession(
                Status.HELD,
                WallTime((NOON + timedelta(hours=hour)).date(), hour % 24 * 60, "UTC"),
                minutes,
            ),
        )
        for n, (hour, minutes) in enumerate(sessions)
    ]
    found = history.of(said, were)
    # Nothing that was said and not taken back is lost, and nothing is in it twice.
    once = [one.record for one in found.told if not one.implied and one.happened.step in SAID]
    assert sorted(once) == sorted(one[0] for one in said if not one[2].withdrawn)
    times = [one.happened.at for one in found.told]
    assert times == sorted(times)
    # What counts is a course that could have been.
    standing = START
    for one in found.told:
        standing = after(standing, one.happened) if one.counts else standing
    assert standing == found.standing
    # In whatever order the records are read.
    shuffled.shuffle(said)
    shuffled.shuffle(were)
    assert history.of(said, were) == found


def test_a_pause_ends_when_a_session_takes_place():
    paused = (UUID(int=1), NOON, SaidStep(Step.PAUSED))
    when = WallTime((NOON + timedelta(days=2)).date(), 600, "UTC")
    session = (UUID(int=2), MedicineSession(Status.HELD, when, 50))
    assert history.of([paused], [session]).standing.phase is Phase.INTEGRATION
