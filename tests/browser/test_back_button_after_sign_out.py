"""Whoever takes the phone after Ana has signed out finds none of her words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.navigators import Phone

WORDS = "Nobody should find this on the tram."


@pytest.fixture
def phone(ana: Phone) -> Phone:
    """Ana's phone, signed in, with an entry on its screen."""
    ana.page.goto("/today")
    if "/sign-in" in ana.page.url:
        ana.sign_in()
    ana.write_entry(WORDS)
    ana.reads(WORDS)
    return ana


def test_back_shows_the_sign_in_page(phone):
    address = phone.page.url
    phone.sign_out()
    for _ in range(3):
        phone.page.go_back()
        phone.heading("Sign in")
        assert WORDS not in phone.page.content()
    phone.page.goto(address)
    phone.heading("Sign in")


def test_reload_shows_the_sign_in_page(phone):
    address = phone.page.url
    other = phone.page.context.new_page()
    other.goto("/today")
    phone.page.context.clear_cookies(name="session")
    phone.page.reload()
    phone.heading("Sign in")
    assert WORDS not in phone.page.content()
    assert address.split("/")[-1] in phone.page.url  # and leads back to where she was
    other.close()


def test_a_page_out_of_the_back_cache_asks_before_it_is_read(phone):
    phone.page.context.clear_cookies(name="session")
    # This browser keeps no page that says no-store; others do, and then say so by this event.
    phone.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));"
        " if (!document.body.hidden) throw new Error('readable')"
    )
    phone.heading("Sign in")
    assert WORDS not in phone.page.content()


def test_signing_out_in_one_tab_clears_the_others(phone):
    other = phone.page.context.new_page()
    other.goto("/account")
    phone.press(other.get_by_role("main").get_by_role("button", name="Sign out"))
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    phone.heading("Sign in")
    assert WORDS not in phone.page.content()
    other.close()


def test_pages_behind_sign_in_are_never_stored(phone):
    for path in ("/today", "/entries", phone.page.url, "/sharing", "/check-ins", "/trends"):
        headers = phone.page.request.get(path).headers
        assert headers["cache-control"] == "no-store", path
