"""/patients/<grant>/care: Tess plans, moves, cancels and records sessions."""

from datetime import timedelta
from uuid import uuid4

from journal.core import accounts, consent
from tests import browsers, people
from tests.browsers import value_of


def address(grant, record="", rest=""):
    return "/".join(filter(None, (f"/patients/{grant}/care", str(record), rest)))


def version_of(laptop, grant, record):
    return value_of(laptop.get(address(grant, record)).text, "version")


def hold(laptop, grant, record, began="2026-11-22T08:00", ended="2026-11-22T08:50", **more):
    version = value_of(laptop.get(address(grant, record, "outcome")).text, "version")
    fields = {"started_at": began, "ended_at": ended, "version": version} | more
    return laptop.post(address(grant, record, "outcome"), **fields)


def test_tess_plans_a_session_and_sees_it_in_her_own_time(laptop, grant, planned):
    assert planned()
    page = laptop.get(address(grant)).text
    assert "Session 1" in page
    assert "Tuesday 24 November, 10:00" in page
    assert f'href="/patients/{grant}/care"' in laptop.get(f"/patients/{grant}").text


def test_planning_twice_with_one_id_is_planning_once(laptop, grant, planned):
    client_id = str(uuid4())
    planned(client_id=client_id)
    planned(client_id=client_id)
    assert laptop.get(address(grant)).text.count("<strong>Session") == 1


def test_another_day_from_the_same_page_is_asked_after(laptop, grant, planned):
    client_id = str(uuid4())
    planned(client_id=client_id)
    other = {"starts_at": "2026-11-25T15:30", "client_id": client_id}
    answer = laptop.post(address(grant), **other)
    assert answer.status_code == 409
    assert value_of(answer.text, "starts_at") == "2026-11-25T15:30"
    assert "Tuesday 24 November, 10:00" in answer.text
    assert value_of(answer.text, "client_id") not in ("", client_id)


def test_a_day_that_nobody_can_plan_for_is_refused_and_stays_typed(laptop, grant):
    for when in ("", "soon", "2026-11-21T23:59", "2036-01-01T10:00"):
        answer = laptop.post(address(grant), starts_at=when)
        assert answer.status_code == 422, when
        assert "data-errors" in answer.text, when
        assert value_of(answer.text, "starts_at") == when
    assert laptop.post(address(grant), starts_at=" \t\u3000 ").status_code == 422


def test_a_session_is_moved_and_keeps_what_was_planned_before(laptop, grant, planned):
    record = planned()
    version = version_of(laptop, grant, record)
    fields = {"starts_at": "2026-11-25T15:30", "version": version}
    assert laptop.post(address(grant, record), **fields).status_code == 303
    page = laptop.get(address(grant, record)).text
    assert "Wednesday 25 November, 15:30" in page
    assert "Tuesday 24 November, 10:00" in page
    # The answer was lost and she presses again.
    assert laptop.post(address(grant, record), **fields).status_code == 303


def test_a_change_over_a_newer_one_answers_409_with_what_was_typed(laptop, grant, planned):
    record = planned()
    version = version_of(laptop, grant, record)
    laptop.post(address(grant, record), starts_at="2026-11-25T15:30", version=version)
    answer = laptop.post(address(grant, record), starts_at="2026-11-26T09:00", version=version)
    assert answer.status_code == 409
    assert "2026-11-26T09:00" in answer.text
    assert "Wednesday 25 November, 15:30" in answer.text
    fresh = value_of(answer.text, "version")
    again = laptop.post(address(grant, record), starts_at="2026-11-26T09:00", version=fresh)
    assert again.status_code == 303


def test_a_cancelled_session_has_no_number_and_moves_no_more(laptop, grant, planned, theos):
    record = planned()
    version = version_of(laptop, grant, record)
    gone = laptop.post(address(grant, record, "cancellation"), version=version)
    assert gone.status_code == 303
    assert "Cancelled session" in laptop.get(address(grant)).text
    nothing = theos.get("/no/such/page").data
    moved = laptop.post(address(grant, record), starts_at="2026-11-26T09:00", version="2")
    assert (moved.status_code, moved.data) == (404, nothing)
    assert laptop.get(address(grant, record, "outcome")).data == nothing


