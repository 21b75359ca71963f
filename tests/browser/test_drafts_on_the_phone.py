"""What Ana types and cannot send lies sealed on her phone, and comes back through the server.

Red when static/js/keeping.js: nothing is kept, or what was sealed is sent while its page lives;
when static/js/enhance/autosave.js: a failed draft is not laid aside, or "saved" is said of what
nobody confirmed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from tests.browser import navigators
from tests.browser.test_writing_without_signing_in import READ_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.navigators import Phone
    from tests.browser.windows import Windows

SAVED = "Saved. Only you can read this."
SCRIPTLESS = "/robots.txt"
HERE = re.compile("^Saved on this phone, sealed")
NO_ROOM = "Not saved: this phone has no room. Your words are still here."
ITEMS = """async () => {
  const db = await new Promise((done) => {
    indexedDB.open("afterglow").onsuccess = (event) => done(event.target.result);
  });
  const request = db.transaction("items").objectStore("items").getAll();
  const items = await new Promise((done) => { request.onsuccess = () => done(request.result); });
  db.close();
  return items.length;
}"""

# Nora signs in on Ana's phone: her page does not name it.
OF_SOMEBODY_ELSE = """() => afterglow.aside(
  {act: "keep", phones: "", slot: "nora", kind: "draft", pairs: [["body", "Nora's"]]}
)"""
CUT_OFF = """() => {
  self.whole = self.fetch;
  // Pages come as requests, what it asks and sends for itself by address.
  self.fetch = (asked) => asked.url ? self.whole(asked) : Promise.reject(new TypeError());
}"""
# The server is still busy with what was posted as the page was left.
ASKS_TOO_SOON = """() => {
  self.whole = self.fetch;
  self.tooSoon = 2;
  self.fetch = (asked, how) => {
    const soon = how?.method === "HEAD" && self.tooSoon-- > 0;
    return soon ? Promise.resolve(new Response(null, { status: 404 })) : self.whole(asked, how);
  };
}"""
FIRST_ONE_LOST = """() => {
  const whole = self.fetch;
  self.fetch = () => { self.fetch = whole; return Promise.reject(new TypeError()); };
}"""
NO_ROOM_LEFT = """() => {
  self.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("", "QuotaExceededError"); };
}"""


@pytest.fixture(scope="module")
def enrolled(ana: Phone) -> Phone:
    """Ana's phone, allowed to write, with its worker."""
    ana.page.goto("/account/phone")
    ana.button("Let this phone write")
    ana.reads("This phone can write now.")
    ana.page.evaluate("() => navigator.serviceWorker.ready.then(() => 0)")
    return ana


@pytest.fixture
def phone(enrolled: Phone) -> Iterator[Phone]:
    """Her phone, signed in and with a signal, whatever the test before did to it."""
    enrolled.page.context.set_offline(False)
    enrolled.page.goto("/today")
    if enrolled.page.url.endswith("next=/today"):
        enrolled.sign_in()
    left = enrolled.page.get_by_role("button", name=re.compile("^Bring (it|them) in$"))
    if left.count():
        enrolled.go(left)
    yield enrolled
    enrolled.page.context.set_offline(False)


@pytest.fixture
def laptop(phone: Phone, windows: Windows) -> navigators.Person:
    """Another device of Ana's."""
    person = navigators.Person(windows.open(navigators.LAPTOP), phone.name, phone.email)
    person.page.goto("/sign-in")
    person.sign_in()
    person.heading(f"Hello, {phone.name}")
    return person


def test_typed_without_a_signal_it_outlives_the_tab_that_is_killed(phone):
    phone.begin_entry()
    phone.page.context.set_offline(True)
    phone.type_entry("The weir was loud.", "Offline")
    state_says(phone.page, HERE)
    read = phone.page.evaluate(READ_OUT)
    assert "weir" not in read["text"] + read["local"]
    assert "Offline" not in read["text"]
    assert (read["items"], read["exported"]) == (1, "InvalidAccessError")
    assert phone.page.evaluate(OF_SOMEBODY_ELSE) == "elsewhere"
    kill(phone)
    phone.page.context.set_offline(False)
    bring_in(phone)
    assert unfinished(phone, "Offline") == "The weir was loud."
    assert phone.page.evaluate(ITEMS) == 0


