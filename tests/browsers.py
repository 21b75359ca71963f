"""A person's browser: signed in, with the CSRF token that its forms carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import time_machine

from journal import clock
from journal.core import sessions
from tests import people

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.people import Person

# A page with a form on it, for each role.
FORM_PAGE = {"patient": "/check-ins/new", "therapist": "/caseload"}


@dataclass
class Browser:
    """One device of one person."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **fields: object) -> TestResponse:
        """Post a form; a list is a field sent more than once."""
        return self.client.post(path, data={"csrf_token": self.token, **fields})


def sign_in(app: Flask, person: Person, device: str = "a phone") -> Browser:
    """A further device of this person."""
    cookie, keyring = sessions.start(
        person.db, person.site, person.step_up(), device=device, now=clock.now()
    )
    person.db.commit()
    client = app.test_client()
    client.set_cookie("session", cookie, domain="127.0.0.1")
    page = client.get(FORM_PAGE[keyring.role]).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page
    return Browser(client, found[1])


def value_of(page: str, name: str) -> str:
    """What an input of this name holds."""
    tags = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tags, f"no field {name}"
    found = re.search(r'value="([^"]*)"', tags[0])
    return found[1] if found else ""


@pytest.fixture
def at_ten():
    """It is 22 November, 10:00 in Vienna, until the test shifts it."""
    with time_machine.travel(people.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def tess(app, db, at_ten):
    return people.therapist(db, app.extensions["journal"].site_key, "Tess")


@pytest.fixture
def ana(tess):
    """Tess's patient, who shares nothing yet."""
    return people.patient(tess.db, tess.site, "Ana", of=tess)


@pytest.fixture
def theo(tess):
    return people.therapist(tess.db, tess.site, "Theo")


@pytest.fixture
def phone(app, ana):
    """Ana's phone."""
    return sign_in(app, ana)


@pytest.fixture
def laptop(app, tess):
    """Tess's laptop."""
    return sign_in(app, tess, "a laptop")


@pytest.fixture
def grant(ana, tess):
    """Ana's grant for Tess, which shares nothing yet."""
    return people.only_grant(tess)


@pytest.fixture
def theos(app, theo):
    """Theo's laptop."""
    return sign_in(app, theo)
