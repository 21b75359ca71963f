"""A signed-in browser inside this program: no network, which would cost both sides the same."""

import re
from uuid import UUID

from flask import Flask

from bench.clinic import Person

HOST = "127.0.0.1"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """One browser; every answer must be the one that is expected, else the run ends."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""

    def get(self, path: str) -> str:
        """Return a page."""
        answer = self.client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return answer.text

    def post(self, path: str, fields: dict[str, object]) -> None:
        """Send a form; it must lead on to another page."""
        answer = self.client.post(path, data={**fields, "csrf_token": self.token})
        if answer.status_code != 303:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    def read_token(self, path: str) -> "Browser":
        """Take this browser's CSRF secret from a page."""
        self.token = token_in(self.get(path))
        return self


def of_journal(app: Flask, person: Person) -> Browser:
    """Return a browser that is signed in to the journal."""
    browser = Browser(app)
    browser.client.set_cookie("session", person.cookie, domain=HOST)
    return browser.read_token("/entries")


def of_yardstick(app: Flask, account: UUID) -> Browser:
    """Return a browser that is signed in to the yardstick."""
    browser = Browser(app)
    with browser.client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = str(account), True
    return browser.read_token("/entries")


def token_in(page: str) -> str:
    """Return the CSRF secret of the first form in a page."""
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError("a page without a form")
    return found[1]
