"""GET, POST /check-ins/<id>/edit."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from journal.core import records
from tests import browsers, people


@pytest.fixture
def address(phone):
    """Where a check-in of Ana's is changed."""
    record_id = uuid4()
    phone.post(
        "/check-ins/new",
        client_id=str(record_id),
        mood="6",
        sleep_hours="7.25",
        tags="music",
        note="Calm.",
    )
    return f"/check-ins/{record_id}/edit"


def kept(person, address):
    """What is stored now, whatever this session read before."""
    person.db.rollback()
    return records.open_as_owner(person.db, person.keyring, id_of(address), kind="check-in")


def id_of(address):
    return UUID(address.split("/")[2])


def test_the_form_holds_what_was_said(phone, address):
    page = phone.get(address).text
    assert browsers.value_of(page, "mood") == "6"
    assert browsers.value_of(page, "anxiety") == ""
    assert browsers.value_of(page, "sleep_hours") == "7.25"
    assert browsers.value_of(page, "version") == "1"
    assert browsers.value_of(page, "occurred_at") == "2026-11-22T10:00"
    assert "Calm.</textarea>" in page


def test_ana_changes_what_she_said(phone, ana, address):
    answer = phone.post(
        address, version="1", mood="4", note="Calmer.", occurred_at="2026-11-21T21:00"
    )
    assert answer.status_code == 303
    now = kept(ana, address)
    assert (now.content["mood"], now.content["note"], now.content["tags"]) == (4, "Calmer.", [])
    assert now.occurred_at == datetime(2026, 11, 21, 20, tzinfo=UTC)
    assert now.version == 2


def test_a_time_left_alone_stays_to_the_second(phone, ana, at_ten):
    at_ten.shift(timedelta(seconds=34))
    record_id = uuid4()
    phone.post("/check-ins/new", mood="6", client_id=str(record_id))
    address = f"/check-ins/{record_id}/edit"
    shown = browsers.value_of(phone.get(address).text, "occurred_at")
    phone.post(address, version="1", mood="5", occurred_at=shown)
    assert kept(ana, address).occurred_at == people.NOW + timedelta(seconds=34)
    phone.post(address, version="2", mood="4", occurred_at="")
    assert kept(ana, address).occurred_at == people.NOW + timedelta(seconds=34)


def test_the_hour_that_autumn_repeats_is_not_moved_by_an_edit(phone, ana, at_ten):
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 for the second time
    opened = ana.write("", scope="check-ins", kind="check-in")
    records.edit(
        ana.db,
        ana.keyring,
        record_id=opened.id,
        version=1,
        content={"mood": 3},
        occurred_at=second,
        now=people.NOW,
    )
    ana.db.commit()
    address = f"/check-ins/{opened.id}/edit"
    shown = browsers.value_of(phone.get(address).text, "occurred_at")
    assert shown == "2026-10-25T02:30"
    assert phone.post(address, version="2", mood="4", occurred_at=shown).status_code == 303
    assert kept(ana, address).occurred_at == second


def test_two_devices_changing_the_same_one_lose_nothing(phone, ana, address):
    phone.post(address, version="1", mood="2", note="From the tablet.")
    answer = phone.post(address, version="1", mood="9", note="From the phone.", tags="walk")
    assert answer.status_code == 409
    assert "From the tablet." in answer.text
    assert "From the phone." in answer.text
    assert browsers.value_of(answer.text, "mood") == "9"
    assert browsers.value_of(answer.text, "tags") == "walk"
    assert kept(ana, address).content["note"] == "From the tablet."
    version = browsers.value_of(answer.text, "version")
    assert phone.post(address, version=version, mood="9", note="From the phone.").status_code == 303
    assert kept(ana, address).content["note"] == "From the phone."


def test_the_same_change_sent_twice_is_one(phone, ana, address):
    for _ in range(2):
        answer = phone.post(address, version="1", mood="2", occurred_at="2026-11-20T09:00")
        assert answer.status_code == 303
    assert kept(ana, address).version == 2


@pytest.mark.parametrize(
    "fields", [{"version": "1"}, {"version": "1", "mood": "11"}, {"mood": "5"}]
)
def test_an_invalid_change_is_refused_with_what_was_typed(phone, ana, address, fields):
    answer = phone.post(address, note="Typed for long.", **fields)
    assert answer.status_code == 422
    assert "Typed for long." in answer.text
    assert kept(ana, address).version == 1


def test_a_back_dated_change_finds_its_place(phone, ana, address):
    phone.post("/check-ins/new", mood="1", occurred_at="2026-11-21T10:00")
    phone.post(address, version="1", mood="7", occurred_at="2026-11-20T10:00")
    page = phone.get("/check-ins").text
    assert page.index("Mood <strong>1") < page.index("Mood <strong>7")


def test_the_form_names_only_who_reads_this_very_check_in(app, phone, ana, address):
    people.share_with(ana, people.therapist(ana.db, ana.site, "Vera"), ("check-ins",), since="now")
    assert "This check-in is shared with Vera." in phone.get("/check-ins/new").text
    assert "Only you can read this." in phone.get(address).text


@pytest.mark.parametrize("who", ["otto", "theo"])
def test_it_is_not_there_for_anybody_else(app, tess, theos, address, who):
    if who == "otto":
        browser = browsers.sign_in(app, people.patient(tess.db, tess.site, "Otto", of=tess))
    else:
        browser = theos
    missing = browser.get("/nowhere").data
    for answer in (browser.get(address), browser.post(address, version="1", mood="1")):
        assert (answer.status_code, answer.data) == (404, missing)


def test_an_entry_is_no_check_in(phone, ana):
    entry = ana.write("The river.")
    for answer in (
        phone.get(f"/check-ins/{entry.id}/edit"),
        phone.post(f"/check-ins/{entry.id}/edit", version="1", mood="5"),
        phone.get(f"/check-ins/{uuid4()}/edit"),
        phone.get("/check-ins/heron/edit"),
    ):
        assert answer.status_code == 404
