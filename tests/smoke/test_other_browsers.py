"""Ana's day in Firefox and in WebKitGTK: she writes, reads, finds help, also with no signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal.demo.people import PASSWORD
from tests.smoke import drivers
from tests.smoke.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.smoke.conftest import Demo

BROWSERS = {"firefox": drivers.firefox, "webkit": drivers.webkit}
WORKER = """const {active} = await navigator.serviceWorker.ready;
return active.state === "activated" && active.scriptURL;"""
KEPT = """const found = await Promise.all((await caches.keys()).map(async (name) =>
  (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)));
return found.flat();"""
# The worker answers messages only when the script that it loads while installing has come with it.
ASKED = """const {active} = await navigator.serviceWorker.ready;
const {port1, port2} = new MessageChannel();
const said = new Promise((done) => {
  port1.onmessage = ({data}) => done({data: data ?? "nothing"});
});
active.postMessage({act: "drop", slot: crypto.randomUUID()}, [port2]);
return Promise.race([said, new Promise((done) => setTimeout(() => done(null), 8000))]);"""
DIAL = """const one = document.querySelector("input[name=mood]");
const dial = one.closest("[data-dial]").querySelector("input[type=range]");
if (!dial) return false;
dial.value = 7;
dial.dispatchEvent(new Event("input", {bubbles: true}));
dial.dispatchEvent(new Event("change", {bubbles: true}));
return one.value === "7";"""


@pytest.fixture(scope="module", params=list(BROWSERS))
def window(
    request: pytest.FixtureRequest, demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    """Ana's own, signed in."""
    folder = tmp_path_factory.mktemp(request.param)
    with BROWSERS[request.param](folder) as driver:
        ours = Window(driver, demo.url)
        sign_in(ours)
        yield ours


def sign_in(window: Window) -> None:
    window.goto("/sign-in")
    window.fill("[name=email]", "ana@demo.example")
    window.fill("[name=password]", PASSWORD)
    window.press("Sign in", "main button")
    window.sees("Right now")


def test_she_checks_in_from_today(window):
    window.goto("/today")
    window.until(DIAL)
    window.press("Save check-in", "main button")
    window.sees("Saved.")
    window.goto("/check-ins")
    window.sees("Mood 7")


def test_she_writes_an_entry_and_reads_it(window):
    window.goto("/entries/new")
    window.fill("[name=title]", "In another browser")
    window.fill("[name=body]", "Words that came *whole*.")
    window.press("Keep entry", "main button")
    window.sees("Saved.")
    window.sees("In another browser")
    window.goto("/entries")
    window.press("In another browser", "a.item")
    window.sees("Words that came whole.")


@pytest.mark.parametrize(
    ("path", "words"),
    [("/sharing", "Tess"), ("/help-now", "Call"), ("/trends?days=30", "Mood"), ("/care", "")],
)
def test_a_page_comes_whole(window, path, words):
    window.goto(path)
    window.sees(words)
    assert window.run("return document.documentElement.scrollWidth <= innerWidth;") is True


def test_the_worker_is_installed_with_all_that_it_loads(window):
    window.goto("/today")
    assert window.until(WORKER) == f"{window.url}/sw.js"
    kept = window.run(KEPT)
    assert {"/write", "/write/check-in", "/help-now", "/offline"} <= set(kept)
    assert window.run(ASKED) == {"data": "nothing"}


def test_she_writes_without_a_connection_and_it_arrives(window, demo):
    window.goto("/account/phone")
    window.press("Let this phone write")
    window.sees("This phone can write now.")
    window.until(WORKER)
    demo.stop()
    try:
        window.goto("/write")
        window.until("return !document.querySelector('[data-write]').hidden;")
        window.fill("[name=body]", "Written while nobody answered.")
        window.press("Keep entry", "main button")
        window.until(
            "return document.querySelector('[data-write-state]').textContent.includes('Saved');"
        )
        window.goto("/help-now")
        window.sees("Call")
    finally:
        demo.start()
    window.goto("/write")
    window.until("return document.querySelector('[data-waiting]').textContent.includes('Sent.');")
    window.goto("/account/phone")
    window.press("Bring in 1 thing", "main button")
    window.goto("/entries")
    window.sees("Written while nobody answered.")
