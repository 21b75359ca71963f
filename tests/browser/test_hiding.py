"""Hide, and Escape twice: a page without a word of Ana's, at once, and nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.navigators import until

WORDS = "The heron stood still."


@pytest.fixture
def page(ana):
    ana.page.goto("/check-ins/new")
    return ana.page


def hidden(page) -> bool:
    """Nothing of ours shows, nor in the tab's title."""
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    shown = page.locator("body").inner_text().split("\n")
    return [line for line in shown if line] == ["Notes", "Nothing here yet.", "Go on"] and (
        page.title() == "Notes"
    )


def escaped_twice(page) -> bool:
    """Press twice as fast as this machine can; a slow one may take longer than 0.7 s."""
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    return page.get_by_role("heading", name="Notes").is_visible()


def test_a_touch_hides_the_page_and_another_brings_it_back_as_it_was(page):
    page.get_by_label("Note").fill(WORDS)
    page.get_by_role("link", name="Hide").tap()
    assert hidden(page)
    page.get_by_role("button", name="Go on").tap()
    expect(page.get_by_label("Note")).to_have_value(WORDS)
    assert page.title() != "Notes"


def test_escape_twice_hides_even_what_is_open_above_the_page(page):
    page.get_by_role("button", name="New", exact=True).tap()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Account and sign-out").tap()
    until(lambda: escaped_twice(page))
    assert hidden(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check in")).to_be_visible()


def test_what_goes_to_the_background_is_empty(page):
    expect(page.get_by_role("heading", name="Check in")).to_be_visible()
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { configurable: true, value: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(page.get_by_role("heading", name="Check in")).to_be_hidden()
    page.evaluate(
        "() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }"
    )
    expect(page.get_by_role("heading", name="Check in")).to_be_visible()


def test_the_empty_page_bears_axe(page, look):
    page.goto("/quiet")
    look(page, "quiet")
