"""Words that a phone sealed while they were typed come back as drafts: once, and over nothing.

Red when journal/features/entries/arrivals.py: what was kept or thrown away is not asked for, an
arrival replaces words that do not stand in it, a turn far ahead is taken for its page's, or a
draft is written as an entry; when journal/core/inbox.py: a check-in that its page sent, too, is
told as refused.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests import phones
from tests.feature.entries.test_draft_of_two_tabs import Tab, unfinished

__all__ = ["sealed"]
WORDS = "The heron stood still until dusk."


@pytest.fixture
def sealed(phone, ana):
    """Let Ana's phone seal and send what a page holds, and bring it in; what Today says then."""
    enrolled = phones.enrolled(ana)

    def arrive(fields: dict[str, Any], kind: str = "draft", **more: Any) -> str:
        said = {name: str(value) for name, value in fields.items()}
        item = enrolled.write(kind=kind, fields=said, **more)
        enrolled.send(ana.db, item)
        assert phone.post("/account/phone/opening").status_code == 303
        return phone.get("/today").text

    return arrive


@pytest.fixture
def tab(phone, at_ten):
    return Tab(phone, "/entries/new", at_ten)


def of(tab: Tab, body: str, turn: int, **more: Any) -> dict[str, Any]:
    return {**tab.fields, "turn": turn, "body": body, **more}


def bodies(phone, at_ten) -> list[str]:
    found = []
    for address in unfinished(phone):
        answer = phone.get(address)
        found.append(Tab(phone, answer.location or address, at_ten).words)
    return sorted(found)


def test_words_that_reached_nobody_are_a_draft_again(phone, tab, sealed, at_ten):
    today = sealed(of(tab, WORDS, 1, audience="journal"))
    assert "1 thing that you had not finished came from your phone." in today
    assert bodies(phone, at_ten) == [WORDS]
    assert WORDS not in phone.get("/entries?q=heron").text, "never an entry by itself"
    again = Tab(phone, unfinished(phone)[0], at_ten)
    assert again.keep(WORDS).status_code == 303
    assert unfinished(phone) == []


def test_the_same_words_arrive_once(phone, tab, sealed, at_ten):
    for _ in range(2):
        told = sealed(of(tab, WORDS, 1))
    assert "came from your phone" not in told
    assert bodies(phone, at_ten) == [WORDS]


def test_what_goes_on_takes_the_place_of_what_it_goes_on_from(phone, tab, sealed, at_ten):
    tab.type(WORDS[:9])
    sealed(of(tab, WORDS, 2))
    assert bodies(phone, at_ten) == [WORDS]


def test_what_differs_stands_beside_what_is_there_and_once(phone, tab, sealed, at_ten):
    tab.type("Quite other words.")
    for _ in range(2):
        sealed(of(tab, WORDS, 2))
    assert bodies(phone, at_ten) == ["Quite other words.", WORDS]


@pytest.mark.parametrize("typed", [True, False])
def test_a_turn_far_ahead_takes_no_page_its_drafts(phone, tab, sealed, at_ten, typed):
    if typed:
        tab.type(WORDS[:9], turn=3)
    for _ in range(2):
        sealed(of(tab, WORDS[:9] + " Somebody else's words.", 10**11))
    tab.type(WORDS, turn=4)
    assert WORDS in bodies(phone, at_ten)
    sealed(of(tab, WORDS + " And dawn.", 5))
    found = bodies(phone, at_ten)
    assert WORDS + " And dawn." in found
    assert len(found) == 2


def test_older_words_of_a_page_change_nothing(phone, tab, sealed, at_ten):
    tab.type(WORDS, turn=5)
    assert "came from your phone" not in sealed(of(tab, "Half", 4))
    assert bodies(phone, at_ten) == [WORDS]


