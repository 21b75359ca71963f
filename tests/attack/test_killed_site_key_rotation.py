"""The process dies at any statement of a rotation of the site key, or while its file is written.

Everybody is found and opens their slots in every moment, and running the command again ends it.
Red when `site_key_rotation.rotate` seals before the file with the new version is in its place, or
`outer_layers._move_contact` commits the index before the layer.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from journal import clock, instance
from journal.config import Settings
from journal.core import accounts, outer_layers
from journal.db import Database
from journal.operating import site_key_rotation
from tests import builders, databases
from tests.attack.test_killed_rotation import Killed


@pytest.fixture
def town(
    built: builders.Built, database_source: databases.Source, tmp_path: Path
) -> Iterator[tuple[Settings, Database, builders.World]]:
    built.database.dispose()
    name = f"rotated-{uuid.uuid4()}"
    url = database_source.clone(tmp_path, name, of=built.settings.database_url)
    settings = Settings(instance_path=tmp_path, testing=True).model_copy(
        update={"database_url": url}
    )
    instance.write_secret(settings.site_key_file, built.first.site.render())
    database = Database(url)
    yield settings, database, built.first
    database.dispose()
    database_source.drop(name)


def everybody_comes_in(settings: Settings, database: Database, world: builders.World) -> None:
    site, now = instance.read_site_key(settings), clock.now()
    with database.session() as db:
        for person in (world.ana, world.otto, world.tess, world.theo):
            root = accounts.unlock_with_kit(db, site, email=person.email, kit=person.kit, now=now)
            assert root.account_id == person.id


def test_killed_at_every_statement(town, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, database, world = town
    monkeypatch.setattr(site_key_rotation, "SETTLED_SECONDS", 0)
    monkeypatch.setattr(outer_layers, "BATCH", 3)
    count, dies_at = [0], [0]

    def before(*_: object) -> None:
        count[0] += 1
        if count[0] == dies_at[0]:
            raise Killed

    def run(command: str) -> None:
        count[0] = 0
        if command == "rotate":
            site_key_rotation.rotate(settings, database)
        else:
            site_key_rotation.finish(settings, database, end_sessions=True, now=clock.now())

    event.listen(database.engine, "before_cursor_execute", before)
    for command in ("rotate", "finish"):
        # Each run dies one statement further on; what the one before committed stays.
        while True:
            dies_at[0] += 1
            try:
                run(command)
            except Killed:
                dies, dies_at[0] = dies_at[0], 0
                everybody_comes_in(settings, database, world)
                dies_at[0] = dies
            else:
                break
        assert dies_at[0] > 5
        dies_at[0] = 0
        everybody_comes_in(settings, database, world)
    assert set(instance.read_site_key(settings).versions) == {2}
    with database.session() as db:
        assert set(outer_layers.versions(db)) == {2}


@pytest.mark.parametrize("step", ["chown", "rename", "fsync"])
def test_killed_while_the_file_is_written(town, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, database, world = town
    monkeypatch.setattr(site_key_rotation, "SETTLED_SECONDS", 0)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path if step == "rename" else os, step, die)
        patch.setattr(Path, "unlink", lambda *_, **__: None)  # a kill tidies nothing
        with pytest.raises(Killed):
            site_key_rotation.rotate(settings, database)
    everybody_comes_in(settings, database, world)
    assert site_key_rotation.rotate(settings, database).version == 2
    assert not list(settings.instance_path.glob(".site.key.*"))
    everybody_comes_in(settings, database, world)
