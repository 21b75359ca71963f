"""Migrations: they make exactly the tables that the models describe."""

from pathlib import Path
from threading import Thread

import pytest
from alembic import command
from sqlalchemy import text

from journal.db import Database
from journal.migrations import configuration, connected, upgrade


def test_migrations_and_models_agree(database: Database) -> None:
    with connected(database) as connection:
        command.check(configuration(connection))


def test_two_starts_at_the_same_moment_migrate_once(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'shared.sqlite3'}") for _ in range(2)]
    starts = [Thread(target=upgrade, args=(database, tmp_path)) for database in databases]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    with databases[0].session() as db:
        assert db.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    for database in databases:
        database.dispose()


def test_an_older_version_leaves_a_newer_database_alone(database: Database, tmp_path: Path) -> None:
    with database.session() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.commit()
    with pytest.raises(OSError, match="newer version"):
        upgrade(database, tmp_path)
