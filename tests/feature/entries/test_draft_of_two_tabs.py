"""Drafts of one entry in two tabs, and drafts that arrive late or in another order."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from tests.browsers import value_of

ITSELF = ("page", "turn", "continues", "version", "client_id")


class Tab:
    """One open page: what it sends is what stands in it, as autosave sends it."""

    def __init__(self, phone, address, traveller):
        self.phone, self.traveller = phone, traveller
        self.show(phone.get(address).text)

    def show(self, page):
        self.page = page
        self.fields = {name: value_of(page, name) for name in ITSELF if f'name="{name}"' in page}
        found = re.search(r'data-autosave="([^"]+)"', page)
        self.draft = found[1]
        self.action = re.search(r'<form method="post" action="([^"]+)" novalidate', page)[1]

    @property
    def words(self):
        return unescape(re.search(r"<textarea[^>]*>\s*([^<]*)</textarea>", self.page)[1])

    def type(self, body, turn=None):
        self.traveller.shift(timedelta(seconds=5))
        self.fields["turn"] = int(self.fields["turn"]) + 1 if turn is None else turn
        return self.phone.post(self.draft, body=body, **self.fields)

    def keep(self, body):
        answer = self.phone.post(self.action, body=body, **self.fields)
        if answer.status_code != 303:
            self.show(answer.text)
        return answer


@pytest.fixture
def open_tab(phone, at_ten):
    return lambda address: Tab(phone, address, at_ten)


def unfinished(phone):
    found = re.findall(r'href="(/entries/new\?draft=[^"]+)"', phone.get("/entries").text)
    return [unescape(address) for address in found]


def follow(phone, open_tab, address):
    answer = phone.get(address)
    return open_tab(answer.location or address)


@pytest.fixture
def address(keep):
    return keep("saved words")


def test_what_one_tab_saved_outlives_what_the_other_keeps(phone, address, open_tab):
    a, b = open_tab(f"{address}/edit"), open_tab(f"{address}/edit")
    assert a.type("Ana's long night.").json["state"] == "saved"
    assert b.type("Only a comma.").json["state"] == "saved"
    assert len(unfinished(phone)) == 2
    assert b.keep("Only a comma.").status_code == 303
    [left] = unfinished(phone)
    page = follow(phone, open_tab, left)
    assert page.words == "Ana's long night."
    assert "Only a comma." in page.page
    assert page.keep("Both, in the end.").status_code == 303
    assert unfinished(phone) == []
    assert "Both, in the end." in phone.get(address).text


def test_a_page_that_goes_on_from_a_draft_takes_its_place(phone, address, open_tab):
    open_tab(f"{address}/edit").type("half")
    later = open_tab(f"{address}/edit")
    assert later.words == "half"
    later.type("half and more")
    assert len(unfinished(phone)) == 1
    assert open_tab(f"{address}/edit").words == "half and more"
    later.keep("whole")
    assert unfinished(phone) == []


def test_what_was_typed_on_in_the_first_tab_stays(phone, address, open_tab):
    first = open_tab(f"{address}/edit")
    first.type("one")
    second = open_tab(f"{address}/edit")
    first.type("one, two")
    second.type("another end")
    second.keep("another end")
    [left] = unfinished(phone)
    assert follow(phone, open_tab, left).words == "one, two"


def test_a_new_entry_gone_on_with_in_two_tabs_loses_neither(phone, open_tab):
    begun = open_tab("/entries/new")
    begun.type("the beginning")
    again = follow(phone, open_tab, unfinished(phone)[0])
    begun.type("the beginning, here")
    assert again.keep("the beginning, there").status_code == 303
    [left] = unfinished(phone)
    assert follow(phone, open_tab, left).words == "the beginning, here"


def test_a_refused_page_goes_on_under_its_own_name(phone, open_tab):
    begun = open_tab("/entries/new")
    begun.type("words")
    before = dict(begun.fields)
    assert begun.keep("").status_code == 422
    assert begun.fields["page"] != before["page"]
    assert begun.fields["client_id"] == before["client_id"]
    begun.type("words and more")
    assert len(unfinished(phone)) == 1
    assert begun.keep("words and more").status_code == 303
    assert unfinished(phone) == []


@pytest.mark.parametrize("late", [1, 2])
def test_older_words_never_take_the_place_of_newer_ones(phone, address, open_tab, late):
    tab = open_tab(f"{address}/edit")
    tab.type("newest", turn=3)
    answer = tab.type("older", turn=late)
    assert (answer.status_code, answer.json) == (409, {"state": "older"})
    assert open_tab(f"{address}/edit").words == "newest"
    assert tab.type("newer still", turn=4).json["state"] == "saved"
    assert open_tab(f"{address}/edit").words == "newer still"


@pytest.mark.parametrize("turn", ["", "-1", "first", "9" * 40])
def test_an_odd_turn_costs_no_words(phone, open_tab, turn):
    assert open_tab("/entries/new").type("words", turn=turn).json["state"] == "saved"


def test_odd_pages_cost_no_words(phone):
    for odd in ("x", "", "/", "a b"):
        client_id = uuid4()
        sent = phone.post(f"/drafts/{client_id}", body="words", page=odd, continues=odd)
        assert sent.json["state"] == "saved"
        assert "words</textarea>" in phone.get(f"/entries/new?draft={client_id}").text


def test_one_of_two_drafts_is_discarded_and_taken_back(phone, address, open_tab):
    a, b = open_tab(f"{address}/edit"), open_tab(f"{address}/edit")
    a.type("of a")
    b.type("of b")
    page = phone.get("/entries").text
    actions = re.findall(r'action="(/drafts/[^"]+/deletion[^"]*)"', page)
    assert phone.post(actions[0]).status_code == 303
    [undo] = re.findall(r'action="(/drafts/[^"]+/restoration[^"]*)"', phone.get("/entries").text)
    assert len(unfinished(phone)) == 1
    back = phone.post(undo).location
    assert follow(phone, open_tab, back).words == "of b"
    assert len(unfinished(phone)) == 2


def test_deleting_the_entry_discards_its_drafts_with_the_same_undo(phone, address, open_tab):
    tab = open_tab(f"{address}/edit")
    tab.type("unsaved")
    phone.post(f"{address}/deletion")
    assert unfinished(phone) == []
    draft = f"{tab.draft}/restoration?page={tab.fields['page']}"
    page = follow(phone, open_tab, phone.post(draft).location)
    assert page.words == "unsaved"
    assert page.keep("unsaved, as a new one").status_code == 303
    assert unfinished(phone) == []
