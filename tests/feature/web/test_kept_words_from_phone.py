"""Words of a form that a phone sealed come back as unfinished: once, over nothing, into nothing.

Red when journal/web/kept_words.py: an arrival replaces words that do not stand in it, makes room
for itself, or ends a page's words that did not come with its form.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from journal.core import open_pages, unfinished
from tests.browsers import ana, at_ten, phone, tess, theo, theos
from tests.feature.entries.test_draft_from_phone import sealed
from tests.feature.web.test_kept_words import AT, NOTE, Open, waiting

__all__ = ["ana", "at_ten", "phone", "sealed", "tess", "theo", "theos"]
DEEP = "[" * 100_000
BACK = "1 thing that you had not finished came from your phone."


def held(tab: Open, note: str, turn: int, **more: Any) -> dict[str, Any]:
    """What the script of a page seals."""
    typed = json.dumps([["note", note]])
    return {"page": tab.page, "turn": turn, "at": AT, "title": "", "typed": typed, **more}


def whole(tab: Open, note: str, **more: Any) -> dict[str, Any]:
    """What a check-in seals as its button is pressed."""
    fields = {"page": f"{tab.page}{AT}", "turn": tab.turn, "client_id": str(uuid4())}
    return {**fields, "mood": 4, "note": note, **more}


def test_words_that_reached_nobody_come_back_to_their_page_once(phone, sealed):
    tab = Open(phone)
    assert BACK in sealed(held(tab, NOTE, 1), "form")
    assert "came from your phone" not in sealed(held(tab, NOTE, 1), "form")
    assert waiting(phone) == [NOTE]
    assert f'data-kept-words="{tab.page} 1"' in phone.get(AT).text
    assert NOTE not in phone.get("/check-ins").text


def test_what_was_saved_or_thrown_away_does_not_come_back(phone, sealed):
    saved, thrown = Open(phone), Open(phone)
    saved.type_(NOTE)
    saved.save(mood=4, note=NOTE)
    thrown.type_(NOTE)
    phone.post(f"/words/{thrown.page}/deletion")
    for tab in (saved, thrown):
        sealed(held(tab, NOTE, 1), "form")
    assert waiting(phone) == []


def test_older_words_keep_nobody_out_once_it_is_forgotten_that_they_were_thrown_away(
    phone, sealed, monkeypatch
):
    tab = Open(phone)
    tab.type_(NOTE, turn=2)
    phone.post(f"/words/{tab.page}/deletion")
    monkeypatch.setattr(open_pages, "settled", lambda *_of: False)
    assert "came from your phone" not in sealed(held(tab, NOTE[:9], 1), "form")
    assert waiting(phone) == []
    phone.post(f"/words/{tab.page}/restoration")
    assert waiting(phone) == [NOTE]


def test_it_may_add_words_and_never_take_any_away(phone, sealed):
    tab = Open(phone)
    tab.type_(NOTE)
    sealed(held(tab, f"{NOTE} And well.", 2), "form")
    assert waiting(phone) == [f"{NOTE} And well."]
    for turn in (3, 10**11):
        sealed(held(tab, f"Other words of turn {turn}.", turn), "form")
    assert f"{NOTE} And well." in waiting(phone)
    assert len(waiting(phone)) == 3
    assert tab.type_("On in the page.", turn=3).status_code == 200


def test_it_makes_no_room_for_itself(phone, sealed, monkeypatch):
    monkeypatch.setattr(unfinished, "MOST", 1)
    Open(phone).type_(NOTE)
    assert "could not be read" in sealed(held(Open(phone), "Pushing in.", 1), "form")
    assert waiting(phone) == [NOTE]


def test_a_check_in_that_comes_from_the_phone_ends_the_words_it_holds(phone, sealed):
    tab, other = Open(phone), Open(phone)
    tab.type_(NOTE[:9])
    other.type_("Elsewhere.")
    assert "is in your journal now" in sealed(whole(tab, NOTE), "check-in")
    assert waiting(phone) == ["Elsewhere."]
    sealed(whole(other, "Quite other words.", turn=99), "check-in")
    assert waiting(phone) == ["Elsewhere."]


def test_what_no_page_of_ours_seals_is_refused(phone, sealed):
    for odd in ({"at": "/caseload"}, {"typed": "x"}, {"turn": ""}, {"page": "x"}, {"typed": DEEP}):
        assert "could not be read" in sealed(held(Open(phone), NOTE, 1) | odd, "form")
    assert waiting(phone) == []
