"""/today and /care: what hangs from a session comes due, moves with it, and is done once."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.core.state import change_state
from journal.features.care.anchored import WallTime
from journal.features.care.anchors import MOST_HELD, Anchor, Anchors
from journal.features.care.medicine_session import MedicineSession, Status, numbered
from journal.features.care.occurring import coming, due_at, occurrences
from journal.web.due import COURSE, HELD, LATEST, PLANNED, Due, Key
from tests.browsers import value_of
from tests.feature.care.test_anchored import MINUTES, WALLS, ZONES, stands_right
from tests.people import NOBODYS

VIENNA = "Europe/Vienna"


def a_due(name, days=1, **more):
    return Due(name, days, lambda one: f"{name} of {one.number}", lambda _one: "/measures", **more)


@pytest.fixture
def held(laptop, grant, planned):
    def hold(began="2026-11-21T08:00", ended="2026-11-21T08:50", record=None):
        record = record or planned()
        where = f"/patients/{grant}/care/{record}/outcome"
        version = value_of(laptop.get(where).text, "version")
        answer = laptop.post(where, started_at=began, ended_at=ended, version=version)
        assert answer.status_code == 303
        return record

    return hold


def today(device):
    return device.get("/today").text.partition('id="due-today"')[2].partition("</ul>")[0]


def test_what_is_tied_to_the_day_after_a_session_is_due_on_it(phone, held, tied):
    tied(a_due("sleep"), a_due("later", 7), a_due("second", numbers={2}))
    held()
    assert "sleep of 1" in today(phone)
    assert "later of 1" not in today(phone)
    assert "later of 1" in phone.get("/care").text
    assert "second" not in phone.get("/care").text


def test_the_check_in_stands_first_then_what_is_for_today_then_the_last_words(phone, held, tied):
    tied(a_due("sleep"))
    held()
    main = phone.get("/today").text.partition("<main")[2]
    places = ["<h1>", 'id="right-now"', 'id="due-today"', "What you wrote last", 'class="ways"']
    assert [main.count(place) for place in places] == [1] * len(places)
    assert sorted(places, key=main.index) == places


def test_when_tess_corrects_the_day_it_moves_along(phone, held, tied):
    tied(a_due("sleep"))
    record = held()
    assert "sleep of 1" in today(phone)
    held("2026-11-20T08:00", "2026-11-20T08:50", record=record)
    assert "sleep of 1" not in today(phone)


def test_three_stand_on_today_and_the_rest_behind_a_link(phone, held, tied):
    tied(*(a_due(name) for name in ("one", "two", "three", "four", "five")))
    held()
    assert today(phone).count('class="due"') == 3
    assert "And 2 more" in today(phone)
    assert phone.get("/care").text.count(" of 1</span></a>") == 5


def test_ana_leaves_something_out_and_takes_that_back(phone, ana, held, tied):
    tied(a_due("sleep"))
    held()
    page = phone.get("/care").text
    action = page.partition('action="/care/due/')[2].partition('"')[0]
    assert phone.post(f"/care/due/{action}").status_code == 303
    assert "sleep of 1" not in today(phone)
    undo = phone.get("/care").text.partition('action="/care/due/')[2].partition('"')[0]
    assert not undo or undo.endswith("return")
    assert phone.post(f"/care/due/{action.replace('omission', 'return')}").status_code == 303
    assert "sleep of 1" in today(phone)


def test_two_that_read_alike_are_one_line_and_left_out_together(phone, held, tied):
    alike = {"words": lambda _one: "PHQ-9", "address": lambda _one: "/measures"}
    tied(Due("dose", 1, **alike), Due("month", 1, **alike), a_due("sleep"))
    held()
    assert today(phone).count('class="due"') == 2
    action = phone.get("/care").text.partition('action="/care/due/')[2].partition('"')[0]
    phone.post(f"/care/due/{action}")
    assert "PHQ-9" not in today(phone)
    phone.post(f"/care/due/{action.replace('omission', 'return')}")
    assert today(phone).count('class="due"') == 2


def test_nothing_else_can_be_left_out(phone, laptop, held, tied):
    tied(a_due("sleep"))
    held()
    phone.get("/today")
    for name in ("sleep", "of-nobody"):
        assert phone.post(f"/care/due/{NOBODYS}/{name}/omission").status_code == 404
    assert laptop.post(f"/care/due/{NOBODYS}/sleep/omission").status_code == 404


def test_what_its_feature_says_is_done_is_not_asked(phone, held, tied):
    asked = []

    def done(_db, _keyring, found):
        asked.extend(found)
        return [one.key for one in found]

    tied(a_due("sleep", done=done), a_due("later", 7, done=done))
    held()
    assert today(phone) == ""
    assert {one.key.tie for one in asked} == {"sleep"}, "what is not due is not looked up"


def test_a_session_that_was_kept_before_anything_was_tied_is_found(ana, phone, held, tied):
    tied(a_due("sleep"))
    held()
    phone.get("/today")
    ana.db.rollback()
    change_state(ana.db, ana.keyring, lambda state: state.pop("tied"))
    ana.db.commit()
    assert "sleep of 1" in today(phone)


# The same without pages: whatever is moved wherever, in any zone.

DUES = st.lists(
    st.tuples(
        st.integers(-20, 200),
        MINUTES,
        st.sampled_from((HELD, LATEST, PLANNED, COURSE)),
        st.integers(1, 20),
        st.none() | st.frozensets(st.integers(1, 4), min_size=1),
    ),
    min_size=1,
    max_size=5,
)
COURSES = st.dictionaries(
    st.uuids(version=4), st.tuples(WALLS, st.booleans()), min_size=1, max_size=5
)


def made(drawn):
    return [
        a_due(f"tie-{number}", days, minute=minute, anchor=anchor, lasts=lasts, numbers=numbers)
        for number, (days, minute, anchor, lasts, numbers) in enumerate(drawn)
    ]


def course(sessions, begun):
    """Anchors as a therapist's sessions make them: those held first, each with its number."""
    ordered = sorted(sessions.items(), key=lambda one: (not one[1][1], one[1][0].at, one[0]))
    return Anchors(
        [Anchor(name, when, n, held) for n, (name, (when, held)) in enumerate(ordered, 1)],
        Anchor(UUID(int=7), begun, None, True),
    )


