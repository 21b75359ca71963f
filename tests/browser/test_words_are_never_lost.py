"""What Ana types survives dead tabs, ended sessions, other tabs, double taps and dead zones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import navigators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.navigators import Phone
    from tests.browser.windows import Windows

SAVED = "Saved. Only you can read this."
WORDS = "The herons came back to the weir today."


@pytest.fixture
def phone(ana: Phone) -> Iterator[Phone]:
    """Ana's phone, signed in and with a signal, whatever the test before did to it."""
    ana.page.goto("/today")
    if ana.page.url.endswith("next=/today"):
        ana.sign_in()
    yield ana
    ana.page.context.set_offline(False)


@pytest.fixture
def laptop(phone: Phone, windows: Windows) -> navigators.Person:
    """Another device of Ana's."""
    page = windows.open(navigators.LAPTOP)
    person = navigators.Person(page, phone.name, phone.email)
    page.goto("/sign-in")
    person.sign_in()
    person.heading(f"Hello, {phone.name}")
    return person


def test_a_draft_outlives_its_tab(phone):
    phone.begin_entry()
    phone.type_entry(WORDS, "Weir")
    state_says(phone.page, SAVED)
    phone.page.close()
    phone.page = phone.page.context.new_page()
    phone.page.goto("/entries")
    phone.link("Weir", exact=True)
    assert typed(phone.page) == WORDS
    phone.keep_entry()
    phone.page.goto("/entries")
    # Once, as what was kept; in whatever order the tests come.
    expect(phone.page.get_by_role("link", name=re.compile("^Weir"))).to_have_count(1)
    expect(phone.page.get_by_role("link", name="Weir", exact=True)).to_have_count(0)


def test_words_typed_a_moment_before_leaving_are_kept(phone):
    phone.begin_entry()
    phone.type_entry(WORDS, "Hurried")
    phone.link("Close")
    phone.heading("Your journal")
    phone.page.reload()
    phone.link("Hurried", exact=True)
    assert typed(phone.page) == WORDS


def test_a_session_ended_elsewhere_gives_the_words_back(phone, laptop):
    phone.begin_entry()
    phone.type_entry(WORDS, "Late")
    laptop.end_other_devices()
    phone.button("Keep entry")
    phone.heading("Sign in to go on")
    phone.sign_in()
    phone.heading("Here is what you typed")
    phone.reads(WORDS)
    phone.button("Save it now")
    phone.reads(SAVED)
    phone.heading("Late")


def test_a_draft_after_the_session_ended_says_that_it_is_not_saved(phone, laptop):
    phone.begin_entry()
    laptop.end_other_devices()
    phone.type_entry(WORDS)
    state_says(phone.page, re.compile("^Not saved: you are signed out"))
    phone.button("Keep entry")
    phone.sign_in()
    phone.reads(WORDS)


def test_words_without_any_session_are_shown_to_be_copied(phone):
    phone.begin_entry()
    phone.type_entry(WORDS)
    phone.page.context.clear_cookies(name="session")
    phone.button("Keep entry")
    phone.heading("Sign in to go on")
    phone.reads(WORDS)


def test_two_tabs_lose_neither_text(phone):
    address = phone.write_entry("The first text.", "Twice")
    other = phone.page.context.new_page()
    for page, words in ((phone.page, "Told in this tab."), (other, "Told in the other tab.")):
        page.goto(f"{address}/edit")
        page.get_by_label("Entry", exact=True).fill(words)
    phone.page.bring_to_front()
    phone.button("Save", exact=True)
    phone.reads(SAVED)
    other.bring_to_front()
    other.get_by_role("button", name="Save", exact=True).tap()
    expect(other.get_by_role("heading", name="This entry was changed elsewhere")).to_be_visible()
    expect(other.get_by_text("Told in this tab.")).to_be_visible()
    expect(other.get_by_label("Entry", exact=True)).to_have_value("Told in the other tab.")
    phone.look(other, "conflict")
    other.get_by_role("button", name="Save mine over it").tap()
    other.wait_for_url(navigators.ENTRY)
    expect(other.get_by_text("Told in the other tab.")).to_be_visible()
    other.close()


def test_words_saved_in_a_tab_that_is_closed_outlive_another_tabs_saving(phone):
    address = phone.write_entry("The first text.", "Thrice")
    closed, other = (phone.page.context.new_page() for _ in range(2))
    for page in (closed, other):
        page.goto(f"{address}/edit")
    for page, words in ((closed, "Told in a closed tab."), (other, "Told in the other.")):
        page.bring_to_front()
        page.get_by_label("Entry", exact=True).fill(words)
        state_says(page, SAVED)
    closed.close()
    other.get_by_role("button", name="Save", exact=True).tap()
    other.wait_for_url(navigators.ENTRY)
    other.close()
    phone.page.goto("/entries")
    phone.page.locator(".who").get_by_role("link", name="Thrice", exact=True).tap()
    phone.heading("This entry was changed elsewhere")
    assert typed(phone.page) == "Told in a closed tab."
    phone.page.get_by_label("Entry", exact=True).fill("Both, in the end.")
    state_says(phone.page, SAVED)
    phone.button("Save mine over it")
    phone.page.wait_for_url(navigators.ENTRY)
    phone.page.goto("/entries")
    expect(phone.page.locator(".who").get_by_role("link", name="Thrice", exact=True)).to_have_count(
        0
    )


