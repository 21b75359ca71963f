"""Drafts: kept while typing, gone when the entry is kept."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from journal.features.entries.leaf import of_page
from tests.browsers import value_of
from tests.feature.entries.conftest import links, same_as_missing


@pytest.fixture
def client_id():
    return str(uuid4())


def unfinished(phone):
    return re.findall(r'href="/entries/new\?draft=([0-9a-f-]{36})"', phone.get("/entries").text)


def test_typing_is_saved_and_offered_again(phone, client_id):
    answer = phone.post(
        f"/drafts/{client_id}",
        title="Half",
        body="a thou",
        tags="a,b",
        occurred_at="nonsen",
        audience="journal",
    )
    assert (answer.status_code, answer.json["state"]) == (200, "saved")
    assert answer.json["at"]
    assert unfinished(phone) == [client_id]
    assert links(phone.get("/entries").text) == []
    page = phone.get(f"/entries/new?draft={client_id}").text
    assert "a thou</textarea>" in page
    assert value_of(page, "title") == "Half"
    assert value_of(page, "occurred_at") == "nonsen"
    assert value_of(page, "client_id") == client_id
    assert re.search(r'value="journal" checked', page)


def test_the_script_sends_the_token_in_its_header(phone, client_id):
    sent = phone.client.post(
        f"/drafts/{client_id}",
        data={"body": "words"},
        headers={"X-CSRFToken": phone.token, "Accept": "application/json"},
    )
    assert sent.json["state"] == "saved"
    assert phone.client.post(f"/drafts/{client_id}", data={"body": "x"}).status_code == 400


def test_the_last_words_count(phone, client_id):
    for body in ("one", "two", "three"):
        phone.post(f"/drafts/{client_id}", body=body)
    assert unfinished(phone) == [client_id]
    assert "three</textarea>" in phone.get(f"/entries/new?draft={client_id}").text


def test_words_taken_away_leave_no_draft(phone, client_id):
    phone.post(f"/drafts/{client_id}", body="something")
    assert phone.post(f"/drafts/{client_id}", body=" ").status_code == 200
    assert unfinished(phone) == []


def test_keeping_the_entry_ends_its_draft_for_good(phone, client_id):
    phone.post(f"/drafts/{client_id}", body="half")
    phone.post("/entries/new", body="whole", client_id=client_id)
    assert unfinished(phone) == []
    late = phone.post(f"/drafts/{client_id}", body="half")
    assert (late.status_code, late.json) == (409, {"state": "kept"})
    assert unfinished(phone) == []
    assert "whole" in phone.get(f"/entries/{client_id}").text
    assert phone.get(f"/entries/new?draft={client_id}").location == f"/entries/{client_id}/edit"


def test_a_draft_does_not_bring_a_deleted_entry_back(phone, keep):
    address = keep("gone")
    phone.post(f"{address}/deletion")
    draft = address.replace("entries", "drafts")
    assert phone.post(draft, body="gone", version="1").status_code == 409
    assert unfinished(phone) == []


def test_changes_to_an_entry_are_drafts_too(phone, keep):
    address = keep("saved words")
    draft = address.replace("entries", "drafts")
    assert phone.post(draft, body="better words", version="1").status_code == 200
    assert "saved words" in phone.get(address).text
    [client_id] = unfinished(phone)
    assert phone.get(f"/entries/new?draft={client_id}").location == f"{address}/edit"
    page = phone.get(f"{address}/edit").text
    assert "better words</textarea>" in page
    phone.post(f"{address}/edit", body="better words", version=value_of(page, "version"))
    assert unfinished(phone) == []
    assert phone.post(draft, body="older words", version="1").status_code == 409
    assert "better words</textarea>" in phone.get(f"{address}/edit").text


def test_a_discarded_draft_can_be_taken_back(phone, client_id):
    phone.post(f"/drafts/{client_id}", body="maybe")
    for _ in range(2):
        answer = phone.post(f"/drafts/{client_id}/deletion")
        assert (answer.status_code, answer.location) == (303, "/entries")
    assert unfinished(phone) == []
    answer = phone.post(f"/drafts/{client_id}/restoration")
    assert answer.location == f"/entries/new?draft={client_id}"
    assert unfinished(phone) == [client_id]


def test_typing_on_after_discarding_keeps_the_words(phone, client_id, at_ten):
    phone.post(f"/drafts/{client_id}", body="maybe")
    phone.post(f"/drafts/{client_id}/deletion")
    phone.post(f"/drafts/{client_id}", body="yes, after all")
    at_ten.shift(timedelta(minutes=5))
    assert unfinished(phone) == [client_id]


def test_the_button_without_a_script_leads_back_to_the_journal(phone, client_id):
    answer = phone.client.post(
        f"/drafts/{client_id}",
        data={"body": "later", "csrf_token": phone.token},
        headers={"Accept": "text/html,application/xhtml+xml,image/avif,*/*;q=0.8"},
    )
    assert (answer.status_code, answer.location) == (303, "/entries")
    assert unfinished(phone) == [client_id]


def test_what_is_too_long_for_a_draft_is_not_lost_without_a_script(phone, client_id):
    words = "x" * 200_001
    assert phone.post(f"/drafts/{client_id}", body=words).status_code == 422
    answer = phone.client.post(
        f"/drafts/{client_id}",
        data={"body": words, "csrf_token": phone.token},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 422
    assert words in answer.text


def test_a_draft_is_no_entry(phone, client_id):
    phone.post(f"/drafts/{client_id}", body="half")
    address = f"/entries/{of_page(UUID(client_id), None).record_id}"
    assert same_as_missing(phone, phone.get(address))


def test_nobody_else_gets_at_it(phone, client_id, theos, noras):
    phone.post(f"/drafts/{client_id}", body="hers alone")
    assert same_as_missing(theos, theos.post(f"/drafts/{client_id}", body="x"))
    for browser in (theos, noras):
        for verb in ("deletion", "restoration"):
            assert same_as_missing(browser, browser.post(f"/drafts/{client_id}/{verb}"))
    noras.post(f"/drafts/{client_id}", body="other words")
    assert "hers alone</textarea>" in phone.get(f"/entries/new?draft={client_id}").text
