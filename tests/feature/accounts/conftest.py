"""Browsers that fill in the forms of signing up and signing in, and a clock that can be set."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from journal.core import invitations, sessions
from journal.core.keyring import Keyring

PASSWORD = "four quiet herons at dusk"
NEW_PASSWORD = "a lantern under seven willows"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Browser:
    """One person's browser: reads a page's token, posts its form."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, page: str = "/recovery", **fields: Any) -> TestResponse:
        """Post with the token of a page that always has a form."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page).text)
        assert token is not None
        return self.client.post(path, data={"csrf_token": token.group(1), **fields})

    def sign_up(self, link: str, name: str = "Ana", **fields: Any) -> TestResponse:
        form = {
            "name": name,
            "email": f"{name.casefold()}@example.org",
            "password": PASSWORD,
            "zone": "Europe/Vienna",
        }
        return self.post(link, **{**form, **fields})

    def sign_in(self, name: str = "Ana", password: str = PASSWORD, **fields: Any) -> TestResponse:
        email = f"{name.casefold()}@example.org"
        return self.post("/sign-in", email=email, password=password, **fields)

    def kit(self) -> str:
        """Return the recovery kit that the page shows."""
        shown = re.search(
            r'id="kit-groups"[^>]*>(.*?)</div>', self.get("/account/recovery-kit").text
        )
        assert shown is not None
        return "-".join(re.findall(r"<span>(\w+)</span>", shown.group(1)))

    def cookie(self) -> str:
        found = self.client.get_cookie("session", domain="127.0.0.1")
        assert found is not None
        return found.value

    def is_signed_in(self) -> bool:
        return self.get("/account").status_code == 200

    def keyring(self, db: Session) -> Keyring:
        from journal import clock

        site = self.app.extensions["journal"].site_key
        return sessions.resume(db, site, self.cookie(), now=clock.now())


@pytest.fixture(autouse=True)
def clock_stands() -> Iterator[time_machine.Traveller]:
    """The time is START and stands still until a test moves it."""
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def later(clock_stands: time_machine.Traveller) -> Callable[..., None]:
    def move(**by: float) -> None:
        clock_stands.shift(timedelta(**by))

    return move


@pytest.fixture
def new_browser(app: Flask) -> Callable[[], Browser]:
    return lambda: Browser(app)


@pytest.fixture
def store(app: Flask) -> Callable[[], Any]:
    @contextmanager
    def opened() -> Iterator[Session]:
        with app.extensions["journal"].database.session() as session:
            yield session

    return opened


@pytest.fixture
def therapist_link(store: Any) -> str:
    with store() as db:
        token = invitations.invite_therapist(db, email="tess@example.org", now=START)
        db.commit()
    return f"/invitations/{token}"


@pytest.fixture
def tess(new_browser: Any, therapist_link: str) -> Browser:
    """A therapist, signed up and signed in."""
    browser: Browser = new_browser()
    assert browser.sign_up(therapist_link, "Tess").status_code == 303
    return browser


@pytest.fixture
def invite(store: Any) -> Callable[[Browser], invitations.Invited]:
    """A therapist's invitation for a patient, as her own page makes it."""

    def make(therapist: Browser) -> invitations.Invited:
        from journal import clock

        with store() as db:
            keyring = therapist.keyring(db)
            invited = invitations.invite_patient(db, keyring, label="A.", now=clock.now())
            db.commit()
            return invited

    return make


@pytest.fixture
def link(tess: Browser, invite: Any) -> str:
    return f"/invitations/{invite(tess).token}"


@pytest.fixture
def ana(new_browser: Any, link: str) -> Browser:
    """A patient who shares her check-ins with Tess, signed in."""
    browser: Browser = new_browser()
    answer = browser.sign_up(link, scopes=["check-ins"], since="now")
    assert answer.status_code == 303
    return browser


def bare(answer: TestResponse, *typed: str) -> str:
    """Return a page without its token and what was typed, so that two can be compared."""
    text = re.sub(r'(name="csrf_token"[^>]*value=")[^"]+', r"\1", answer.text)
    for word in typed:
        text = text.replace(html.escape(word), "")
    return text


@pytest.fixture
def without() -> Callable[..., str]:
    return bare


@pytest.fixture
def passwords() -> tuple[str, str]:
    """The password that people begin with, and another good one."""
    return PASSWORD, NEW_PASSWORD
