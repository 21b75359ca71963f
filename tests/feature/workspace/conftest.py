"""Ana's clinic at the level of keys, and a browser for each of its people."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from journal.core import access_log, records, sessions
from journal.core.site import SiteKey
from tests import people
from tests.people import Person


@dataclass
class Browser:
    """Somebody's browser, signed in as that person."""

    client: FlaskClient
    person: Person

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, form: str = "/caseload/invitations/new", **fields: str):
        """Post fields with the token of a page that has a form."""
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.get(form).text)
        assert found is not None
        return self.client.post(address, data={"csrf_token": found[1], **fields})


@pytest.fixture(autouse=True)
def clock_of_the_clinic() -> Iterator[time_machine.Traveller]:
    """The moment at which people.py signs everybody up; move_to() lets time pass."""
    with time_machine.travel(people.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ana(db: Session, site: SiteKey, tess: Person) -> Person:
    """Ana, who shares her journal and her check-ins with Tess."""
    return people.patient(db, site, "Ana", tess, ("journal", "check-ins"))


@pytest.fixture
def grant(ana: Person, tess: Person) -> UUID:
    """Ana's grant for Tess."""
    [found] = people.grants_of(tess)
    return found


@pytest.fixture
def sign_in(app: Flask, db: Session, site: SiteKey) -> Callable[[Person], Browser]:
    """Sign a person in."""

    def open_browser(person: Person) -> Browser:
        cookie, _ = sessions.start(db, site, person.root, device="a laptop", now=people.NOW)
        db.commit()
        client = app.test_client()
        client.set_cookie("session", cookie, domain="127.0.0.1")
        return Browser(client, person)

    return open_browser


@pytest.fixture
def missing(app: Flask) -> bytes:
    """The bytes of the one page for everything that is not there."""
    return app.test_client().get("/no/such/page").data


@pytest.fixture
def written(ana: Person) -> Callable[..., UUID]:
    """Let Ana write something so many hours ago; returns its id."""

    def write(scope: str = "journal", kind: str = "entry", hours: int = 0, **content: object):
        moment = people.NOW - timedelta(hours=hours)
        opened = records.write(
            ana.db,
            ana.keyring,
            record_id=uuid4(),
            kind=kind,
            scope=scope,
            content=content,
            occurred_at=moment,
            now=people.NOW,
        )
        ana.db.commit()
        return opened.id

    return write


@pytest.fixture
def log_of() -> Callable[[Person], list[tuple[str, tuple[UUID, ...]]]]:
    """What somebody's log says, newest first."""

    def read(person: Person) -> list[tuple[str, tuple[UUID, ...]]]:
        person.db.rollback()
        found = access_log.events(person.db, person.keyring, now=people.NOW)
        assert all(event.genuine for event in found)
        return [(event.name, event.records) for event in found]

    return read


@pytest.fixture
def log(ana: Person, log_of) -> Callable[[], list[tuple[str, tuple[UUID, ...]]]]:
    """What Ana's log says, newest first."""
    return lambda: log_of(ana)
