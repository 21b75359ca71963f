"""A clinic of its own for each test, and an empty place to restore it to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from journal import clock, instance
from journal.config import Settings
from journal.core import accounts, sessions
from journal.db import Database
from journal.operating import backup as backing_up
from journal.operating import restoring
from tests import databases
from tests.builders import Built, World, built
from tests.people import PASSWORD, Person

__all__ = ["built"]


@dataclass
class Clinic:
    """An instance on disk, and its people at the level of keys."""

    settings: Settings
    database: Database
    world: World

    def backup(self, folder: Path) -> backing_up.Made:
        """Make a backup in a folder."""
        with backing_up.made(self.settings, self.database, folder, now=clock.now()) as made:
            return made

    def signed_in(self, person: Person) -> Person:
        """Somebody who came with the password, with nothing of an earlier session."""
        db, site = self.world.db, instance.read_site_key(self.settings)
        now = clock.now()
        root = accounts.unlock(db, site, email=person.email, password=PASSWORD, now=now)
        _, keyring = sessions.start(db, site, root, device="a laptop", now=now)
        db.commit()
        return Person(db, site, person.email, keyring, person.kit, root, now)


@pytest.fixture
def clinic(built: Built, database_source: databases.Source, tmp_path: Path) -> Iterator[Clinic]:
    built.database.dispose()
    folder, name = tmp_path / "clinic", f"clinic-{uuid.uuid4()}"
    folder.mkdir(mode=0o700)
    url = database_source.clone(folder, name, of=built.settings.database_url)
    for path in folder.iterdir():
        path.chmod(0o600)
    given = Settings(instance_path=folder, testing=True)
    settings = given.model_copy(update={"database_url": url})
    instance.write_secret(settings.site_key_file, built.first.site.render())
    database = Database(url)
    with database.session() as db:
        yield Clinic(settings, database, built.first.over(db))
    database.dispose()
    database_source.drop(name)


@pytest.fixture
def empty(database_source: databases.Source, tmp_path: Path) -> Iterator[Callable[[], Settings]]:
    """What makes an empty instance, on a database of the run's kind."""
    made: list[str] = []

    def make(kind: str = "") -> Settings:
        folder = tmp_path / f"elsewhere-{uuid.uuid4()}"
        given = Settings(instance_path=folder, testing=True)
        if kind == "sqlite" or not isinstance(database_source, databases.PostgreSQLSource):
            return given
        made.append(f"elsewhere-{uuid.uuid4()}")
        database_source.ask(f'CREATE DATABASE "{made[-1]}"')
        return given.model_copy(update={"database_url": database_source.url(made[-1])})

    yield make
    for name in made:
        database_source.drop(name)


@pytest.fixture
def restored(clinic: Clinic, empty: Callable[..., Settings]) -> Iterator[Callable[..., Clinic]]:
    """What restores a backup elsewhere and hands over the clinic as it is there."""
    opened: list[tuple[Database, Session]] = []

    def restore(backup: Path, shred_keys: Path, kind: str = "") -> Clinic:
        settings = empty(kind)
        restoring.restore(settings, backup, shred_keys, clinic.settings.site_key_file)
        there = Database(settings.database_url)
        opened.append((there, there.session()))
        return Clinic(settings, there, clinic.world.over(opened[-1][1]))

    yield restore
    for database, db in opened:
        db.close()
        database.dispose()
