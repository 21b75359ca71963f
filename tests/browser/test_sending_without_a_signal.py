"""Ana presses the button where there is no signal: her words stay on the page, and go out later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import navigators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page, Route

    from tests.browser.navigators import Phone

BEFORE, AFTER = "Typed with a signal.", " Typed in the tunnel."
SAVED = "Saved. Only you can read this."
# The link is so slow that nothing is answered while the page stands; what is left goes out.
ASKS_IN_VAIN = """() => {
  const whole = window.fetch;
  const never = new Promise(() => {});
  window.fetch = (path, options) => options.keepalive ? whole(path, options) : never;
}"""
# A navigation that waits holds every question a test asks: so the page stops it by itself.
GIVE_UP = """document.addEventListener("submit", () => setTimeout(() => window.stop(), 200))"""


@pytest.fixture
def phone(ana: Phone) -> Iterator[Phone]:
    """Ana's phone; whatever happened, it has a signal again afterwards."""
    yield ana
    ana.page.context.set_offline(False)


def test_an_entry_kept_in_the_tunnel_stays_on_the_page(phone):
    phone.begin_entry()
    phone.type_entry(BEFORE)
    state_says(phone.page, SAVED)
    phone.page.context.set_offline(True)
    written(phone.page).press_sequentially(AFTER)
    phone.tries("Keep entry")
    state_says(phone.page, "Not saved yet: no connection")
    expect(written(phone.page)).to_have_value(BEFORE + AFTER)
    phone.page.context.set_offline(False)
    phone.keep_entry()
    phone.reads(BEFORE + AFTER)


def test_a_check_in_sent_in_the_tunnel_keeps_its_touches(phone):
    phone.today()
    phone.touch_dial("Mood", 4)
    phone.page.context.set_offline(True)
    is_not_sent(phone)
    phone.page.context.set_offline(False)
    is_sent_after_all(phone)


def test_leaving_asks_while_a_check_in_is_nowhere_but_on_the_page(phone):
    """Red when static/js/enhance/client_id.js: beforeunload is left out."""
    phone.today()
    phone.touch_dial("Mood", 4)
    phone.page.context.set_offline(True)
    is_not_sent(phone)
    asked = []
    phone.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    phone.press(phone.page.get_by_role("link", name="Trends").first)
    navigators.until(lambda: asked == ["beforeunload"])
    expect(phone.page.get_by_role("spinbutton", name="Mood")).to_have_value("4")
    phone.page.context.set_offline(False)
    is_sent_after_all(phone)


def test_a_check_in_sent_over_a_dead_link_keeps_its_touches(phone):
    phone.today()
    phone.touch_dial("Mood", 4)
    phone.page.route("**/*", lambda route: route.abort())
    is_not_sent(phone)
    phone.page.unroute("**/*")
    is_sent_after_all(phone)


def test_typing_on_after_a_sending_that_was_given_up_is_saved(phone):
    phone.begin_entry()
    phone.type_entry(BEFORE)
    state_says(phone.page, SAVED)
    phone.page.route("**/entries/new", never_answer)
    phone.page.evaluate(GIVE_UP)
    phone.tries("Keep entry")
    written(phone.page).press_sequentially(AFTER)
    state_says(phone.page, SAVED)
    phone.page.unroute("**/entries/new")
    phone.page.goto("/entries")
    phone.link(re.compile("Typed with a signal. Typed in the tunnel"))
    expect(written(phone.page)).to_have_value(BEFORE + AFTER)


def test_a_check_in_is_sent_though_ana_goes_on_before_the_link_has_answered(phone):
    phone.today()
    phone.touch_dial("Connection", 9)
    phone.page.evaluate(ASKS_IN_VAIN)
    phone.tries("Save check-in")
    phone.link("Trends")
    navigators.until(lambda: connection(phone) == "9")


def is_not_sent(phone: Phone) -> None:
    phone.tries("Save check-in")
    phone.reads("Not sent: no connection. What you typed stays here.")
    expect(phone.page.get_by_role("spinbutton", name="Mood")).to_have_value("4")


def is_sent_after_all(phone: Phone) -> None:
    phone.button("Save check-in")
    phone.reads(re.compile(r"^Saved\."))


def connection(phone: Phone) -> str:
    """What the newest check-in says of it; asked beside the page, which may still be leaving."""
    said = re.search(r"Connection <strong>(\d+)", phone.words_on("/check-ins"))
    return said[1] if said else ""


def never_answer(route: Route) -> None:
    if route.request.method != "POST":
        route.continue_()


def state_says(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def written(page: Page) -> Locator:
    return page.get_by_label("Entry", exact=True)
