"""GET and POST /account/export: who gets it, and after what."""

import io
from zipfile import ZipFile

import pytest

from journal.core import throttle
from tests.people import PASSWORD
from tests.town import TYPED
from tests.visitors import read

PATH = "/account/export"


@pytest.mark.parametrize("name", ["ana", "tess"])
def test_the_account_leads_there_and_the_page_says_what_the_file_is(town, name):
    person = town.people[name]
    assert PATH in person.page("/account").links
    assert "Whoever has the file can read it" in person.page(PATH).text


def test_ana_gets_a_zip_that_nothing_keeps(town):
    answer = town.ana.submit(PATH, password=PASSWORD)
    assert answer.status_code == 200
    assert answer.content_type == "application/zip"
    named = 'attachment; filename="afterglow-export-2026-11-22.zip"'
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert ZipFile(io.BytesIO(answer.data)).testzip() is None


def test_a_wrong_password_gets_the_page_again_and_no_word(town):
    answer = town.ana.submit(PATH, password="seven loud geese")
    assert answer.status_code == 422
    assert "This is not your password." in read(answer).text
    assert TYPED["private"].encode() not in answer.data
    assert "seven loud geese" not in answer.text


def test_without_a_password_there_is_nothing(town):
    for typed in ({}, {"password": ""}, {"password": "x" * 5000}):
        assert town.ana.post(PATH, **typed).status_code == 422


def test_somebody_at_an_open_phone_can_not_guess_for_long(town):
    for _ in range(throttle.PER_ADDRESS):
        assert town.ana.post(PATH, password="a guess of mine").status_code == 422
    answer = town.ana.post(PATH, password=PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_another_persons_password_is_a_wrong_one(town):
    town.ana.arrive("/account/password", password=PASSWORD, new_password="a lantern under willows")
    assert town.ana.post(PATH, password=PASSWORD).status_code == 422


def test_a_stranger_is_sent_to_sign_in(town):
    answer = town.stranger.get(PATH)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={PATH}")
    assert town.stranger.post(PATH, password=PASSWORD).status_code == 401


def test_another_site_can_not_ask_for_it(town):
    client = town.ana.client
    assert client.post(PATH, data={"password": PASSWORD}).status_code == 400
    typed = {"password": PASSWORD, "csrf_token": town.ana.token}
    from_elsewhere = {"Origin": "https://elsewhere.example"}
    assert client.post(PATH, data=typed, headers=from_elsewhere).status_code in (400, 403)
    assert client.post(PATH, data=typed).status_code == 200