def test_what_was_locked_away_comes_back_after_unlocking(phone, laptop):
    phone.page.clock.install()
    phone.begin_entry()
    laptop.end_other_devices()
    phone.type_entry("Typed as the session ended.", "Locked")
    state_says(phone.page, re.compile("^Saved on this phone, sealed. You are signed out"))
    phone.page.clock.fast_forward("16:00")
    phone.page.wait_for_url(re.compile("/sign-in"))
    wait_for_items(phone.page, 0)
    phone.sign_in()
    phone.reads("1 thing that you had not finished came from your phone.")
    assert unfinished(phone, "Locked") == "Typed as the session ended."


def test_once_the_server_has_it_the_phone_holds_nothing(phone):
    phone.begin_entry()
    phone.page.context.set_offline(True)
    phone.type_entry("Half of it.", "Back again")
    state_says(phone.page, HERE)
    phone.page.context.set_offline(False)
    state_says(phone.page, SAVED)
    wait_for_items(phone.page, 0)
    phone.keep_entry()
    assert nothing_waits(phone)


def test_left_within_the_second_it_comes_once_and_asks_for_nothing(phone):
    phone.begin_entry()
    phone.type_entry("Gone before it was saved.", "Hurried")
    phone.link("Close")
    phone.heading("Your journal")
    wait_for_items(phone.page, 0)
    assert nothing_waits(phone)
    assert unfinished(phone, "Hurried") == "Gone before it was saved."


def test_left_to_a_busy_server_it_comes_once_and_asks_for_nothing(phone):
    """Red when static/js/keeping.js: what was posted is asked for only once."""
    [worker] = phone.page.context.service_workers
    worker.evaluate(ASKS_TOO_SOON)
    phone.begin_entry()
    phone.type_entry("Gone while the server was busy.", "Busy")
    phone.link("Close")
    phone.heading("Your journal")
    wait_for_items(phone.page, 0)
    assert worker.evaluate("() => self.tooSoon") < 0
    worker.evaluate("() => { self.fetch = self.whole; }")
    assert nothing_waits(phone)


def test_left_within_the_second_over_a_dead_link_it_comes_back(phone):
    """So it is, too, where a worker that ends with the page takes its last post along."""
    phone.begin_entry()
    phone.page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    phone.type_entry("Gone before anybody had it.", "Dead link")
    phone.link("Close")
    bring_in(phone)
    assert unfinished(phone, "Dead link") == "Gone before anybody had it."


def test_a_phone_without_room_says_so_and_keeps_the_words_on_the_page(phone):
    [worker] = phone.page.context.service_workers
    worker.evaluate(NO_ROOM_LEFT)
    phone.begin_entry()
    phone.page.context.set_offline(True)
    phone.type_entry("Too much for this phone.", "Full")
    state_says(phone.page, NO_ROOM)
    assert typed(phone.page) == "Too much for this phone."
    worker.evaluate("() => { IDBObjectStore.prototype.put = self.put; }")
    phone.page.context.set_offline(False)
    state_says(phone.page, SAVED)


def test_a_link_that_never_answers_holds_no_words_up(phone):
    phone.page.clock.install()
    phone.begin_entry()
    phone.page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    phone.type_entry("Typed into a dead link.", "Waiting")
    state_says(phone.page, "Saving…")
    for seconds in (2, 10):
        phone.page.clock.fast_forward(seconds * 1000)
    state_says(phone.page, HERE)
    bring_in(phone)


def test_a_journal_that_can_not_save_is_not_called_no_connection(phone):
    phone.begin_entry()
    phone.page.route("**/drafts/*", lambda route: route.fulfill(status=507))
    phone.type_entry("The disk over there is full.", "507")
    state_says(phone.page, "Saved on this phone, sealed: your journal can't save just now")
    phone.page.unroute("**/drafts/*")
    phone.keep_entry()
    wait_for_items(phone.page, 0)


def test_a_check_in_over_a_link_that_dies_after_the_question_arrives_once(phone):
    phone.today()
    phone.touch_dial("Mood", 3)
    phone.page.route("**/check-ins/new", lambda route: route.abort())
    phone.tries("Save check-in")
    phone.page.wait_for_event("framenavigated")
    phone.page.unroute("**/check-ins/new")
    bring_in(phone, "1 thing that you wrote on a phone is in your journal now.")
    assert phone.page.evaluate(ITEMS) == 0
    phone.page.goto("/check-ins")
    expect(phone.page.get_by_role("link", name=re.compile("Mood 3"))).to_have_count(1)


