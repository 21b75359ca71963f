"""Alembic migrations, run at every start; none of them needs plaintext."""

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from journal import features
from journal.db import Database, make_engine
from journal.instance import locked

# Any fixed number that no other program on the same PostgreSQL server locks.
ADVISORY_LOCK = 4_107_220_931


def upgrade(database: Database, instance_path: Path) -> None:
    """Bring the database to the newest revision, one process at a time."""
    with locked(instance_path, "migration"), connected(database) as connection:
        command.upgrade(configuration(connection), "head")
        # DDL that Alembic leaves in an open transaction would be rolled back at the close.
        connection.commit()


def upgrade_within(connection: Connection, revision: str) -> None:
    """Bring a database to a revision inside the caller's transaction, whose end decides."""
    command.upgrade(configuration(connection), revision)


def revision(connection: Connection) -> str | None:
    """Return the database's revision, None for one that has no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


def revisions() -> list[str]:
    """Return every revision that this version knows, the newest first."""
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
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def load_models() -> None:
    """Import every module that declares tables, so that the metadata is whole."""
    import_module("journal.core.models")
    for feature in pkgutil.iter_modules(features.__path__):
        if feature.ispkg and (Path(features.__path__[0]) / feature.name / "models.py").exists():
            import_module(f"journal.features.{feature.name}.models")