def test_a_keyboard_hides_neither_the_state_nor_the_buttons(phone):
    phone.begin_entry()
    before = phone.page.viewport_size
    phone.page.set_viewport_size({"width": before["width"], "height": 480})
    phone.type_entry("One line of many.\n" * 30)
    state_says(phone.page, SAVED)
    for shown in (
        phone.page.get_by_role("status").filter(has_text=SAVED),
        phone.page.get_by_role("banner").get_by_role("link", name="Help now"),
        phone.page.get_by_role("button", name="Keep entry"),
    ):
        expect(shown).to_be_in_viewport(ratio=1)
    phone.page.set_viewport_size(before)


def test_a_check_in_outlives_its_tab_and_goes_back_into_its_fields(phone):
    phone.page.goto("/check-ins/new")
    phone.touch_dial("Mood", 5)
    phone.page.get_by_label("Note").fill(WORDS)
    state_says(phone.page, "Not saved yet, but kept. Only you can read this.")
    phone.page.close()
    phone.page = phone.page.context.new_page()
    phone.today()
    phone.reads("1 thing you typed is not saved yet")
    phone.page.goto("/check-ins/new")
    phone.button("Put it back")
    expect(phone.page.get_by_label("Note")).to_have_value(WORDS)
    expect(phone.page.get_by_role("spinbutton", name="Mood")).to_have_value("5")
    phone.look(phone.page, "put back")
    phone.button("Save check-in")
    phone.reads(re.compile(r"^Saved\."))
    phone.page.goto("/words")
    phone.reads("Nothing unfinished")


def test_an_assessment_outlives_its_tab(phone, tess):
    tess.open_patient(phone.name)
    assess = f"{tess.page.url}/assessment"
    tess.page.goto(assess)
    tess.page.get_by_label("Reason", exact=True).fill(WORDS)
    state_says(tess.page, "Not saved yet, but kept. Only you can read this.")
    tess.page.close()
    tess.page = tess.page.context.new_page()
    tess.page.goto(assess)
    tess.button("Put it back")
    expect(tess.page.get_by_label("Reason", exact=True)).to_have_value(WORDS)


def test_a_double_tap_keeps_one_entry(phone):
    phone.begin_entry()
    phone.type_entry(WORDS, "Only once")
    phone.page.get_by_role("button", name="Keep entry").dblclick()
    phone.page.wait_for_url(navigators.ENTRY)
    phone.page.goto("/entries")
    expect(phone.page.get_by_role("link", name="Only once")).to_have_count(1)


def test_a_double_tap_keeps_one_check_in(phone):
    before = check_ins(phone.page)
    phone.today()
    phone.touch_dial("Mood", 5)
    phone.page.get_by_role("button", name="Save check-in").dblclick()
    phone.reads(re.compile(r"^Saved\."))
    assert check_ins(phone.page) == before + 1


def test_without_a_connection_nothing_claims_to_be_saved(phone):
    phone.begin_entry()
    phone.page.context.set_offline(True)
    phone.type_entry(WORDS, "In the tunnel")
    state_says(phone.page, "Not saved yet: no connection")
    phone.page.get_by_label("Entry", exact=True).press_sequentially(" And on.")
    state_says(phone.page, "Not saved yet: no connection")
    phone.page.context.set_offline(False)
    state_says(phone.page, SAVED)
    phone.page.goto("/entries")
    phone.link("In the tunnel", exact=True)
    assert typed(phone.page).endswith("And on.")


def test_a_phone_that_keeps_nothing_by_itself_says_once_that_it_could(phone):
    phone.page.evaluate("() => localStorage.clear()")
    for offers in (1, 0):
        phone.begin_entry()
        phone.page.context.set_offline(True)
        phone.type_entry(WORDS)
        state_says(phone.page, "Not saved yet: no connection")
        expect(phone.page.get_by_role("link", name="Set it up")).to_have_count(offers)
        phone.page.context.set_offline(False)
        state_says(phone.page, SAVED)


def state_says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def typed(page: Page) -> str:
    return page.get_by_label("Entry", exact=True).input_value()


def check_ins(page: Page) -> int:
    page.goto("/check-ins")
    return page.get_by_role("link", name=re.compile("Mood")).count()
