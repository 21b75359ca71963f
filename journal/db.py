"""The engine, and one database session for each request."""

import os
import sqlite3
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine, create_engine, event, orm, text
from sqlalchemy.orm import Session

BUSY_SECONDS = 10
CUT_MILLISECONDS = 200
SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
)
DEAD_SHRED_KEYS = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'shred_keys'"
POSTGRESQL_OPTIONS = f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC"


class Database:
    """One database; its engine is made in the process that uses it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._made: tuple[int, Engine, orm.sessionmaker[Session]] | None = None

    def __repr__(self) -> str:
        return f"<Database {'SQLite' if self.is_sqlite else 'PostgreSQL'}>"

    @property
    def is_sqlite(self) -> bool:
        """Tell SQLite from PostgreSQL."""
        return self.url.startswith("sqlite")

    @property
    def engine(self) -> Engine:
        """Return this process's engine."""
        return self._ours()[1]

    @property
    def sessionmaker(self) -> orm.sessionmaker[Session]:
        """Return what makes this process's sessions; nothing expires at a commit."""
        return self._ours()[2]

    def session(self) -> Session:
        """Return a new session, for the caller to close."""
        return self.sessionmaker()

    def dispose(self) -> None:
        """Close this process's connections."""
        if self._made is not None:
            self._made[1].dispose(close=self._made[0] == os.getpid())
            self._made = None

    def _ours(self) -> tuple[int, Engine, orm.sessionmaker[Session]]:
        # A connection that two processes share after a fork corrupts both conversations.
        if self._made is None or self._made[0] != os.getpid():
            engine = make_engine(self.url)
            self._made = (os.getpid(), engine, orm.sessionmaker(engine, expire_on_commit=False))
        return self._made


def make_engine(url: str, **options: Any) -> Engine:
    """Return an engine for a SQLite or PostgreSQL URL; options are SQLAlchemy's."""
    if "poolclass" not in options:
        # Few stay open; the server's threads bound how many there ever are.
        options |= {"pool_size": 4, "max_overflow": -1}
    # An error that quotes its statement's values would carry them into a log.
    options["hide_parameters"] = True
    if not url.startswith("sqlite"):
        session_options = {"options": POSTGRESQL_OPTIONS}
        return create_engine(url, connect_args=session_options, pool_pre_ping=True, **options)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **options)
    event.listen(engine, "connect", set_up_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Make a new SQLite connection durable and strict, and leave BEGIN to us."""
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(connection: Connection) -> None:
    """Begin; a writer asks for the lock at once, with the execution option `immediate`."""
    # A reader that turns writer halfway can't wait for the lock: SQLite fails it at once.
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def empty_log(db: Session, *, now: datetime) -> None:  # noqa: ARG001 - a job is told the time
    """Fold SQLite's write-ahead log into the database and cut it to nothing.

    `secure_delete` overwrites erased keys in the database alone: in the log a signed-out
    session's lies on until it happens to be overwritten. With a reader in the way nothing is cut.
    """
    engine = db.get_bind()
    if not isinstance(engine, Engine) or engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        # Writers wait while this waits for a reader, so not for long.
        cursor.execute(f"PRAGMA busy_timeout = {CUT_MILLISECONDS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    finally:
        raw.close()


def rewrite_shred_keys(db: Session, *, now: datetime) -> None:  # noqa: ARG001 - as above
    """Rewrite PostgreSQL's table of shred keys once a key was erased from it.

    A deleted row's bytes stay in the table's file until they are vacuumed, and a table this
    small is hardly ever vacuumed by itself: who stole the disk would still find the key.
    """
    engine = db.get_bind()
    if not isinstance(engine, Engine) or engine.dialect.name != "postgresql":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(text(DEAD_SHRED_KEYS)):
            connection.execute(text("VACUUM FULL shred_keys"))
            # The first one does not count what it took away.
            connection.execute(text("VACUUM shred_keys"))


def session() -> Session:
    """Return the request's session, opened at its first use and closed at its end."""
    if "database_session" not in g:
        database: Database = current_app.extensions["journal"].database
        g.database_session = database.session()
    ours: Session = g.database_session
    return ours


def attach(app: Flask) -> None:
    """Close each request's session at its end, rolling back what was not committed."""

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        ours: Session | None = g.pop("database_session", None)
        if ours is not None:
            ours.close()
