"""Ana writes on her phone with no signal and nobody signed in: it is there once when she signs in.

Red when static/js/offline/writing.js: an item is sent before it lies on the phone and dropped
when sending fails; when static/js/enhance/enrol.js: the key is made extractable.
"""

from __future__ import annotations

import random
import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from tests.browser.navigators import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from tests.browser.look import Look
    from tests.browser.navigators import Phone
    from tests.browser.windows import Windows

WAITS = re.compile("waits? on this phone, sealed")
TIMES = 6  # tests/hardening/test_phone_comes_back.py goes on from here, and kills servers, too
HELD = "async () => (await navigator.locks.query()).held.length"
# What the worker asks is taken and never answered; its patience is a twentieth.
NEVER_ANSWERS = """() => {
  [self.whole, self.later] = [self.fetch, self.setTimeout];
  self.fetch = () => new Promise(() => {});
  self.setTimeout = (act, pause) => self.later(act, pause / 20);
}"""
# After six seconds of a phone's time.
ANSWERS_LATE = """() => {
  const late = () => new Promise((done) => self.later(done, 300));
  const now = Date.now();
  self.was = Date.now;
  Date.now = () => now + (self.was() - now) * 20;
  self.fetch = (...asked) => late().then(() => self.whole(...asked));
}"""
ANSWERS = """() => {
  [self.fetch, self.setTimeout, Date.now] = [self.whole, self.later, self.was ?? Date.now];
}"""
# All that a thief with the unlocked phone in hand reads out of the browser's storage.
READ_OUT = """async () => {
  const db = await new Promise((done) => {
    indexedDB.open("afterglow").onsuccess = (event) => done(event.target.result);
  });
  const all = (name) => new Promise((done) => {
    const request = db.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => done(request.result);
  });
  const [phones, items] = [await all("phone"), await all("items")];
  db.close();
  const { markKey } = phones[0];
  const exported = await crypto.subtle.exportKey("raw", markKey).catch((error) => error.name);
  const letters = (name, value) =>
    value instanceof Uint8Array ? String.fromCharCode(...value) : value;
  const kept = [];
  for (const name of await caches.keys()) {
    const requests = await (await caches.open(name)).keys();
    kept.push(...requests.map((request) => new URL(request.url).pathname));
  }
  return {
    text: JSON.stringify([phones, items], letters), exported, kept, usages: markKey.usages,
    members: Object.keys(phones[0]), items: items.length,
    local: JSON.stringify([localStorage, sessionStorage]),
  };
}"""


@pytest.fixture(scope="module")
def phone(ana: Phone, look: Look) -> Phone:
    """Ana's phone, allowed to write, and signed out."""
    ana.page.goto("/account/phone")
    ana.button("Let this phone write")
    ana.reads("This phone can write now.")
    look(ana.page, "phone-set-up")
    ana.page.evaluate("() => navigator.serviceWorker.ready.then(() => 0)")
    ana.today()
    ana.sign_out()
    return ana


@pytest.fixture(autouse=True)
def a_signal_afterwards(phone: Phone) -> Iterator[None]:
    yield
    phone.page.context.set_offline(False)


def write(page: Page, words: str) -> None:
    page.goto("/write")
    page.get_by_label("Entry", exact=True).fill(words)
    page.get_by_role("button", name="Keep entry").tap()
    expect(page.locator("[data-write-state]")).to_have_text(re.compile("^Saved( on this phone)?$"))


def entries_after_sign_in(phone: Phone) -> str:
    phone.page.goto("/sign-in")
    phone.sign_in()
    words = phone.words_on("/entries")
    phone.today()
    phone.sign_out()
    return words


