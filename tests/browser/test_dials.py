"""The four dials of a check-in, by finger and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

THUMB = 28  # pixels: its middle never reaches the track's ends


@pytest.fixture
def page(ana):
    ana.page.goto("/today")
    return ana.page


def tap(slider: Locator, share: float) -> None:
    """Tap the track at a share of its way."""
    box = slider.bounding_box()
    assert box is not None
    along = THUMB / 2 + (box["width"] - THUMB) * share
    slider.tap(position={"x": along, "y": box["height"] / 2})


def dial(page: Page, name: str) -> tuple[Locator, Locator]:
    """A dial's slider and its number."""
    return page.get_by_role("slider", name=name), page.get_by_role("spinbutton", name=name)


def shows(one: tuple[Locator, Locator], value: str) -> None:
    """The number of a dial, and what its slider tells a screen reader; none is not set."""
    slider, number = one
    expect(number).to_have_value(value)
    expect(slider).to_have_attribute("aria-valuetext", value or "not set")


def save(page: Page) -> None:
    """Save a check-in; the page that comes may say what the one before it said."""
    with page.expect_navigation():
        page.get_by_role("button", name="Save check-in").tap()
    expect(page.get_by_text("Saved.")).to_be_visible()


@pytest.mark.parametrize(("share", "value"), [(0, "0"), (0.5, "5"), (0.8, "8"), (1, "10")])
def test_a_tap_on_the_track_sets_what_it_points_at(page, share, value):
    slider, number = dial(page, "Mood")
    tap(slider, share)
    expect(number).to_have_value(value)


def test_keys_set_step_and_clear(page):
    anxiety = dial(page, "Anxiety")
    anxiety[0].focus()
    shows(anxiety, "")
    for key, value in (("7", "7"), ("ArrowRight", "8"), ("Home", "0"), ("End", "10")):
        page.keyboard.press(key)
        shows(anxiety, value)
    page.keyboard.press("Delete")
    shows(anxiety, "")


def test_a_number_typed_moves_the_slider(page):
    slider, number = dial(page, "Energy")
    number.fill("9")
    expect(slider).to_have_value("9")


def test_what_was_not_touched_is_missing_and_the_last_one_only_a_mark(page):
    tap(dial(page, "Mood")[0], 0.6)
    save(page)
    shows(dial(page, "Mood"), "")
    tap(dial(page, "Connection")[0], 0.3)
    save(page)
    page.goto("/check-ins")
    assert page.locator(".line li").first.inner_text().split("\n")[-1] == "Connection 3"


def test_anxietys_colours_run_the_other_way(page):
    turned = page.locator(".dial.turned")
    assert turned.count() == 1
    assert turned.get_by_role("slider", name="Anxiety").count() == 1


@pytest.mark.parametrize("path", ["/today", "/check-ins", "/check-ins/new", "/trends"])
def test_the_pages_bear_a_small_screen_large_text_and_axe(page, look, path):
    page.goto(path)
    look(page, path.strip("/").replace("/", "-"))
