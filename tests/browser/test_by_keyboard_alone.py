"""Ana signs in, checks in and writes without a mouse or a touch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import navigators

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.navigators import Phone
    from tests.browser.windows import Windows

MOST_STEPS = 60


@pytest.fixture
def page(windows: Windows, ana: Phone) -> Page:
    """Ana at a laptop, at the sign-in page."""
    page = windows.open(navigators.LAPTOP)
    page.goto("/sign-in")
    return page


def test_sign_in_check_in_and_write(page, ana):
    walk_to(page, page.get_by_label("E-mail"))
    page.keyboard.type(ana.email)
    walk_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(ana.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hello, Ana")).to_be_visible()

    check_in(page)
    expect(page.get_by_text(re.compile(r"^Saved\."))).to_be_visible()
    page.goto("/check-ins")
    assert "Mood 6 · Anxiety 2 · Energy 10" in page.get_by_role("main").inner_text()
    expect(page.get_by_text("Connection")).to_have_count(0)

    write(page)
    expect(page.get_by_text("Saved. You and Tess can read this.")).to_be_visible()
    expect(page.get_by_role("heading", name="By keys", level=1)).to_be_visible()


def check_in(page: Page) -> None:
    """Arrow keys, a digit, and Backspace for what should stay unset after all."""
    for name, keys in {
        "Mood": ["ArrowRight"],
        "Anxiety": ["ArrowLeft", "2"],
        "Energy": ["1", "0"],
        "Connection": ["ArrowRight", "Backspace"],
    }.items():
        walk_to(page, page.get_by_role("slider", name=name))
        for key in keys:
            page.keyboard.press(key)
    walk_to(page, page.get_by_role("button", name="Save check-in"))
    page.keyboard.press("Enter")


def write(page: Page) -> None:
    walk_to(page, page.get_by_role("button", name="New", exact=True))
    page.keyboard.press("Enter")
    walk_to(page, page.get_by_role("link", name="Write an entry").last)
    page.keyboard.press("Enter")
    only_me = page.get_by_role("radio", name="Only you")
    walk_to(page, only_me)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="You and Tess")).to_be_checked()
    walk_to(page, page.get_by_label("Title, optional"))
    page.keyboard.type("By keys")
    walk_to(page, page.get_by_label("Entry", exact=True))
    page.keyboard.type("Typed, tabbed and kept.")
    walk_to(page, page.get_by_role("button", name="Keep entry"))
    page.keyboard.press("Enter")


def test_the_first_key_skips_to_the_page(page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("E-mail")).to_be_focused()


def walk_to(page: Page, target: Locator) -> None:
    """Press Tab until it has the focus, and see that the focus is seen on every step."""
    for _ in range(MOST_STEPS):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "() => { const one = document.activeElement, look = getComputedStyle(one);"
            " const box = one.closest('label, .dial, .audience-choice') ?? one;"
            " const around = getComputedStyle(box);"
            " return one === document.body || look.outlineStyle !== 'none'"
            " || look.boxShadow !== 'none' || around.outlineStyle !== 'none'"
            " || around.boxShadow !== 'none'; }"
        )
        assert shown, (
            f"the focus is not seen on {page.evaluate('document.activeElement.outerHTML')}"
        )
    raise AssertionError(f"{target} can't be reached by Tab")
