"""A small clinic that came about through the real pages, built once per run and cloned per test.

Ana shares her journal and check-ins with Tess, and one private entry; Otto shares his journal
with Theo; nobody else reads anybody. Everything typed holds a word that stands nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from journal import create_app, instance
from journal.config import Settings
from journal.db import Database
from journal.operating import remembered
from tests import databases
from tests.people import NOW, PASSWORD
from tests.visitors import Page, Visitor

TYPED = {
    "tess": "Tess Hollowbrook",
    "theo": "Theo Quillfeather",
    "ana": "Ana Wrenmeadow",
    "otto": "Otto Larkspurson",
    "label": "Marblelabel",
    "note": "a thistledown morning, \u017bubr\u00f3wka light",
    "tag": "cobwebtag",
    "private_title": "Saffrontitle",
    "private": "the lanternfish was mine alone",
    "journal": "a juniperpath through snow",
    "shared_title": "Umbertitle",
    "shared": "told to Tess beside the kingfisherpond",
    "draft": "an unfinished heronsentence",
    "ottos": "Otto's own bramblewords",
}


@dataclass
class Town:
    """Four signed-in people, a stranger, and the ids of what they made (text, as in addresses)."""

    app: Flask
    settings: Settings
    tess: Visitor
    theo: Visitor
    ana: Visitor
    otto: Visitor
    made: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> dict[str, Visitor]:
        """Return the four by name."""
        return {"tess": self.tess, "theo": self.theo, "ana": self.ana, "otto": self.otto}

    @property
    def stranger(self) -> Visitor:
        """Return a new browser that nobody signed in with."""
        return Visitor(self.app)

    @property
    def database(self) -> Database:
        """Return the database that the app answers from."""
        found: Database = self.app.extensions["journal"].database
        return found

    def __getitem__(self, name: str) -> str:
        return self.made[name]

    def in_app(self, app: Flask, settings: Settings) -> Town:
        """Return the same people with new browsers that hold the same cookies."""
        moved = {name: Visitor(app, person.cookies) for name, person in self.people.items()}
        return replace(self, app=app, settings=settings, made=dict(self.made), **moved)


def email(name: str) -> str:
    """Return the address that somebody signed up with."""
    return f"{TYPED[name].split()[1].casefold()}@example.org"


def sign_up(visitor: Visitor, link: str, name: str, **choice: object) -> None:
    """Accept an invitation as somebody new."""
    kit = visitor.arrive(link, name=TYPED[name], email=email(name), password=PASSWORD, **choice)
    assert kit == "/account/recovery-kit"


def invite(therapist: Visitor, label: str) -> str:
    """Let a therapist invite a patient; return the link's path."""
    shown = therapist.arrive("/caseload/invitations/new", label=label)
    return link_of(therapist.page(shown))


def link_of(page: Page) -> str:
    """Return the path of the link that an invitation's page shows."""
    return page.ids["link"].strip().removeprefix("http://127.0.0.1:8000")


def write(
    patient: Visitor, body: str, title: str = "", audience: str = "private", **more: object
) -> str:
    """Keep an entry; return its id."""
    shown = patient.arrive("/entries/new", title=title, body=body, audience=audience, **more)
    return shown.removeprefix("/entries/")


def only(pattern: str, page: Page) -> str:
    """Return the one thing that the links and forms of a page name after this pattern."""
    addresses = [*page.links, *(form.action for form in page.forms)]
    found = {match[1] for text in addresses if (match := re.match(pattern, text))}
    assert len(found) == 1, found
    return found.pop()


