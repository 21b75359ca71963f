"""Ana shares with Tess; Theo is a therapist too, and has nothing of hers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from journal.core import consent, sessions
from journal.core.grants import GrantView
from journal.core.site import SiteKey
from tests import people
from tests.people import Person

TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """The time stands at the personas' own until a test moves it."""
    with time_machine.travel(people.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ana(db: Session, site: SiteKey, tess: Person) -> Person:
    """Tess reads everything of her journal, and nothing else."""
    return people.patient(db, site, "Ana", tess, ("journal",))


@dataclass
class Browser:
    """A person's browser, signed in."""

    client: FlaskClient
    person: Person

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, **fields: object) -> TestResponse:
        # Any page with a form will do: the secret is the browser's.
        home = "/sharing" if self.person.keyring.role == "patient" else "/caseload"
        found = TOKEN.search(self.client.get(home).text)
        token = found.group(1) if found else "none"
        return self.client.post(address, data={"csrf_token": token, **fields})

    def grant(self) -> GrantView:
        """The person's only grant, as it stands in the database now."""
        self.person.db.rollback()
        [grant] = consent.all_grants(self.person.db, self.person.keyring, now=self.person.now)
        return grant


@pytest.fixture
def browser_of(app: Flask, db: Session, site: SiteKey):
    def sign_in(person: Person) -> Browser:
        root = person.step_up()
        cookie, person.keyring = sessions.start(db, site, root, device="", now=person.now)
        db.commit()
        client = app.test_client()
        client.set_cookie("session", cookie, domain="127.0.0.1")
        return Browser(client, person)

    return sign_in


@pytest.fixture
def phone(browser_of, ana: Person) -> Browser:
    """Ana's phone."""
    return browser_of(ana)


@pytest.fixture
def grant_id(phone: Browser) -> UUID:
    return phone.grant().id
