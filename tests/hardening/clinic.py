"""A served clinic for rough use: browsers with cookies in hand, a server to be killed whole."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID, uuid4

from journal import clock, instance
from journal.core import invitations, records, sessions
from journal.core.consent import Choice
from journal.db import Database
from tests.people import PASSWORD
from tests.unit.test_serving import Served
from tests.visitors import FORM_PAGE, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from journal.config import Settings
    from journal.core.keyring import Keyring, RootKeyring
    from journal.crypto.sitekey import SiteKey

# `make harden` sets it: the same tests, many more times over.
LONG = bool(os.environ.get("HARDEN"))
LONGEST_ANSWER = 120  # seconds; a request that takes longer hangs


@dataclass(frozen=True)
class Patient:
    """Somebody with an account and a session of her own that a browser can carry."""

    email: str
    keyring: Keyring
    cookie: str


@dataclass(frozen=True)
class Answer:
    """What came back; seconds: how long it took."""

    status: int
    headers: http.client.HTTPMessage
    text: str
    seconds: float


@dataclass
class Save:
    """One check-in that somebody sends, perhaps more than once."""

    patient: Patient
    note: str
    id: UUID = field(default_factory=uuid4)


class Browser:
    """One browser of one patient; it asks the server of the moment."""

    def __init__(self, served: Served, cookie: str = "") -> None:
        self.served = served
        self.cookies = {"session": cookie} if cookie else {}
        self._token = ""

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self.ask("GET", path)

    def post(self, path: str, **fields: object) -> Answer:
        """Post fields with this browser's token, as a page of the site."""
        self.open_form()
        return self.ask("POST", path, urlencode({"csrf_token": self._token, **fields}))

    def open_form(self) -> None:
        """Look at a page with a form, once: every form of the site takes its token."""
        if not self._token:
            page = Page(self.get(FORM_PAGE).text)
            self._token = dict(page.forms[0].fields)["csrf_token"]

    def save(self, save: Save) -> Answer:
        """Send one check-in."""
        return self.post("/check-ins/new", client_id=save.id, mood=6, note=save.note)

    def ask(self, method: str, path: str, body: str = "") -> Answer:
        """Ask on a connection of its own; OSError or HTTPException when nobody answers."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers["Origin"] = f"http://127.0.0.1:{self.served.port}"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=LONGEST_ANSWER)
        try:
            line.request(method, path, body or None, headers)
            response = line.getresponse()
            text = response.read().decode()
        finally:
            line.close()
        for set_ in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: kept.value for name, kept in SimpleCookie(set_).items()}
        return Answer(response.status, response.headers, text, time.monotonic() - began)


def found_clinic(settings: Settings, patients: int) -> list[Patient]:
    """Let a therapist and some patients sign up, each patient with a session."""
    database, site, now = (
        Database(settings.database_url),
        instance.read_site_key(settings),
        clock.now(),
    )
    found = []
    with database.session() as db:
        therapist = sign_up(db, site, invitations.invite_therapist(db, now=now), "therapist", now)
        for number in range(patients):
            token = invitations.invite_patient(db, therapist, label="", now=now).token
            root = sign_up(db, site, token, f"patient{number}", now)
            cookie, keyring = sessions.start(db, site, root, device="a phone", now=now)
            found.append(Patient(address(f"patient{number}"), keyring, cookie))
        db.commit()
    database.dispose()
    return found


def sign_up(db: Session, site: SiteKey, token: str, name: str, now: datetime) -> RootKeyring:
    """Accept an invitation, sharing nothing."""
    root, _kit = invitations.accept(
        db,
        site,
        token,
        name=name,
        email=address(name),
        password=PASSWORD,
        zone="Europe/Vienna",
        choice=Choice(()),
        now=now,
    )
    return root


def address(name: str) -> str:
    """Return the e-mail address that somebody signed up with."""
    return f"{name}@example.org"


def start(settings: Settings, **more: str) -> Served:
    """Serve the instance as `make run` does; return once it is healthy."""
    served = Served(
        settings.instance_path,
        JOURNAL_DATABASE_URL=settings.database_url,
        **{"JOURNAL_WORKERS": "2", **more},
    )
    try:
        served.wait_until_healthy()
    except BaseException:
        kill(served)
        raise
    return served


def kill(served: Served) -> None:
    """Kill -9 everything of it, and whatever one of them began meanwhile."""
    while left := [number for number in served.family() if number != os.getpid()]:
        for number in left:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.01)
        if served.child.poll() is not None and not served.family():
            break
    served.child.wait()


def notes_of(settings: Settings, patients: list[Patient]) -> Iterator[tuple[UUID, str]]:
    """Read every check-in past the server, each with its note."""
    database = Database(settings.database_url)
    try:
        with database.session() as db:
            for patient in patients:
                for opened in records.scan_as_owner(
                    db, patient.keyring, scopes_named=("check-ins",), kind="check-in"
                ):
                    assert opened.readable
                    yield opened.id, opened.content["note"]
    finally:
        database.dispose()


def is_done(command: Sequence[str | Path], account: str | None = None) -> bool:
    """Run another program in silence, as that account, and tell whether it did it."""
    nowhere = subprocess.DEVNULL
    done = subprocess.run(
        command, check=False, stdout=nowhere, stderr=nowhere, user=account, cwd="/"
    )
    return done.returncode == 0


def tell(line: str) -> None:
    """Print a figure, for whoever runs this by `make harden`."""
    sys.stdout.write(f"{line}\n")