def test_a_stale_cancellation_says_so(laptop, grant, planned):
    record = planned()
    version = version_of(laptop, grant, record)
    laptop.post(address(grant, record), starts_at="2026-11-25T15:30", version=version)
    answer = laptop.post(address(grant, record, "cancellation"), version=version)
    assert answer.location == address(grant, record)
    assert "changed meanwhile" in laptop.get(answer.location).text


def test_tess_records_that_it_took_place_and_corrects_it(laptop, grant, planned):
    record = planned("2026-11-22T09:00")
    assert hold(laptop, grant, record).status_code == 303
    page = laptop.get(address(grant)).text
    assert "took place" in page
    assert "08:00 · 50 minutes" in page
    assert hold(laptop, grant, record, ended="2026-11-22T09:05").status_code == 303
    page = laptop.get(address(grant, record)).text
    assert "1 hour 5 minutes" in page
    assert "50 minutes" in page


def test_times_that_can_not_be_are_refused(laptop, grant, planned):
    record = planned()
    for began, ended in (
        ("2026-11-22T08:00", "2026-11-22T07:00"),
        ("2026-11-22T08:00", "2026-11-22T11:00"),
        ("2026-11-21T08:00", "2026-11-22T08:00"),
        ("", ""),
    ):
        assert hold(laptop, grant, record, began, ended).status_code == 422, (began, ended)


def test_a_session_over_midnight_has_its_length(laptop, grant, planned):
    record = planned()
    hold(laptop, grant, record, "2026-11-21T23:40", "2026-11-22T00:30")
    page = laptop.get(address(grant)).text
    assert "Saturday 21 November, 23:40 · 50 minutes" in page


def test_theo_finds_none_of_it(laptop, grant, planned, theos, phone):
    record = planned()
    nothing = theos.get("/no/such/page").data
    fields = {"starts_at": "2026-11-25T10:00", "version": "1", "started_at": "2026-11-22T08:00"}
    for rest in ((), (record,), (record, "outcome"), (record, "cancellation")):
        where = address(grant, *rest)
        for device in (theos, phone):
            got, posted = device.get(where), device.post(where, **fields)
            wanted = (404, nothing)
            assert (posted.status_code, posted.data) == wanted, where
            assert got.status_code in (404, 405), where
    assert theos.get("/care").data == nothing
    assert "Tuesday 24 November, 10:00" in laptop.get(address(grant)).text


def test_a_record_is_not_there_under_another_patients_grant(app, laptop, tess, grant, planned):
    record = planned()
    people.patient(tess.db, tess.site, "Otto", of=tess)
    [other] = [one for one in people.grants_of(tess) if one != grant]
    for where in (address(other, record), address(other, record, "outcome")):
        assert laptop.get(where).status_code == 404
    assert laptop.get(address(grant, uuid4())).status_code == 404
    assert "Session 1" not in laptop.get(address(other)).text


def test_after_the_end_her_pages_of_this_patient_are_not_there(laptop, ana, grant, planned):
    record = planned()
    ana.db.rollback()
    consent.revoke(ana.db, ana.keyring, grant, now=people.NOW)
    ana.db.commit()
    for where in (address(grant), address(grant, record)):
        assert laptop.get(where).status_code == 404
        assert laptop.post(where, starts_at="2026-11-26T10:00", version="1").status_code == 404


def test_a_therapist_from_before_finds_an_empty_page(laptop, grant):
    assert "No session yet" in laptop.get(address(grant)).text


def test_when_ana_travels_a_session_stays_and_says_by_which_clocks(
    app, ana, phone, planned, at_ten
):
    planned()
    phone.get("/today")
    ana.db.rollback()
    abroad = {"name": "Ana", "zone": "America/New_York", "idle_minutes": 15}
    accounts.change_profile(ana.db, ana.keyring, **abroad)
    ana.db.commit()
    abroad = browsers.sign_in(app, ana, "a tablet")
    assert "10:00 by the clocks of Vienna" in abroad.get("/today").text
    at_ten.shift(timedelta(days=1, hours=18))
    # It is the 23rd in New York, and the 24th in Vienna already.
    assert "Session 1 is tomorrow" in browsers.sign_in(app, ana, "another").get("/today").text