@pytest.mark.parametrize("typed", [WORDS[:9], "Words that were struck out later."])
def test_what_was_kept_brings_no_ghost(phone, tab, sealed, typed):
    tab.type(WORDS, turn=3)
    assert tab.keep(WORDS).status_code == 303
    sealed(of(tab, typed, 2))
    assert unfinished(phone) == []


def test_words_typed_after_their_page_was_kept_stand_beside_the_entry(phone, tab, sealed, at_ten):
    tab.type(WORDS, turn=3)
    tab.keep(WORDS)
    sealed(of(tab, "Typed after going back.", 4))
    assert len(unfinished(phone)) == 1
    answer = phone.get(unfinished(phone)[0])
    page = phone.get(answer.location).text
    assert "This entry was changed elsewhere" in page
    assert "Typed after going back." in page
    assert WORDS in page


def test_what_was_discarded_stays_so(phone, tab, sealed):
    tab.type(WORDS, turn=3)
    assert phone.post(f"{tab.draft}/deletion").status_code == 303
    sealed(of(tab, WORDS, 3))
    assert unfinished(phone) == []


def test_changes_to_an_entry_that_moved_on_are_shown_with_it(phone, keep, sealed, at_ten):
    address = keep("The first text.")
    tab = Tab(phone, f"{address}/edit", at_ten)
    Tab(phone, f"{address}/edit", at_ten).keep("Told elsewhere.")
    sealed({**of(tab, WORDS, 1), "client_id": address.rpartition("/")[2]})
    page = phone.get(phone.get(unfinished(phone)[0]).location).text
    assert "This entry was changed elsewhere" in page
    assert WORDS in page
    assert "Told elsewhere." in page


@pytest.mark.parametrize("broken", [{"client_id": "x"}, {"of": "x"}, {"body": "x" * 200_001}])
def test_nonsense_is_told_and_not_dropped(phone, tab, sealed, broken):
    assert "could not be read" in sealed({**of(tab, WORDS, 1), **broken})
    assert unfinished(phone) == []


def test_a_check_in_that_its_page_sent_too_is_one(phone, sealed):
    client_id, fields = uuid4(), {"mood": "4", "note": WORDS}
    assert phone.post("/check-ins/new", client_id=client_id, **fields).status_code == 303
    assert "could not be read" not in sealed(fields, "check-in", item_id=client_id)
    assert phone.get("/check-ins").text.count(WORDS) == 1


def test_a_check_in_whose_page_got_through_later_is_one(phone, sealed):
    client_id, fields = uuid4(), {"mood": "4", "note": WORDS}
    sealed(fields, "check-in", item_id=client_id)
    assert phone.post("/check-ins/new", client_id=client_id, **fields).status_code == 303
    assert phone.get("/check-ins").text.count(WORDS) == 1


def test_a_note_that_was_saved_brings_no_draft(phone, sealed):
    client_id = uuid4()
    phone.post("/check-ins/new", client_id=client_id, mood="4", note=WORDS)
    sealed({"client_id": uuid4(), "turn": 1, "title": "Note", "body": WORDS, "of": client_id})
    assert unfinished(phone) == []


def test_a_phone_may_ask_whether_words_are_here_and_no_one_else(phone, tab, outsiders):
    asks = f"{tab.draft}?page={tab.fields['page']}&turn="
    assert phone.get(f"{asks}1").status_code == 404
    tab.type(WORDS, turn=2)
    assert [phone.get(f"{asks}{turn}").status_code for turn in (1, 2, 3)] == [204, 204, 404]
    assert [one.get(f"{asks}1").status_code for one in outsiders] == [404, 404]
    tab.keep(WORDS)
    assert [phone.get(f"{asks}{turn}").status_code for turn in (2, 3)] == [204, 404]


def test_a_page_names_ones_own_phones_alone(phone, ana, noras):
    enrolled = phones.enrolled(ana)
    for path in ("/entries/new", "/check-ins/new", "/today"):
        assert f'data-phones="{enrolled.id}"' in phone.get(path).text
        assert str(enrolled.id) not in noras.get(path).text