@settings(max_examples=80)
@given(COURSES, WALLS, DUES, st.sampled_from(ZONES), st.sampled_from(ZONES), st.data())
def test_wherever_sessions_are_moved_to_each_comes_once_on_its_own_local_day_and_hour(
    sessions, begun, drawn, home, abroad, data
):
    ties = made(drawn)
    moved = dict(sessions)
    for name in data.draw(st.lists(st.sampled_from(sorted(sessions)), max_size=3)):
        moved[name] = (data.draw(WALLS), moved[name][1])
    for standing, zone in ((course(sessions, begun), home), (course(moved, begun), abroad)):
        there = Anchors.load(standing.dump())
        found = occurrences(there, ties, zone=zone)
        assert len({one.key for one in found}) == len(found), "nothing is doubled"
        walls = {one.id: one for one in (*there.sessions, there.begun)}
        for one in found:
            anchor = walls[one.key.session]
            tie = next(tie for tie in ties if tie.name == one.key.tie)
            assert one.day == anchor.when.day + timedelta(tie.days)
            assert stands_right(one.day, tie.minute, zone, one.at)
            assert one.until == one.day + timedelta(tie.lasts - 1)
        for tie in ties:
            expected = {
                HELD: [one for one in there.sessions if one.held],
                LATEST: [one for one in there.sessions if one.held][-1:],
                PLANNED: [one for one in there.sessions if not one.held],
                COURSE: [there.begun],
            }[tie.anchor]
            wanted = {
                Key(one.id, tie.name)
                for one in expected
                if tie.numbers is None or tie.anchor == COURSE or one.number in tie.numbers
            }
            assert {one.key for one in found if one.key.tie == tie.name} == wanted, "none is lost"


@settings(max_examples=60)
@given(COURSES, WALLS, DUES, st.sampled_from(ZONES), st.data())
def test_each_is_first_to_come_then_due_then_over_and_never_two_of_these(
    sessions, begun, drawn, zone, data
):
    found = occurrences(course(sessions, begun), made(drawn), zone=zone)
    if not found:
        return
    one = data.draw(st.sampled_from(found))
    minute, ever = timedelta(minutes=1), timedelta(days=9999)
    for now, stage in ((one.at - minute, "comes"), (one.at, "due")):
        assert (one in due_at(found, now, zone=zone)) == (stage == "due")
        assert (one in coming(found, now, within=ever)) == (stage == "comes")
        assert one not in due_at(found, now, zone=zone, done={one.key})
    over = one.at + timedelta(days=(one.until - one.day).days + 2)
    assert one not in due_at(found, over, zone=zone)
    assert one not in coming(found, over, within=ever)


def test_whoever_can_not_ask_again_takes_what_is_planned_for_held():
    when = WallTime(date(2026, 11, 24), 600, VIENNA)
    planned = Anchors([Anchor(UUID(int=1), when, 1, False)], None)
    assert occurrences(planned, [a_due("sleep")], zone=VIENNA) == []
    [expected] = occurrences(planned, [a_due("sleep")], zone=VIENNA, expecting=True)
    assert expected.day == date(2026, 11, 25)


def test_a_course_of_many_sessions_keeps_the_first_and_the_latest():
    day = date(2025, 1, 1)
    many = [
        (UUID(int=n), MedicineSession(Status.HELD, WallTime(day + timedelta(n), 600, VIENNA), 50))
        for n in range(1, 60)
    ]
    kept = Anchors.of(numbered(many), None).sessions
    assert [one.number for one in kept] == [1, *range(60 - MOST_HELD, 60)]
