"""POST /check-ins/<id>/deletion and its undo, /check-ins/<id>/restoration."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests import browsers, people


@pytest.fixture
def address(phone):
    record_id = uuid4()
    phone.post("/check-ins/new", mood="6", note="The heron.", client_id=str(record_id))
    phone.get("/check-ins")
    return f"/check-ins/{record_id}"


def test_ana_deletes_and_takes_it_back(phone, address):
    assert phone.post(f"{address}/deletion").status_code == 303
    page = phone.get("/check-ins").text
    assert "The heron." not in page
    assert f'action="{address}/restoration"' in page
    assert phone.post(f"{address}/restoration").status_code == 303
    assert "The heron." in phone.get("/check-ins").text


def test_deleting_and_taking_back_twice_is_once(phone, address):
    for action in ("deletion", "deletion", "restoration", "restoration"):
        assert phone.post(f"{address}/{action}").status_code == 303
    assert phone.get("/check-ins").text.count("The heron.") == 1


def test_a_deleted_one_is_gone_from_every_page(phone, address):
    phone.post(f"{address}/deletion")
    assert phone.get(f"{address}/edit").status_code == 404
    assert phone.post(f"{address}/edit", version="1", mood="5").status_code == 422
    assert "Mood" not in phone.get("/trends").text
    assert "data-before" not in phone.get("/check-ins/new").text


def test_the_undo_lasts_for_some_hours(phone, address, at_ten):
    phone.post(f"{address}/deletion")
    at_ten.shift(timedelta(minutes=10))
    assert phone.post(f"{address}/restoration").status_code == 303
    assert "The heron." in phone.get("/check-ins").text


@pytest.mark.parametrize("action", ["deletion", "restoration"])
@pytest.mark.parametrize("who", ["otto", "theo"])
def test_nobody_else_can(app, tess, phone, theos, address, action, who):
    if who == "otto":
        browser = browsers.sign_in(app, people.patient(tess.db, tess.site, "Otto", of=tess))
    else:
        browser = theos
    answer = browser.post(f"{address}/{action}")
    assert (answer.status_code, answer.data) == (404, browser.get("/nowhere").data)
    assert "The heron." in phone.get("/check-ins").text


@pytest.mark.parametrize("action", ["deletion", "restoration"])
def test_an_entry_is_no_check_in(phone, ana, action):
    entry = ana.write("The river.")
    assert phone.post(f"/check-ins/{entry.id}/{action}").status_code == 404
    assert phone.post(f"/check-ins/{uuid4()}/{action}").status_code == 404
