"""What Ana or Tess types into a form waits for them, until it is saved or thrown away.

Red when journal/web/kept_words.py: settles a form that was refused, keeps a secret, or gives a
phone's words the place of others; when a form with a text area leaves out parts.keeps_words().
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from journal.core import unfinished
from journal.core.models import Record
from journal.web import kept_words
from tests import people
from tests.browsers import ana, at_ten, phone, sign_in, tess, theo, theos, value_of

if TYPE_CHECKING:
    from tests.browsers import Browser

__all__ = ["ana", "at_ten", "phone", "tess", "theo", "theos"]
AT = "/check-ins/new"
NOTE = "Slept with the window open."


class Open:
    """One open page with a form, and what its script sends."""

    def __init__(self, browser: Browser, at: str = AT) -> None:
        self.browser, self.at = browser, at
        self.text = browser.get(at).text
        self.fields = {name: value_of(self.text, name) for name in ("page", "turn")}
        self.page, self.turn = self.fields["page"][:36], int(self.fields["turn"])

    def type_(self, note: str, **more: Any) -> Any:
        """Let the script send what is typed by now."""
        self.turn += 1
        pairs = [["note", note]] if note else []
        said = {"turn": self.turn, "at": self.at, "title": "Check in", "typed": json.dumps(pairs)}
        return self.browser.post(f"/words/{self.page}", **{**said, **more})

    def save(self, **typed: Any) -> Any:
        """Press the button."""
        fields = {**self.fields, "turn": self.turn, **typed}
        return self.browser.post(self.at, client_id=str(uuid4()), **fields)


def waiting(browser: Browser) -> list[str]:
    return re.findall(r'data-field="note">([^<]*)<', browser.get("/words").text)


def test_what_was_typed_is_shown_where_it_was_typed_and_can_be_read(phone):
    tab = Open(phone)
    assert 'data-kept-words="' not in tab.text
    assert tab.type_(NOTE).json == {"state": "saved"}
    again = phone.get(AT).text
    assert f'data-kept-words="{tab.page} 1"' in again
    assert NOTE in again
    assert NOTE not in phone.get("/check-ins").text
    assert NOTE in phone.get("/words").text


def test_saving_the_form_settles_its_words_and_no_other_pages(phone):
    tab, other = Open(phone), Open(phone)
    tab.type_(NOTE)
    other.type_("Elsewhere.")
    assert tab.save(mood=4, note=NOTE).status_code == 303
    assert waiting(phone) == ["Elsewhere."]
    assert tab.type_(NOTE, turn=1).status_code == 409, "it was held up on its way"
    assert waiting(phone) == ["Elsewhere."]


def test_a_refused_form_keeps_its_words_and_goes_on_as_the_same_page(phone):
    tab = Open(phone)
    tab.type_(NOTE)
    refused = tab.save(mood=99, note=NOTE)
    assert refused.status_code == 422
    assert (value_of(refused.text, "page")[:36], value_of(refused.text, "turn")) == (tab.page, "1")
    assert "data-kept-words" not in refused.text, "they stand in the form itself"
    assert waiting(phone) == [NOTE]
    assert tab.save(mood=9, note=NOTE).status_code == 303
    assert waiting(phone) == []


def test_two_versions_keep_the_words_until_one_is_saved(phone):
    Open(phone).save(mood=4)
    [edit] = re.findall(r'href="(/check-ins/[^"]+/edit)"', phone.get("/check-ins").text)
    tab = Open(phone, edit)
    tab.type_(NOTE)
    assert phone.post(edit, mood=5, version=1).status_code == 303
    stale = tab.save(mood=6, note=NOTE, version=1)
    assert stale.status_code == 409
    assert value_of(stale.text, "page")[:36] == tab.page
    assert waiting(phone) == [NOTE]
    assert tab.save(mood=6, note=NOTE, version=2).status_code == 303
    assert waiting(phone) == []


def test_a_form_that_sent_nothing_ahead_costs_nothing(phone, monkeypatch):
    monkeypatch.setattr(kept_words.unfinished, "settle", None)
    assert Open(phone).save(mood=4).status_code == 303


def test_thrown_away_it_can_be_brought_back(phone):
    tab = Open(phone)
    tab.type_(NOTE)
    answer = phone.post(f"/words/{tab.page}/deletion", back=AT)
    assert (answer.status_code, answer.location) == (303, AT)
    there = phone.get(AT).text
    assert NOTE not in there
    assert f"/words/{tab.page}/restoration" in there
    assert phone.post(f"/words/{tab.page}/restoration").location == AT
    assert waiting(phone) == [NOTE]
    assert phone.post(f"/words/{tab.page}/deletion", back="//elsewhere").location == "/words"


def test_nobody_else_sees_or_changes_them(phone, theos, tess, app):
    noras = sign_in(app, people.patient(tess.db, tess.site, "Nora", of=tess))
    tab = Open(phone)
    tab.type_(NOTE)
    for browser in (theos, noras):
        nothing = browser.get("/no/such/page")
        for answer in (
            browser.post(f"/words/{tab.page}/deletion"),
            browser.post(f"/words/{tab.page}/restoration"),
            browser.get(f"/words/{tab.page}?turn=1"),
        ):
            assert (answer.status_code, answer.data) == (404, nothing.data)
        assert NOTE not in browser.get("/words").text
    noras.post(f"/words/{tab.page}", turn=9, at=AT, title="", typed='[["note", "Nora\'s"]]')
    assert waiting(phone) == [NOTE]


def test_a_therapists_words_wait_for_her(theo, theos, phone):
    at = "/caseload/invitations/new"
    said = {"turn": 1, "at": at, "title": "Caseload", "typed": json.dumps([["note", NOTE]])}
    page = kept_words.new_page(theo.keyring.account_id)
    assert theos.post(f"/words/{page}", **said).status_code == 200
    assert NOTE in theos.get(at).text
    assert waiting(theos) == [NOTE]
    assert waiting(phone) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"at": "https://elsewhere.example/"},
        {"at": "//elsewhere.example"},
        {"at": "/caseload"},  # a therapist's
        {"at": "/no/such/page"},
        {"at": "/help-now"},  # nobody types there
        {"turn": ""},
        {"turn": "-1"},
        {"typed": "no list"},
        {"typed": '{"note": 1}'},
        {"typed": '[["note", 5]]'},
        {"typed": ""},
        {"typed": "[" * 100_000},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(phone, odd):
    assert Open(phone).type_(NOTE, **odd).status_code == 422
    assert waiting(phone) == []


def test_a_tab_left_open_sends_nothing_to_who_signs_in_after_her(phone, theos):
    tab = Open(phone)
    tab.browser = theos
    assert tab.type_(NOTE, at="/account").status_code == 401
    assert waiting(theos) == []


def test_a_reader_is_told_what_each_field_is(phone):
    tab = Open(phone)
    typed = [["mood", "3", "Mood"], ["how", "level", "How", "At a level"]]
    assert tab.type_(NOTE, typed=json.dumps(typed)).status_code == 200
    for path in (AT, "/words"):
        page = phone.get(path).text
        assert 'Mood</span> <span data-field="mood">3<' in page
        assert '<span data-field="how" data-value="level">At a level<' in page
    for odd in (["how"], ["how", "x", "y", "z", "more"], ["how", "x", 5]):
        assert tab.type_(NOTE, typed=json.dumps([odd])).status_code == 422


def test_secrets_are_never_kept_and_too_much_is_refused(phone):
    tab = Open(phone)
    typed = [["password", "four quiet herons"], ["kit", "ABCD"], ["note", NOTE]]
    tab.type_(NOTE, typed=json.dumps(typed))
    assert "four quiet herons" not in phone.get("/words").text
    assert waiting(phone) == [NOTE]
    assert tab.type_("x" * 300_000).status_code == 413


def test_what_made_room_or_does_not_open_is_said_and_leaves_the_list(phone, monkeypatch, app):
    monkeypatch.setattr(unfinished, "MOST", 1)
    first, second = Open(phone), Open(phone)
    first.type_(NOTE)
    second.type_("Elsewhere.")
    assert "1 made room" in phone.get("/today").text
    address = f"/words/{first.page}/restoration"
    assert f'action="{address}"' in phone.get("/words").text
    phone.post(address)
    assert sorted(waiting(phone)) == ["Elsewhere.", NOTE]
    assert "made room" not in phone.get("/words").text
    with app.extensions["journal"].database.session() as db:
        mine = Record.id == unfinished.record_id_of(UUID(first.page))
        db.execute(update(Record).where(mine).values(body=b"scratched"))
        db.commit()
    page = phone.get("/words").text
    assert "One that can" in page
    phone.post(f"/words/{first.page}/deletion")
    assert "One that can" not in phone.get("/words").text
    assert "1 thing you typed" in phone.get("/today").text


def test_it_is_said_where_somebody_begins(phone, theo, theos):
    Open(phone).type_(NOTE)
    assert "Not saved yet: 1" in phone.get("/entries").text
    assert "1 thing you typed is not saved yet" in phone.get("/today").text
    assert value_of(phone.get("/today").text, "page")[36:] == AT, "Today stays what it is for"
    said = {"turn": 1, "at": "/caseload", "title": "", "typed": json.dumps([["note", NOTE]])}
    theos.post(f"/words/{kept_words.new_page(theo.keyring.account_id)}", **said)
    assert "Not saved yet: 1" in theos.get("/caseload").text
