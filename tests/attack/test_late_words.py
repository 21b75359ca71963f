"""Whose words come back: a form that came too late is given to its own account and to nobody else.

Red when `late_posts._context` forgets the owner, `late_post.give_back` passes what does not open,
or `late_post.answer` shows words on a page that somebody else may see.
"""

import base64

import pytest

from tests.people import PASSWORD
from tests.town import Town, email
from tests.visitors import Visitor, read

WORDS = "the nightjar that nobody else may hear about"
TITLE = "Nightjartitle"


@pytest.fixture
def kept(town: Town, clock) -> str:
    """What Ana's browser holds after she wrote for too long."""
    assert town.ana.token
    clock.shift(16 * 60)
    answer = town.ana.post("/entries/new", body=WORDS, title=TITLE, password="hidden", kit="hidden")
    assert answer.status_code == 401
    assert WORDS not in answer.text
    return dict(read(answer).form("/sign-in").fields)["kept"]


def sign_in(town: Town, name: str, kept: str, visitor: Visitor | None = None):
    browser = visitor or town.stranger
    fields = {"email": email(name), "password": PASSWORD, "kept": kept, "next": "/entries/new"}
    return browser.post("/sign-in", **fields)


def test_ana_gets_her_words_back_and_keeps_them_with_one_press(town: Town, kept: str) -> None:
    answer = sign_in(town, "ana", kept, town.ana)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    form = read(answer).form("/entries/new")
    assert dict(form.fields)["body"] == WORDS
    assert "hidden" not in dict(form.fields).values()
    saved = town.ana.client.post(form.action, data=form.filled())
    assert saved.status_code == 303
    assert WORDS in town.ana.get(saved.location).text


@pytest.mark.parametrize("name", ["otto", "theo", "tess"])
def test_another_account_gets_nothing_and_is_not_told_that_there_was_something(
    town: Town, kept: str, name: str
) -> None:
    answer, plain = sign_in(town, name, kept), sign_in(town, name, "")
    assert (answer.status_code, answer.location) == (plain.status_code, plain.location)
    assert answer.data == plain.data
    assert WORDS not in answer.text


def test_what_was_changed_on_the_way_is_dropped(town: Town, kept: str) -> None:
    raw = base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
    flipped = [
        raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in (0, 3, 4, 19, 20, 21, 30, -1)
    ]
    texts = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in flipped]
    odd = [kept[:-4], kept[:10], "A", "=", "\u017b\u00f3", "\x00", "x" * 100_000, "{}", kept * 2]
    for text in [*texts, *odd]:
        answer = sign_in(town, "ana", text)
        assert answer.status_code == 303, text[:40]
        assert WORDS not in answer.text


def test_a_wrong_password_keeps_the_seal_and_shows_nothing(town: Town, kept: str) -> None:
    fields = {"email": email("ana"), "password": "seven loud geese", "kept": kept}
    answer = town.stranger.post("/sign-in", **fields)
    assert answer.status_code == 422
    assert kept in read(answer).values
    assert WORDS not in answer.text


def test_the_seal_does_not_tell_the_words_to_whoever_reads_the_page(town: Town, kept: str) -> None:
    raw = base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
    assert b"nightjar" not in raw
    assert WORDS not in kept


def test_after_an_explicit_sign_out_the_words_are_still_hers_alone(town: Town) -> None:
    held = town.ana.copy()
    assert held.token
    town.ana.submit("/account", "/sign-out")
    answer = held.post("/entries/new", body=WORDS)
    sealed = dict(read(answer).form("/sign-in").fields)["kept"]
    assert WORDS not in answer.text
    assert WORDS not in sign_in(town, "otto", sealed).text
    assert WORDS in sign_in(town, "ana", sealed).text


def test_a_form_of_nobodys_is_shown_to_be_copied_and_never_sealed_for_who_comes_next(
    town: Town,
) -> None:
    browser = town.stranger
    answer = browser.post("/entries/new", body=WORDS)
    assert answer.status_code == 401
    assert WORDS in answer.text
    assert "kept" not in read(answer).form("/sign-in").names


def test_a_late_post_can_not_be_aimed_elsewhere(town: Town, clock) -> None:
    assert town.ana.token
    clock.shift(16 * 60)
    for path in ("/entries/new?next=//evil.example", "/check-ins/new?a=javascript:pwn()"):
        answer = town.ana.post(path, body=WORDS)
        sealed = dict(read(answer).form("/sign-in").fields)["kept"]
        back = sign_in(town, "ana", sealed)
        assert [form.action for form in read(back).forms] == [path]


def test_a_late_press_of_a_danger_button_asks_before_it_acts(town: Town, clock) -> None:
    assert town.ana.token
    clock.shift(16 * 60)
    path = f"/entries/{town['private']}/deletion"
    sealed = dict(read(town.ana.post(path)).form("/sign-in").fields)["kept"]
    back = sign_in(town, "ana", sealed, town.ana)
    assert [form.action for form in read(back).forms] == [path]
    assert town.ana.get(f"/entries/{town['private']}").status_code == 200
