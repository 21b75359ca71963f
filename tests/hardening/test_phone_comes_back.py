"""Signal gone, tab killed, server killed, answer lost, come back: each item arrives exactly once.

Red when the phone drops an item before the server has answered for it, or the server takes the
same one twice.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from journal.core import records
from journal.db import Database
from tests.browser.navigators import PHONE
from tests.browser.test_writing_without_signing_in import READ_OUT, lost, write
from tests.hardening import clinic
from tests.hardening.clinic import Browser as Client
from tests.unit import test_serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from journal.config import Settings
    from tests.unit.test_serving import Served

RUNS = 200
pytestmark = pytest.mark.skipif(not clinic.LONG, reason="two hundred walks with a real browser")


class Walk:
    """A phone and the server of the moment, each of which may go at any time."""

    def __init__(self, browser: Browser, settings: Settings, cookie: str) -> None:
        self.settings = settings
        self.served: Served = clinic.start(settings)
        self.context: BrowserContext = browser.new_context(base_url=self.url, **PHONE)
        self.context.add_cookies([{"name": "session", "value": cookie, "url": self.url}])
        self.page: Page = self.context.new_page()
        self.kills = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.served.port}"

    def enrol(self) -> None:
        self.page.goto("/account/phone")
        self.page.get_by_role("button", name="Let this phone write").tap()
        self.page.get_by_text("This phone can write now.").wait_for()
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => 0)")
        self.context.clear_cookies()

    def step(self, draw: random.Random, words: str) -> None:
        self.context.set_offline(draw.random() < 0.4)
        if draw.random() < 0.3:
            self.context.route("**/sync/items", lost)
        killer = threading.Timer(draw.uniform(0, 0.6), clinic.kill, [self.served])
        dies = draw.random() < 0.15
        if dies:
            killer.start()
        write(self.page, words)
        self.context.unroute_all(behavior="wait")
        if draw.random() < 0.3:
            killed, self.page = self.page, self.context.new_page()
            killed.close()
        if dies:
            killer.join()
            self.kills += 1
            self.served = clinic.start(self.settings)

    def come_back(self) -> None:
        self.context.set_offline(False)
        self.page.goto("/write")
        # What the page before this one has sent already, this one does not speak of.
        self.page.wait_for_function(f"async () => !(await ({READ_OUT})()).items", timeout=120_000)


def test_every_item_arrives_exactly_once(
    browser: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What lies on a phone lies there for one address: each new server has to answer at the same.
    port = test_serving.free_port()
    monkeypatch.setattr(test_serving, "free_port", lambda: port)
    [ana] = clinic.found_clinic(settings, 1)
    draw = random.Random(seed := random.randrange(2**32))
    walk = Walk(browser, settings, ana.cookie)
    try:
        walk.enrol()
        written = [f"Walk {number} of {seed}." for number in range(RUNS)]
        for words in written:
            walk.step(draw, words)
            # Her own session, in which it all opens at the end, must not go idle meanwhile.
            assert Client(walk.served, ana.cookie).get("/account").status == 200
        write(walk.page, "The last one.")
        walk.come_back()
        client = Client(walk.served, ana.cookie)
        assert client.post("/account/phone/opening").status == 303
    finally:
        walk.context.close()
        clinic.kill(walk.served)
    assert entries_of(settings, ana) == Counter([*written, "The last one."]), seed
    clinic.tell(f"{RUNS} items, {walk.kills} servers killed: each arrived once")


def entries_of(settings: Settings, patient: clinic.Patient) -> Counter[str]:
    """Every entry's words, read past the server."""
    database = Database(settings.database_url)
    with database.session() as db:
        found = records.scan_as_owner(db, patient.keyring, scopes_named=("private",), kind="entry")
        words = Counter(opened.content["body"] for opened in found)
    database.dispose()
    return words
