"""New databases for tests, cloned from one that was migrated once."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
import pytest
import sqlalchemy

from journal.db import Database
from journal.migrations import upgrade

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class Source(Protocol):
    """Where a test gets its database from."""

    def clone(self, folder: Path, name: str, of: str = "") -> str:
        """Return the URL of a new migrated database, or of a copy of one that nobody has open."""

    def drop(self, name: str) -> None:
        """Remove it."""


class SQLiteSource:
    """Copies one migrated file."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite3"
        migrate(f"sqlite:///{self.template}", folder)

    def clone(self, folder: Path, name: str, of: str = "") -> str:
        """Copy the template, or the database of that URL, into the folder."""
        copy = folder / "journal.sqlite3"
        shutil.copyfile(of.removeprefix("sqlite:///") or self.template, copy)
        return f"sqlite:///{copy}"

    def drop(self, name: str) -> None:
        """Leave it to pytest, which removes old folders."""


class PostgreSQLSource:
    """Asks a server, which this run started, for copies of one migrated database.

    A copy takes a tenth of a second, so a database that a test is done with is emptied for the
    next one, unless the test has changed its schema.
    """

    def __init__(self, sockets: Path, folder: Path) -> None:
        self.sockets = sockets
        self.standing_in: dict[str, str] = {}
        self.empty: list[str] = []
        self.ask('CREATE DATABASE "template_journal"')
        migrate(self.url("template_journal"), folder)
        self.schema = self.schema_of("template_journal")

    def url(self, name: str) -> str:
        """Return the SQLAlchemy URL of one database."""
        return f"postgresql+psycopg:///{name}?host={self.sockets}&user=tests"

    def connect(self, name: str) -> psycopg.Connection:
        """Connect to one database, outside any transaction."""
        address = f"host={self.sockets} user=tests dbname={name}"
        return psycopg.connect(address, autocommit=True)

    def ask(self, statement: str) -> None:
        """Run one statement that is about whole databases."""
        with self.connect("postgres") as connection:
            connection.execute(statement.encode())

    def clone(self, folder: Path, name: str, of: str = "") -> str:
        """Copy the template, or the database of that URL, under a new name."""
        if not of and self.empty:
            self.standing_in[name] = self.empty.pop()
            return self.url(self.standing_in[name])
        template = urlsplit(of).path.removeprefix("/") or "template_journal"
        self.ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Empty it for the next test, or drop it; whoever is still connected is cut off."""
        name = self.standing_in.pop(name, name)
        self.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        if self.schema_of(name) != self.schema:
            self.ask(f'DROP DATABASE "{name}" WITH (FORCE)')
            return
        tables = sorted({table for table, _, _ in self.schema} - {"alembic_version", "shred_keys"})
        # A few rows go five times faster than new files for each table; no foreign key is asked.
        # Of the keys that shred, what is dead counts: they alone leave nothing.
        emptied = ["SET session_replication_role = replica", "TRUNCATE shred_keys"]
        emptied += [f"DELETE FROM {table}" for table in tables]
        with self.connect(name) as connection:
            connection.execute("; ".join(emptied).encode())
        self.empty.append(name)

    def schema_of(self, name: str) -> list[tuple[str, ...]]:
        """Every column of a database, and the revision it is at."""
        columns = "SELECT table_name, column_name, data_type FROM information_schema.columns"
        with self.connect(name) as connection:
            found = connection.execute(f"{columns} WHERE table_schema = 'public'".encode())
            schema = sorted(found.fetchall())
            if not schema:
                return []
            at = connection.execute(b"SELECT version_num FROM alembic_version").fetchall()
        return [*schema, *[("alembic_version", "version_num", text) for (text,) in at]]


def compile_statements_once(patch: pytest.MonkeyPatch) -> None:
    """Let every engine of a run share the statements compiled for the first of its kind."""
    make, kept = sqlalchemy.create_engine, {}

    def make_sharing(url: str, **options: object) -> sqlalchemy.Engine:
        engine = make(url, query_cache_size=3000, **options)
        first = kept.setdefault(engine.dialect.name, engine)
        # A statement is compiled for one dialect: they share that, too.
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
        return engine

    patch.setattr("journal.db.create_engine", make_sharing)


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database to the newest revision and close every connection to it."""
    database = Database(url)
    upgrade(database, folder)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            # Everything into the one file that is copied.
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()


@contextmanager
def source(kind: str, folder: Path) -> Iterator[Source]:
    """Open the source of one kind of database for a whole run."""
    if kind == "sqlite":
        yield SQLiteSource(folder)
    else:
        with postgresql_server() as sockets:
            yield PostgreSQLSource(sockets, folder)


@contextmanager
def postgresql_server() -> Iterator[Path]:
    """Start a server on a Unix socket alone; yield the socket's folder."""
    # A socket's path holds at most 107 bytes, and pytest's folders are longer.
    folder = Path(tempfile.mkdtemp(prefix="journal-pg-"))
    account = server_account()
    if account is not None:
        shutil.chown(folder, account)
    try:
        with server_in(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server_in(folder: Path) -> Iterator[None]:
    """Make a cluster in a folder of the server's account, and start it until the block is left."""
    cluster = folder / "cluster"
    try:
        run("initdb", "-D", cluster, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(*start_command(folder))
        yield
    finally:
        if (cluster / "postmaster.pid").exists():
            run("pg_ctl", "-D", cluster, "-m", "immediate", "stop")


def start_command(folder: Path) -> list[str]:
    """Return what starts the server whose cluster is in this folder."""
    options = " ".join(f"-c {option}" for option in FAST)
    address = f"-c listen_addresses= -c unix_socket_directories={folder} {options}"
    cluster, log = str(folder / "cluster"), str(folder / "log")
    return [find("pg_ctl"), "-D", cluster, "-w", "-l", log, "-o", address, "start"]


def run(program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs, as somebody else if we are root."""
    subprocess.run(
        [find(program), *map(str, arguments)],
        check=True,
        stdout=subprocess.DEVNULL,
        user=server_account(),
        cwd="/",
    )


def find(program: str) -> str:
    """Return the path of a PostgreSQL program."""
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    found = shutil.which(program) or (str(packaged[-1]) if packaged else None)
    return found or pytest.exit(f"{program} is missing: install PostgreSQL 15 or newer", 3)


def server_account() -> str | None:
    """Return whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
