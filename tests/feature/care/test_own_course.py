"""/today and /care: Ana sees where she stands."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, select

from journal.core import consent, records
from journal.core.models import CareCopy
from tests import browsers, people
from tests.browsers import value_of


@pytest.fixture
def held(laptop, grant, planned):
    """Tess plans a session and records that it took place today."""

    def hold(began="2026-11-22T08:00", ended="2026-11-22T08:50"):
        record = planned()
        where = f"/patients/{grant}/care/{record}/outcome"
        version = value_of(laptop.get(where).text, "version")
        laptop.post(where, started_at=began, ended_at=ended, version=version)
        return record

    return hold


def earlier_versions(device):
    """What stands of a session below "Earlier versions", on the page that /care leads to."""
    page = device.get(
        re.search(r'href="(/care/[-0-9a-f]{36})">Earlier', device.get("/care").text)[1]
    )
    return page.text.partition("Earlier versions")[2]


def heading(device):
    return re.search(r"<h1>(.*?)</h1>", device.get("/today?whole=1").text)[1]


def test_before_any_session_today_is_as_ever(phone):
    assert heading(phone) == "Hello, Ana"
    assert 'id="course"' not in phone.get("/today").text
    assert "No session yet" in phone.get("/care").text


def test_ana_reads_when_her_session_is(phone, laptop, grant, planned):
    where = f"/patients/{grant}/care/{planned('2026-11-22T15:00')}"
    assert heading(phone) == "Session 1 is today"
    moves = {
        "2026-11-23T10:00": "Session 1 is tomorrow",
        "2026-11-24T10:00": "Session 1 is on Tuesday",
        "2026-11-29T10:00": "Session 1 is on Sunday 29 November",
    }
    for version, (starts_at, said) in enumerate(moves.items(), 1):
        laptop.post(where, starts_at=starts_at, version=version)
        assert heading(phone) == said


def test_a_moved_session_is_told_as_moved_and_a_cancelled_one_no_more(
    phone, laptop, grant, planned
):
    record = planned()
    assert heading(phone) == "Session 1 is on Tuesday"
    where = f"/patients/{grant}/care/{record}"
    laptop.post(where, starts_at="2026-11-26T10:00", version="1")
    assert heading(phone) == "Session 1 is on Thursday"
    assert "Tess wrote this" in phone.get("/care").text
    assert "Tuesday 24 November, 10:00" in earlier_versions(phone)
    laptop.post(f"{where}/cancellation", version="2")
    assert heading(phone) == "Hello, Ana"
    assert "Cancelled session" in phone.get("/care").text


def test_days_are_counted_from_the_session_and_the_next_one_stands_below(
    app, ana, phone, held, planned, at_ten
):
    held()
    planned("2026-11-27T10:00")
    assert heading(phone) == "Session 1 was today"
    at_ten.shift(timedelta(days=3))
    later = browsers.sign_in(app, ana, "a tablet")
    assert heading(later) == "Day 3 after session 1"
    assert "Session 2 is on Friday" in later.get("/today").text
    at_ten.shift(timedelta(days=200))
    assert heading(browsers.sign_in(app, ana, "a laptop")) == "Hello, Ana"


def test_the_last_session_stands_whole_and_those_before_it_lead_on(phone, held, planned, theos):
    held("2026-11-20T08:00", "2026-11-20T08:40")
    held()
    planned("2026-11-27T10:00")
    phone.get("/today")
    page = phone.get("/care").text
    assert "Session 3" in page
    assert "50 minutes" in page
    assert "40 minutes" not in page
    [first] = re.findall(r'href="(/care/[-0-9a-f]{36})"><strong>Session 1<', page)
    assert "40 minutes" in phone.get(first).text
    last = phone.get(f"/care?before={first[6:]}").text
    assert "<strong>Session 2<" not in last
    nothing = phone.get("/no/such/page").data
    assert [theos.get(first).status_code, phone.get(f"/care/{uuid4()}").data] == [404, nothing]


def test_a_session_is_a_mark_in_the_trends(phone, held):
    held()
    phone.get("/today")
    phone.post("/check-ins/new", mood="6")
    page = phone.get("/trends").text
    assert "<span>Session 1</span>" in page


def test_what_ana_was_told_stays_hers_after_she_stopped_sharing(phone, ana, grant, held):
    held()
    ana.db.rollback()
    consent.revoke(ana.db, ana.keyring, grant, now=people.NOW)
    ana.db.commit()
    assert heading(phone) == "Session 1 was today"
    assert "50 minutes" in phone.get("/care").text


def test_a_forged_copy_is_told_and_shows_nothing(phone, ana):
    ana.db.rollback()
    row = {"account_id": ana.id, "id": uuid4(), "sealed": b"\1\1" + bytes(2000)}
    ana.db.execute(insert(CareCopy).values(**row, refused=None))
    ana.db.commit()
    assert heading(phone) == "Hello, Ana"
    page = phone.get("/care").text
    assert "did not sign" in page
    assert "No session yet" in page


def test_whom_ana_shares_her_course_with_reads_it_as_a_therapists_word(
    phone, laptop, ana, grant, planned
):
    planned()
    phone.get("/today")
    ana.db.rollback()
    everything = consent.Choice(("care",), "everything")
    consent.change(ana.db, ana.root, grant, everything, now=people.NOW)
    ana.db.commit()
    [copy] = records.scan_as_owner(
        ana.db, ana.keyring, scopes_named=("care",), kind="medicine-session"
    )
    page = laptop.get(f"/patients/{grant}/records/{copy.id}").text
    assert "Planned session" in page
    assert "Tuesday 24 November, 10:00" in page
    assert "A therapist's word" in page.replace("&#39;", "'")


def test_the_copy_goes_once_and_nothing_stays_waiting(phone, ana, planned):
    planned()
    phone.get("/today")
    ana.db.rollback()
    assert ana.db.scalars(select(CareCopy.id)).all() == []


def test_today_asks_the_database_one_thing_more(app, phone, planned):
    planned()
    phone.get("/today")
    asked = []
    engine = app.extensions["journal"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    phone.get("/today")
    assert sum("care_copies" in text for text in asked) == 1
    care = sum("records" in text for text in asked)
    phone.get("/today")
    assert sum("records" in text for text in asked) == 2 * care
    assert len([text for text in asked if "care_copies" in text]) == 2
