"""Alembic migrations, run at every start; none of them needs plaintext.

Alembic is imported where it is used: the server's workers never migrate, and it takes 11 MB.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from journal import features
from journal.db import Database, make_engine
from journal.instance import locked

if TYPE_CHECKING:
    from alembic.config import Config

# Any fixed number that no other program on the same PostgreSQL server locks.
ADVISORY_LOCK = 4_107_220_931


def upgrade(database: Database, instance_path: Path) -> None:
    """Bring the database to the newest revision, one process at a time; raises OSError."""
    from alembic import command

    with locked(instance_path, "migration"), connected(database) as connection:
        if revision(connection) not in (None, *revisions()):
            raise OSError("the database is of a newer version of the journal than this one")
        # Reading the revision has begun a transaction.
        connection.rollback()
        command.upgrade(configuration(connection), "head")
        # DDL that Alembic leaves in an open transaction would be rolled back at the close.
        connection.commit()


def upgrade_within(connection: Connection, revision: str) -> None:
    """Bring a database to a revision inside the caller's transaction, whose end decides."""
    from alembic import command

    command.upgrade(configuration(connection), revision)


def revision(connection: Connection) -> str | None:
    """Return the database's revision, None for one that has no tables yet."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def revisions() -> list[str]:
    """Return every revision that this version knows, the newest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_scripts())
    return [script.revision for script in scripts.walk_revisions()]


@contextmanager
def connected(database: Database) -> Iterator[Connection]:
    """Open a connection that holds the migration lock until it closes or its process dies."""
    engine = make_engine(database.url, poolclass=NullPool)
    with engine.connect() as connection:
        if database.is_sqlite:
            # Rebuilding a table with these on would delete the rows that refer to it.
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        else:
            connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            connection.commit()
        yield connection
    engine.dispose()


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection: there is no alembic.ini."""
    config = _scripts()
    config.attributes["connection"] = connection
    return config


def _scripts() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def load_models() -> None:
    """Import every module that declares tables, so that the metadata is whole."""
    import_module("journal.core.models")
    import_module("journal.core.reminder_models")
    import_module("journal.core.phone_models")
    for feature in pkgutil.iter_modules(features.__path__):
        if feature.ispkg and (Path(features.__path__[0]) / feature.name / "models.py").exists():
            import_module(f"journal.features.{feature.name}.models")