def test_written_in_the_tunnel_it_is_there_once(phone: Phone, look: Look) -> None:
    page = phone.page
    page.context.set_offline(True)
    write(page, "Written under the hill.")
    expect(page.locator("[data-write-state]")).to_have_text("Saved on this phone")
    expect(page.get_by_text("1 thing waits on this phone, sealed.")).to_be_visible()
    look(page, "write-signed-out")
    page.goto("/write/check-in")
    look(page, "check-in-signed-out")
    page.get_by_role("spinbutton", name="Mood").fill("6")
    page.get_by_role("button", name="Save check-in").tap()
    expect(page.get_by_text("2 things wait on this phone, sealed.")).to_be_visible()
    page.goto("/today")
    phone.heading("No connection")
    expect(page.get_by_text("2 things wait on this phone, sealed.")).to_be_visible()
    page.goto("/write/check-in")
    read = page.evaluate(READ_OUT)
    assert "hill" not in read["text"] + read["local"]
    assert read["exported"] == "InvalidAccessError"
    assert read["usages"] == ["sign"]
    assert sorted(read["members"]) == ["account", "inbox", "markKey", "phone", "secret"]
    assert read["items"] == 2
    assert {path for path in read["kept"] if not path.startswith("/assets/")} == {
        *("/write", "/write/check-in", "/offline", "/help-now", "/safety-plan/kept")
    }
    # The first signal lets nothing through, and this browser does not try again by itself.
    page.route("**/sync/items", lambda route: route.abort(), times=1)
    page.evaluate("() => { navigator.serviceWorker.getRegistration = async () => undefined; }")
    page.context.set_offline(False)
    expect(page.get_by_text("Sent. It opens when you sign in.")).to_be_visible(timeout=10_000)
    assert page.evaluate(READ_OUT)["items"] == 0
    page.goto("/sign-in")
    phone.sign_in()
    phone.reads("2 things that you wrote on a phone are in your journal now.")
    assert phone.words_on("/entries").count("Written under the hill.") == 1
    phone.sign_out()


def test_without_a_signal_help_and_the_way_to_writing_are_there(phone: Phone, look: Look) -> None:
    page = phone.page
    page.context.set_offline(True)
    page.goto("/today")
    phone.heading("No connection")
    look(page, "no-connection")
    phone.link("Help now")
    phone.heading("Help now")
    assert page.locator("a[href^='tel:']").count() > 0


def test_on_a_link_that_never_answers_writing_and_help_are_there(phone: Phone) -> None:
    """Red when static/sw.js: pageFor waits for the answer without a limit."""
    [worker] = phone.page.context.service_workers
    worker.evaluate(NEVER_ANSWERS)
    try:
        phone.page.goto("/help-now")
        phone.heading("Help now")
        phone.page.goto("/account")
        phone.heading("No connection")
        worker.evaluate(ANSWERS_LATE)
        phone.link("Try again")
        phone.heading("Sign in")
    finally:
        worker.evaluate(ANSWERS)


def test_what_was_not_finished_when_the_tab_died_is_kept(phone: Phone, windows: Windows) -> None:
    page = phone.page
    page.goto("/write")
    page.get_by_label("Entry", exact=True).fill("Half a sentence of")
    expect(page.locator("[data-write-state]")).to_have_text("Saved on this phone, not finished")
    context, fresh = page.context, page.context.new_page()
    fresh.goto("/write")
    assert fresh.evaluate(READ_OUT)["items"] == 1, "the other tab is still writing it"
    page.close()
    phone.page = fresh
    # The browser takes its time to give back what the closed tab held.
    until(lambda: fresh.evaluate(HELD) == 1)
    fresh.reload()
    expect(fresh.get_by_text("Sent. It opens when you sign in.")).to_be_visible()
    assert "Half a sentence of" in entries_after_sign_in(phone)
    assert context.pages == [fresh]


def test_out_and_back_in_any_order_loses_and_doubles_nothing(phone: Phone) -> None:
    """Signal gone, tab killed, answer lost, come back: drawn at random, told by its seed."""
    seed = 20261122
    draw, context, written = random.Random(seed), phone.page.context, []
    for n in range(TIMES):
        context.set_offline(draw.random() < 0.5)
        if draw.random() < 0.3:
            # The server takes it, and the phone never hears so.
            context.route("**/sync/items", lost)
        words = f"Walk {n} of {seed}."
        write(phone.page, words)
        written.append(words)
        context.unroute_all(behavior="wait")
        if draw.random() < 0.4:
            killed = phone.page
            phone.page = context.new_page()
            killed.close()
    context.set_offline(False)
    phone.page.goto("/write")
    # A page that has only just come says of nothing yet that it waits.
    until(lambda: phone.page.evaluate(READ_OUT)["items"] == 0)
    expect(phone.page.get_by_text(WAITS)).to_be_hidden()
    phone.page.goto("/sign-in")
    phone.sign_in()
    found = ids_and_words(phone)
    phone.today()
    phone.sign_out()
    assert sorted(w for w in found if w.startswith("Walk")) == sorted(written), f"seed {seed}"


def lost(route: Route) -> None:
    with suppress(Error):
        route.fetch()
    route.abort()


def ids_and_words(phone: Phone) -> list[str]:
    """Every entry's first words, page after page of the list."""
    found, path = [], "/entries"
    while path:
        page = phone.words_on(path)
        found += re.findall(r"Walk \d+ of \d+\.", page)
        older = re.search(r'href="(/entries\?[^"]*before=[^"]*)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    return found