def test_a_check_in_pressed_without_a_signal_waits_here_and_arrives_once(phone):
    """Red when static/js/enhance/whole.js: the form stays, or is not sent with the signal;
    when static/js/enhance/aside.js: what failed with the first signal waits for another page.
    """
    phone.today()
    phone.touch_dial("Anxiety", 9)
    phone.page.context.set_offline(True)
    phone.tries("Save check-in")
    phone.reads("Saved on this phone. It goes out when there is signal.")
    expect(phone.page.get_by_role("button", name="Save check-in")).to_be_hidden()
    expect(phone.page.get_by_text("Not sent: no connection")).to_be_hidden()
    assert phone.page.evaluate(ITEMS) == 1
    [worker] = phone.page.context.service_workers
    worker.evaluate(FIRST_ONE_LOST)
    phone.page.context.set_offline(False)
    wait_for_items(phone.page, 0)
    bring_in(phone, "1 thing that you wrote on a phone is in your journal now.")
    phone.page.goto("/check-ins")
    expect(phone.page.get_by_role("link", name=re.compile("Anxiety 9"))).to_have_count(1)


def test_a_check_in_that_arrives_leaves_nothing_on_the_phone(phone):
    phone.today()
    phone.check_in(mood=6)
    wait_for_items(phone.page, 0)
    assert nothing_waits(phone)


def test_a_note_that_was_never_sent_comes_back_to_its_page(phone):
    phone.page.goto("/check-ins/new")
    phone.page.context.set_offline(True)
    phone.page.get_by_label("Note").fill("Only a note, for now.")
    phone.reads("Kept on this phone, sealed: no connection")
    kill(phone)
    phone.page.context.set_offline(False)
    bring_in(phone)
    phone.page.goto("/check-ins/new")
    phone.reads("Only a note, for now.")
    phone.button("Put it back")
    expect(phone.page.get_by_label("Note")).to_have_value("Only a note, for now.")
    phone.touch_dial("Mood", 4)
    phone.button("Save check-in")
    phone.reads(re.compile(r"^Saved\."))
    wait_for_items(phone.page, 0)


def test_background_sync_sends_what_a_dead_page_left(phone):
    [worker] = phone.page.context.service_workers
    # What cuts a page off leaves its worker the signal.
    worker.evaluate(CUT_OFF)
    phone.begin_entry()
    phone.page.context.set_offline(True)
    phone.type_entry("Sent by nobody's page.", "Background")
    state_says(phone.page, HERE)
    kill(phone, SCRIPTLESS)
    assert phone.page.evaluate(ITEMS) == 1
    phone.page.context.set_offline(False)
    for worker in phone.page.context.service_workers:
        worker.evaluate("() => { self.fetch = self.whole ?? self.fetch; }")
    wake_worker(phone.page)
    wait_for_items(phone.page, 0)
    phone.page.goto("/today")
    phone.button("Bring it in")
    assert unfinished(phone, "Background") == "Sent by nobody's page."


def wake_worker(page: Page) -> None:
    """What the browser does once the signal is back: no page of ours has to be open."""
    line, told = page.context.new_cdp_session(page), []
    line.once(
        "ServiceWorker.workerRegistrationUpdated", lambda found: told.extend(found["registrations"])
    )
    line.send("ServiceWorker.enable")
    while not told:
        page.wait_for_timeout(50)
    [registration] = told
    about = {"registrationId": registration["registrationId"], "tag": "items", "lastChance": False}
    line.send("ServiceWorker.dispatchSyncEvent", {"origin": page.evaluate("origin"), **about})


def kill(phone: Phone, then: str = "/offline") -> None:
    """The tab dies as a phone kills one, with no last word; another is opened later."""
    killed = phone.page
    with killed.expect_event("crash"), suppress(Error):
        killed.goto("chrome://crash")
    phone.page = killed.context.new_page()
    killed.close()
    phone.page.goto(then)


def bring_in(phone: Phone, told: str = "1 thing that you had not finished came from") -> None:
    phone.page.goto("/today")
    wait_for_items(phone.page, 0)
    phone.page.reload()
    phone.button("Bring it in")
    phone.reads(told)


def wait_for_items(page: Page, count: int) -> None:
    for _ in range(100):
        if page.evaluate(ITEMS) == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.evaluate(ITEMS)} items on the phone")


def nothing_waits(phone: Phone) -> bool:
    phone.today()
    return phone.page.get_by_role("heading", name="From your phone").count() == 0


def unfinished(phone: Phone, title: str) -> str:
    phone.page.goto("/entries")
    phone.link(title, exact=True)
    return typed(phone.page)


def state_says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def typed(page: Page) -> str:
    return page.get_by_label("Entry", exact=True).input_value()
