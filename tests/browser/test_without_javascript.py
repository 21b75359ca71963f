"""A patient's half of the main job in a browser that runs no script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import navigators

if TYPE_CHECKING:
    from tests.browser.navigators import Laptop, Phone
    from tests.browser.windows import Windows


@pytest.fixture
def plain(windows: Windows) -> Phone:
    """A phone without scripts."""
    page = windows.open(navigators.PHONE, java_script_enabled=False)
    return navigators.Phone(page, "Nell", "nell@example.org")


def test_the_patients_half_needs_no_script(plain: Phone, tess: Laptop):
    invited = tess.invite("A.")
    plain.page.goto(invited.link)
    assert plain.code() == invited.code
    plain.sign_up(invited.link, share=["Check-ins", "Journal entries you choose"])
    plain.type_kit_back()
    plain.today()
    for name, value in (("Mood", "7"), ("Anxiety", "3")):
        plain.page.get_by_role("spinbutton", name=name).fill(value)
    plain.button("Save check-in")
    plain.reads(re.compile(r"^Saved\."))
    plain.page.goto("/check-ins")
    assert "Mood 7 · Anxiety 3" in plain.page.get_by_role("main").inner_text()

    put_aside(plain, "A thought for later.")
    private = plain.write_entry("Kept to myself.", "Quiet")
    shared = plain.write_entry("For Tess to read.", "Open", readers="You and Tess")
    plain.page.goto(private)
    plain.share_this_entry("Tess")

    tess.open_patient("Nell")
    tess.open_entry("Open")
    plain.page.goto(shared)
    plain.reads(re.compile("Opened by Tess on "))
    plain.page.goto("/trends")
    plain.press(plain.page.get_by_text("The numbers as a table").first)
    expect(plain.page.get_by_role("row").nth(1)).to_be_visible()
    plain.stop_sharing("Tess")
    tess.page.reload()
    tess.heading("There is nothing here")
    plain.sign_out()


def put_aside(plain: Phone, words: str) -> None:
    """Without autosave a button keeps the draft."""
    plain.begin_entry()
    plain.page.get_by_label("Entry", exact=True).fill(words)
    plain.button("Finish later")
    plain.heading("Your journal")
    plain.link(words)
    expect(plain.page.get_by_label("Entry", exact=True)).to_have_value(words)


def test_a_double_tap_without_a_script_keeps_one_entry(plain: Phone, ana: Phone):
    plain.name, plain.email = ana.name, ana.email
    plain.page.goto("/sign-in")
    plain.sign_in()
    plain.begin_entry()
    plain.type_entry("Tapped twice.", "Only once")
    plain.page.get_by_role("button", name="Keep entry").dblclick()
    plain.page.wait_for_url(navigators.ENTRY)
    plain.page.goto("/entries")
    expect(plain.page.get_by_role("link", name="Only once")).to_have_count(1)