def build(app: Flask, settings: Settings) -> Town:
    """Let everybody sign up, write, share and read."""
    town = Town(app, settings, *(Visitor(app) for _ in range(4)))
    for name in ("tess", "theo"):
        run = app.test_cli_runner().invoke(args=["invite-therapist", email(name)])
        link = run.stdout.splitlines()[-1].removeprefix("http://127.0.0.1:8000")
        sign_up(town.people[name], link, name)
    scopes = ["journal", "check-ins"]
    sign_up(town.ana, invite(town.tess, "A."), "ana", scopes=scopes, since="everything")
    sign_up(town.otto, invite(town.theo, "O."), "otto", scopes=["journal"], since="everything")
    town.made |= _what_ana_writes(town.ana)
    town.made["ottos"] = write(town.otto, TYPED["ottos"], audience="journal")
    town.made |= _who_shares(town)
    invitation = town.tess.arrive("/caseload/invitations/new", label=TYPED["label"])
    town.made["invitation"] = invitation.rpartition("/")[2]
    town.made["link"] = link_of(town.tess.page(invitation))
    return town


def _what_ana_writes(ana: Visitor) -> dict[str, str]:
    ana.arrive("/check-ins/new", mood=7, sleep_hours="7.5", note=TYPED["note"], tags=TYPED["tag"])
    draft = str(uuid4())
    assert ana.post(f"/drafts/{draft}", body=TYPED["draft"]).status_code == 200
    return {
        "check_in": only(r"/check-ins/([-0-9a-f]{36})/edit", ana.page("/check-ins")),
        "private": write(ana, TYPED["private"], TYPED["private_title"], tags=TYPED["tag"]),
        "journal": write(ana, TYPED["journal"], audience="journal"),
        "shared": write(ana, TYPED["shared"], TYPED["shared_title"]),
        "draft": draft,
    }


def _who_shares(town: Town) -> dict[str, str]:
    grant = only(r"/sharing/([-0-9a-f]{36})$", town.ana.page("/sharing"))
    town.ana.arrive(f"/entries/{town['shared']}", f"/entries/{town['shared']}/shares")
    ottos_grant = only(r"/sharing/([-0-9a-f]{36})$", town.otto.page("/sharing"))
    for person in (town.tess, town.theo):
        person.page("/caseload")
    town.tess.page(f"/patients/{grant}")
    town.tess.page(f"/patients/{grant}/records/{town['shared']}")
    care = f"/patients/{grant}/care"
    town.tess.arrive(care, starts_at="2026-11-24T10:00")
    session = only(rf"{care}/([-0-9a-f]{{36}})$", town.tess.page(care))
    town.ana.page("/care")
    receipts = town.ana.page("/sharing/receipts").links
    receipt = next(path for path in receipts if re.match(r"/sharing/receipts/[-0-9a-f]{36}", path))
    made = {"grant": grant, "ottos_grant": ottos_grant, "session": session}
    return made | {"receipt": receipt[18:54]}


@pytest.fixture(scope="session")
def first_town(
    database_source: databases.Source, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Build the town, and close its database so that it can be copied."""
    folder: Path = tmp_path_factory.mktemp("town")
    given = Settings(
        instance_path=folder,
        clinic_name="Linden practice",
        clinic_hours="Monday to Friday, 9 to 17",
        testing=True,
    )
    instance.prepare(given)
    name = f"town-{folder.parent.name}-{uuid4()}"
    settings = given.model_copy(update={"database_url": database_source.clone(folder, name)})
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with time_machine.travel(NOW, tick=False):
        town = build(app, settings)
    if town.database.is_sqlite:
        with town.database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    town.database.dispose()
    yield town
    database_source.drop(name)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The moment at which the town was built; it stands until the test moves it."""
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def town(
    first_town: Town,
    database_source: databases.Source,
    tmp_path: Path,
    clock: time_machine.Coordinates,
) -> Iterator[Town]:
    """The town over a database of the test's own; the app and its templates are shared."""
    name = f"town-{uuid4()}"
    url = database_source.clone(tmp_path, name, first_town.settings.database_url)
    settings = first_town.settings.model_copy(update={"database_url": url})
    app, database = first_town.app, Database(url)
    before = app.extensions["journal"]
    app.extensions["journal"] = replace(before, settings=settings, database=database)
    # The folder is shared: what one test's journal remembers of its database is no other's.
    (settings.instance_path / remembered.NAME).unlink(missing_ok=True)
    yield first_town.in_app(app, settings)
    app.extensions["journal"] = before
    database.dispose()
    database_source.drop(name)
