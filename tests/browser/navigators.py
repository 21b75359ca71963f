"""Ana on her phone and Tess at her laptop: they act on what a page says, as a person would."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Locator, Page

PASSWORD = "four quiet herons at dusk"
HERE = {"locale": "en-GB", "timezone_id": "Europe/Vienna"}
PHONE: dict[str, Any] = HERE | {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
LAPTOP: dict[str, Any] = HERE | {"viewport": {"width": 1440, "height": 900}}
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
ENTRY = re.compile(r"/entries/[0-9a-f-]{36}$")
KIT = re.compile(r"^([0-9A-Z]{4}\s*){9}$")
SLIDER_THUMB = 28  # pixels, as static/css draws it
# Tells of a button or a link whether pressing it brings another page.
LEAVES = """one => one.type === "submit"
  ? one.form !== null && one.form.matches("form:not([method=dialog], [data-push], [data-download])")
  : one.matches("a[href]:not([download], [data-cover])")"""
WAIT = 15  # seconds


class Invited(NamedTuple):
    """What Tess hands over in the room."""

    link: str
    code: str


@dataclass
class Person:
    """Somebody before a browser; `look` is told of every page that is passed."""

    page: Page
    name: str
    email: str
    password: str = PASSWORD
    look: Callable[[Page, str], None] = lambda page, name: None
    kit: str = ""
    # What a hand does to a button: phones tap.
    press: Callable[[Locator], None] = field(default=lambda target: target.click())

    def sees(self, name: str) -> None:
        """The page is there; whoever looks at pages may look now."""
        self.look(self.page, name)

    def reads(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def button(self, label: str, *, exact: bool = False) -> None:
        self.go(self.page.get_by_role("button", name=label, exact=exact))

    def link(self, label: str | re.Pattern[str], *, exact: bool = False) -> None:
        self.go(self.page.get_by_role("link", name=label, exact=exact).first)

    def go(self, target: Locator) -> None:
        """Press it; where that brings another page, wait until it has come with its scripts.

        What a test reads next may stand on the page that is left, too.
        """
        if not target.evaluate(LEAVES):
            self.press(target)
            return
        with target.page.expect_navigation():
            self.press(target)

    def tries(self, label: str) -> None:
        """Press a button that sends a form where nothing can be sent: the page stays."""
        self.press(self.page.get_by_role("button", name=label))

    def heading(self, text: str) -> None:
        """The page with this heading has come."""
        expect(self.page.get_by_role("heading", name=text, level=1)).to_be_visible()

    def words_on(self, path: str) -> str:
        """All the HTML that an address answers with to this browser."""
        answer = self.page.request.get(path)
        return answer.text()

    def say_who(self) -> None:
        self.page.get_by_label("Your name").fill(self.name)
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(self.password)

    def read_kit(self) -> None:
        """Take down the kit that the page shows."""
        self.heading("Your recovery kit")
        self.kit = self.page.get_by_text(KIT).inner_text()

    def type_kit_back(self) -> None:
        self.page.get_by_label("Type it back").fill(self.kit.lower())
        self.button("It is right")
        self.page.wait_for_url(re.compile("/(today|caseload)$"))

    def sign_in(self) -> None:
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(self.password)
        button = self.page.get_by_role("button", name=re.compile("^Sign in"))
        self.go(button)
        expect(button).to_have_count(0)

    def end_other_devices(self) -> None:
        """Under the account's devices, sign out every one but this."""
        self.page.goto("/account/devices")
        others = self.page.get_by_role("button", name=re.compile("^Sign out .*signed in"))
        for left in range(others.count(), 0, -1):
            self.go(others.first)
            expect(others).to_have_count(left - 1)

    def sign_out(self) -> None:
        self.button("Account and sign-out")
        self.button("Sign out", exact=True)
        self.heading("Sign in")


