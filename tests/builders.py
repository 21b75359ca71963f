"""A world that is built once per run: Ana, Otto, Tess and Theo with what they wrote and shared.

Every test gets it inside a transaction that is rolled back at its end, so nobody's password is
stretched twice. `journal.core` commits as ever: its commits end savepoints of that transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from journal import instance
from journal.config import Settings
from journal.core import invitations, rotation, sessions, shares
from journal.core.keyring import Keyring
from journal.core.site import SiteKey
from journal.db import Database
from tests import databases, people
from tests.people import Person


@dataclass
class World:
    """Four people and the grants between them, over one database session.

    Tess reads all of Ana's journal and check-ins and one private entry; Theo reads Ana's journal
    from now on. Otto shares his journal with Theo. Tess looked three times, and her invitation to
    Nora is `waiting`.
    """

    db: Session
    site: SiteKey
    tess: Person
    theo: Person
    ana: Person
    otto: Person
    tess_grant: UUID
    theo_grant: UUID
    otto_grant: UUID
    before: UUID
    after: UUID
    check_in: UUID
    private: UUID
    shared: UUID
    ottos: UUID
    waiting: str

    def over(self, db: Session) -> World:
        """The same people over another session, with nothing opened yet."""
        moved = {
            name: person.over(db)
            for name, person in vars(self).items()
            if isinstance(person, Person)
        }
        return replace(self, db=db, **moved)

    @property
    def records(self) -> dict[UUID, str]:
        """Ana's records and what they say."""
        return {
            self.before: "before Theo",
            self.after: "since Theo",
            self.check_in: "a calm morning",
            self.private: "for nobody else",
            self.shared: "for Tess alone",
        }


def build(db: Session, site: SiteKey) -> World:
    """Write the world into an empty database and commit it."""
    tess, theo = people.therapist(db, site, "Tess"), people.therapist(db, site, "Theo")
    ana = people.patient(db, site, "Ana", tess, ("journal", "check-ins"))
    otto = people.patient(db, site, "Otto", theo, ("journal",))
    before = ana.write("before Theo", scope="journal", days=3)
    theo_grant = people.share_with(ana, theo, ("journal",), since="now")
    after = ana.write("since Theo", scope="journal", days=2)
    check_in = ana.write("a calm morning", scope="check-ins", kind="check-in", days=1)
    private = ana.write("for nobody else", days=4)
    shared = ana.write("for Tess alone", days=5)
    tess_grant = people.only_grant(tess)
    shares.share(db, ana.keyring, tess_grant, shared.id, now=ana.now)
    ottos = otto.write("Otto's own words", scope="journal")
    otto_grant = next(found for found in people.grants_of(theo) if found != theo_grant)
    for _ in range(3):
        people.reads(tess, tess_grant)
    waiting = invitations.invite_patient(db, tess.keyring, label="Nora", now=tess.now).token
    rotation.settle(db, ana.keyring, now=ana.now)
    db.commit()
    return World(
        db=db,
        site=site,
        tess=tess,
        theo=theo,
        ana=ana,
        otto=otto,
        tess_grant=tess_grant,
        theo_grant=theo_grant,
        otto_grant=otto_grant,
        before=before.id,
        after=after.id,
        check_in=check_in.id,
        private=private.id,
        shared=shared.id,
        ottos=ottos.id,
        waiting=waiting,
    )


@dataclass
class Built:
    """The database of the world, and the world as it was when it was built."""

    database: Database
    settings: Settings
    first: World

    @contextmanager
    def world(self) -> Iterator[World]:
        """The world, for as long as the block lasts: then nothing of it ever happened."""
        with self.database.engine.connect() as connection:
            outer = connection.begin()
            made = {"join_transaction_mode": "create_savepoint", "expire_on_commit": False}
            with Session(connection, **made) as db:
                yield self.first.over(db)
            outer.rollback()


@pytest.fixture(scope="session")
def built(
    database_source: databases.Source, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("world")
    given = Settings(instance_path=folder, testing=True)
    instance.prepare(given)
    name = f"world-{folder.name}"
    settings = given.model_copy(update={"database_url": database_source.clone(folder, name)})
    database = Database(settings.database_url)
    with database.session() as db:
        first = build(db, instance.read_site_key(settings))
    yield Built(database, settings, first)
    database.dispose()
    database_source.drop(name)


@pytest.fixture
def world(built: Built) -> Iterator[World]:
    with built.world() as world:
        yield world


def fresh(keyring: Keyring) -> Keyring:
    """The keyring of a next request: it has opened no scope key yet."""
    return replace(keyring, scope_keys={})


def sign_in(world: World, person: Person, device: str = "a laptop") -> tuple[str, Keyring]:
    """A further session of somebody, without the work of a password."""
    cookie, keyring = sessions.start(
        world.db, world.site, person.root, device=device, now=person.now
    )
    world.db.commit()
    return cookie, keyring
