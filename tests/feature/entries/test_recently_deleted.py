"""GET /entries/recently-deleted: the way back outlives the page that offered it first."""

import re
from datetime import timedelta
from uuid import uuid4

from tests.browsers import sign_in
from tests.feature.entries.conftest import same_as_missing

PAGE = "/entries/recently-deleted"


def ways_back(phone):
    return re.findall(r'action="(/[^"]+/restoration[^"]*)"', phone.get(PAGE).text)


def test_a_deleted_entry_is_brought_back_many_pages_later(phone, keep):
    address = keep("Words.", title="The river")
    assert PAGE not in phone.get("/entries").text
    phone.post(f"{address}/deletion")
    for _ in range(3):
        page = phone.get("/entries").text
    assert f'href="{PAGE}"' in page
    assert "The river" in phone.get(PAGE).text
    assert "23 November 2026, 10:00" in phone.get(PAGE).text
    [back] = ways_back(phone)
    assert phone.post(back).location == address
    assert "Words." in phone.get(address).text
    assert ways_back(phone) == []
    assert PAGE not in phone.get("/entries").text


def test_a_discarded_draft_stands_there_too(phone):
    client_id, page = uuid4(), uuid4()
    phone.post(f"/drafts/{client_id}", body="half a thought", page=str(page))
    phone.post(f"/drafts/{client_id}/deletion?page={page}")
    assert "half a thought" in phone.get(PAGE).text
    [back] = ways_back(phone)
    assert "half a thought" in phone.get(phone.post(back).location).text


def test_after_a_day_nothing_stands_there_and_nothing_comes_back(app, ana, phone, keep, at_ten):
    address = keep("words")
    phone.post(f"{address}/deletion")
    at_ten.shift(timedelta(hours=24, minutes=1))
    tomorrow = sign_in(app, ana)
    assert ways_back(tomorrow) == []
    assert same_as_missing(tomorrow, tomorrow.post(f"{address}/restoration"))


def test_it_shows_nothing_of_anas_to_anybody_else(phone, keep, noras, theos):
    phone.post(f"{keep('hers alone')}/deletion")
    assert ways_back(noras) == []
    assert "hers alone" not in noras.get(PAGE).text
    assert same_as_missing(theos, theos.get(PAGE))