@dataclass
class Laptop(Person):
    """Tess, who reads what is shared with her."""

    def sign_up(self, link: str) -> None:
        self.page.goto(link)
        self.sees("therapist-sign-up")
        self.say_who()
        self.button("Make my account")
        self.read_kit()
        self.sees("kit")
        self.type_kit_back()

    def invite(self, label: str) -> Invited:
        self.page.goto("/caseload")
        self.link(re.compile("^Invite"))
        self.page.get_by_label("Your own note").fill(label)
        self.sees("invite")
        self.button("Make the invitation")
        expect(self.page.get_by_role("img", name="QR code of the link below")).to_be_visible()
        self.sees("invitation")
        link = self.page.get_by_text("/invitations/").inner_text().strip()
        return Invited(link, self.code())

    def code(self) -> str:
        return self.page.get_by_text(CODE).first.inner_text().strip()

    def open_patient(self, name: str) -> None:
        self.page.goto("/caseload")
        self.sees("caseload")
        self.link(re.compile(name))
        self.heading(name)
        self.sees("patient-of-tess")

    def open_entry(self, title: str) -> None:
        self.link(re.compile(title))
        self.heading(title)
        self.sees("record-of-tess")


@dataclass
class Phone(Person):
    """Ana, who writes and decides who reads."""

    press: Callable[[Locator], None] = field(default=lambda target: target.tap())

    def sign_up(self, link: str, share: Sequence[str], since: str = "From now on") -> None:
        self.page.goto(link)
        self.sees("patient-sign-up")
        self.say_who()
        for scope in share:
            self.page.get_by_label(scope).check()
        self.page.get_by_label(since).check()
        self.button("Open my journal")
        self.read_kit()

    def code(self) -> str:
        return self.page.get_by_text(CODE).first.inner_text().strip()

    def today(self) -> None:
        self.page.goto("/today")
        self.heading(f"Hello, {self.name}")

    def touch_dial(self, label: str, value: int) -> None:
        """Tap the slider's track where this value lies."""
        slider = self.page.get_by_role("slider", name=label)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        along = SLIDER_THUMB / 2 + (box["width"] - SLIDER_THUMB) * value / 10
        slider.tap(position={"x": along, "y": box["height"] / 2})

    def check_in(self, **touched: int) -> None:
        """From Today: a touch for each dial, one for the button."""
        for label, value in touched.items():
            self.touch_dial(label.capitalize(), value)
        self.button("Save check-in")
        self.reads(re.compile(r"^Saved\."))

    def begin_entry(self) -> None:
        self.today()
        self.button("New", exact=True)
        # Today may offer it too; the menu that has just opened stands last.
        self.go(self.page.get_by_role("link", name="Write an entry").last)
        expect(self.page.get_by_label("Entry", exact=True)).to_be_visible()

    def type_entry(self, body: str, title: str = "", *, readers: str = "Only you") -> None:
        if title:
            self.page.get_by_label("Title, optional").fill(title)
        self.page.get_by_label("Entry", exact=True).fill(body)
        self.press(self.page.get_by_text(readers, exact=True))

    def keep_entry(self) -> None:
        self.button("Keep entry")
        self.page.wait_for_url(ENTRY)
        self.reads(re.compile(r"^Saved\."))

    def write_entry(
        self, body: str, title: str = "", *, tags: str = "", readers: str = "Only you"
    ) -> str:
        """Write and keep an entry; return its address."""
        self.begin_entry()
        self.type_entry(body, title, readers=readers)
        if tags:
            self.press(self.page.get_by_text("When it was, tags"))
            self.page.get_by_label("Tags").fill(tags)
        self.sees("write")
        self.keep_entry()
        return self.page.url

    def share_this_entry(self, name: str) -> None:
        self.button(f"Share this entry with {name}")
        expect(self.page.get_by_role("button", name=f"Stop sharing with {name}")).to_be_visible()

    def stop_sharing(self, name: str) -> None:
        self.page.goto("/sharing")
        self.sees("sharing")
        self.link(f"Stop sharing with {name}")
        self.heading(f"Stop sharing with {name}?")
        self.sees("revocation")
        self.button(f"Stop sharing with {name}")
        self.heading("Sharing stopped")
        self.reads(f"{name} can open nothing of yours any more.")


def until(came: Callable[[], bool]) -> None:
    """Ask until it is so, where no element of a page tells: what was sent goes its own way."""
    end = time.monotonic() + WAIT
    while not came():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
