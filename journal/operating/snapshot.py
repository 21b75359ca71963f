"""Reading the database while it serves: once without a lock, then what changed meanwhile with one.

One snapshot alone would be consistent, but older than the command's end. The second reading
holds writers up only for as long as comparing every row with a digest of it takes.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    Select,
    String,
    Table,
    Uuid,
    and_,
    func,
    select,
    text,
    type_coerce,
)

from journal import migrations
from journal.base import Base
from journal.db import Database
from journal.operating import archive
from journal.operating.archive import Row, Section, Writer

# Nobody is signed in after a restore, nobody is held up by old counters, and no message that was
# sent long ago goes out again.
LEFT_OUT = frozenset({"sessions", "throttles", "leases", "outbox"})
# Who is leaving is told by the newest file: whoever stayed after all must not be erased.
SECRET = ("shred_keys", "tombstones", "leavings")
AT_ONCE = 500
# Every envelope's nonce, every hash and every key lies within: enough to tell that it changed.
BEGINNING = 32
GONE = """
    SELECT a.key FROM before AS a LEFT JOIN after AS b ON b.of = a.of AND b.key = a.key
    WHERE a.of = ? AND b.key IS NULL"""
CHANGED = """
    SELECT a.key, b.key IS NULL FROM after AS a
    LEFT JOIN before AS b ON b.of = a.of AND b.key = a.key
    WHERE a.of = ? AND b.digest IS NOT a.digest"""


class Seen:
    """Digests of every row in a database of its own that the disk forgets when it is closed."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        for name in ("before", "after"):
            self._db.execute(
                f"CREATE TABLE {name} (of TEXT, key TEXT, digest INTEGER, PRIMARY KEY (of, key))"
                " WITHOUT ROWID"
            )
        self._db.execute("BEGIN")

    def note(self, when: str, table: Table, rows: list[Row]) -> None:
        """Keep the digests of some rows, of the reading "before" or "after"."""
        kinds = _key_kinds(table)
        noted = [(table.name, _key(kinds, row), _digest(row)) for row in rows]
        statement = f"INSERT INTO {when} VALUES (?, ?, ?)"  # noqa: S608 - one of our two names
        self._db.executemany(statement, noted)

    def changed(self, table: Table) -> Iterator[tuple[str, list[Any]]]:
        """Yield what to do with each key whose row is not as it was."""
        for (key,) in self._db.execute(GONE, [table.name]):
            yield archive.REMOVE, json.loads(key)
        for key, added in self._db.execute(CHANGED, [table.name]):
            yield archive.ADD if added else archive.CHANGE, json.loads(key)

    def close(self) -> None:
        """Forget everything."""
        self._db.close()


def tables() -> list[Table]:
    """Return what goes into the backup itself, each after those that it refers to."""
    migrations.load_models()
    out = LEFT_OUT | {"shred_keys", "leavings"}
    return [table for table in Base.metadata.sorted_tables if table.name not in out]


@contextmanager
def taken(database: Database, backup: Writer, shred_keys: Writer) -> Iterator[None]:
    """Write both files' rows; nobody can save anything until the block ends."""
    with closing(Seen()) as seen:
        with reading(database) as connection:
            _write_all(connection, backup, seen)
        with reading(database, alone=True) as connection:
            _write_changes(connection, backup, seen)
            for name in SECRET:
                table = Base.metadata.tables[name]
                shred_keys.write(_section(table, archive.ADD), _all(connection, table))
            yield


@contextmanager
def reading(database: Database, *, alone: bool = False) -> Iterator[Connection]:
    """Open one consistent view of the database, with every writer waiting if `alone`."""
    with database.engine.connect() as plain:
        if database.is_sqlite:
            connection = plain.execution_options(immediate=alone)
        else:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            if alone and not database.is_sqlite:
                # Whoever writes locks an account's row first; a single lock can't deadlock.
                connection.execute(text("LOCK TABLE accounts IN EXCLUSIVE MODE"))
            yield connection


def columns_of(table: Table) -> list[Any]:
    """Return a table's columns, its key first."""
    key = list(table.primary_key.columns)
    return key + [column for column in table.columns if not column.primary_key]


def _write_all(connection: Connection, backup: Writer, seen: Seen) -> None:
    for table in tables():

        def noted(table: Table = table) -> Iterator[Row]:
            for rows in _batches(connection, _everything(table)):
                seen.note("before", table, rows)
                yield from rows

        backup.write(_section(table, archive.ADD), noted())


def _write_changes(connection: Connection, backup: Writer, seen: Seen) -> None:
    for table in tables():
        beginnings = [
            func.substr(column, 1, BEGINNING, type_=LargeBinary())
            if isinstance(column.type, LargeBinary) and not column.primary_key
            else _plain(column)
            for column in columns_of(table)
        ]
        for rows in _batches(connection, select(*beginnings)):
            seen.note("after", table, rows)
    for table in tables():
        for do, key in seen.changed(table):
            row = [tuple(_read_key(table, key))]
            if do != archive.REMOVE:
                row = [tuple(found) for found in connection.execute(_one(table, key))]
            backup.write(_section(table, do), row)


def _all(connection: Connection, table: Table) -> Iterator[Row]:
    for rows in _batches(connection, _everything(table)):
        yield from rows


def _everything(table: Table) -> Select[Any]:
    return select(*map(_plain, columns_of(table)))


def _batches(connection: Connection, statement: Select[Any]) -> Iterator[list[Row]]:
    found = connection.execute(statement.execution_options(stream_results=True))
    for rows in found.partitions(AT_ONCE):
        yield [tuple(row) for row in rows]


def _one(table: Table, key: list[Any]) -> Select[Any]:
    wanted = zip(table.primary_key.columns, _read_key(table, key), strict=True)
    return _everything(table).where(and_(*(column == value for column, value in wanted)))


def _section(table: Table, do: str) -> Section:
    key = list(table.primary_key.columns)
    columns = key if do == archive.REMOVE else columns_of(table)
    described = tuple((column.name, archive.kind_of(column.type)) for column in columns)
    return Section(table.name, do, described, tuple(column.name for column in key))


def _key_kinds(table: Table) -> list[archive.Kind]:
    return [archive.KINDS[archive.kind_of(column.type)] for column in table.primary_key.columns]


def _key(kinds: list[archive.Kind], row: Row) -> str:
    # The key's columns come first, and a row has more of them than its key.
    return json.dumps([kind.write(value) for kind, value in zip(kinds, row, strict=False)])


def _read_key(table: Table, key: list[Any]) -> Iterator[Any]:
    for kind, value in zip(_key_kinds(table), key, strict=True):
        yield kind.read(value)


def _digest(row: Row) -> int:
    # Python's own keyed hash: it is compared within this one run only, and while writers wait.
    return hash(tuple(value[:BEGINNING] if isinstance(value, bytes) else value for value in row))


def _plain(column: Any) -> Any:
    """The column as its driver gives it: making UUIDs costs more than all the rest."""
    return type_coerce(column, String) if isinstance(column.type, Uuid) else column
