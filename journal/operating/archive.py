"""The format of a backup: gzipped lines of JSON, a header first, a hash of all of them last.

The same for SQLite and PostgreSQL, so that a backup of one can be restored into the other.
Written and read row by row: the memory it takes does not grow with the clinic.
"""

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, String, Uuid
from sqlalchemy.types import TypeEngine

from journal.instance import OURS_ALONE
from journal.operating.refusals import Refused

NUMBER = 1
BACKUP, SHRED_KEYS = "journal backup", "journal shred keys"
ADD, CHANGE, REMOVE = "add", "change", "remove"
Row = tuple[Any, ...]


class Kind(NamedTuple):
    """How the values of one kind of column are written in JSON, and read."""

    type: TypeEngine[Any]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


KINDS = {
    "bytes": Kind(LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode),
    # SQLite's driver gives 32 hex digits, PostgreSQL's a UUID.
    "uuid": Kind(Uuid(), lambda value: value if isinstance(value, str) else value.hex, UUID),
    "flag": Kind(Boolean(), bool, bool),
    "number": Kind(BigInteger(), int, int),
    "text": Kind(String(), str, str),
}
_BY_TYPE = (
    (LargeBinary, "bytes"),
    (Uuid, "uuid"),
    (Boolean, "flag"),
    (Integer, "number"),
    (String, "text"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file is; `made_at` in UTC, ISO 8601 with microseconds; `schema` a migration's id."""

    format: str
    number: int
    schema: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Section:
    """What is to be done with the rows that follow, in these columns, found by this key."""

    table: str
    do: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


def kind_of(column_type: TypeEngine[Any]) -> str:
    """Return the name of a column's kind; ValueError for a type that no table has had yet."""
    for cls, name in _BY_TYPE:
        if isinstance(column_type, cls):
            return name
    raise ValueError(f"no kind for {column_type!r}")


class Writer:
    """Writes one file that only its owner can read; `finish` makes it whole."""

    def __init__(self, path: Path, header: Header) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
        self._file = os.fdopen(descriptor, "wb")
        # Sealed bytes don't compress: this only takes back what base64 adds.
        self._zip = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=1, filename="")
        self._hash = hashlib.sha256()
        self.rows = 0
        self._line(asdict(header))

    def write(self, section: Section, rows: Iterable[Row]) -> None:
        """Write rows under a section of their own, and no section where there is no row."""
        writers = [KINDS[kind].write for _, kind in section.columns]
        begun = False
        for row in rows:
            if not begun:
                self._line(asdict(section))
                begun = True
            self._line(
                [
                    None if value is None else write(value)
                    for write, value in zip(writers, row, strict=True)
                ]
            )
            self.rows += 1

    def finish(self) -> None:
        """Write the hash and wait until the disk has everything; raises OSError."""
        self._line({"rows": self.rows, "sha256": self._hash.hexdigest()})
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is: on a full disk even closing fails, and it is erased anyway."""
        for each in (self._zip, self._file):
            try:
                each.close()
            except OSError:
                continue

    def _line(self, value: object) -> None:
        line = json.dumps(value, separators=(",", ":")).encode() + b"\n"
        self._hash.update(line)
        self._zip.write(line)


class Reader:
    """Reads one file; every way in which it can be wrong raises Refused."""

    def __init__(self, path: Path, wanted: str) -> None:
        self.path = path
        with self._opened() as lines:
            first = _json(next(_lines(lines, path, "is not a backup of this journal"), b""))
        self.header = self._header(first, wanted)

    def verify(self) -> None:
        """Compare the hash at the file's end with all that stands before it."""
        digest, rows, last = hashlib.sha256(), 0, b""
        with self._opened() as file:
            for line in _lines(file, self.path, "is damaged"):
                digest.update(last)
                rows += last.startswith(b"[")
                last = line
        if _json(last) != {"rows": rows, "sha256": digest.hexdigest()}:
            raise Refused(f"{self.path} is damaged or not whole.")

    def sections(self) -> Iterator[tuple[Section, Iterator[Row]]]:
        """Yield each section with its rows, which are read before the next one is asked for."""
        with self._opened() as file:
            lines = _lines(file, self.path, "is damaged")
            next(lines)
            line = next(lines, b"")
            while line.startswith(b'{"table"'):
                found = json.loads(line)
                columns = tuple((name, kind) for name, kind in found["columns"])
                section = Section(found["table"], found["do"], columns, tuple(found["key"]))
                rows = _Rows(lines, [KINDS[kind].read for _, kind in columns])
                yield section, iter(rows)
                line = rows.after

    def _header(self, first: object, wanted: str) -> Header:
        if not isinstance(first, dict) or first.get("format") not in (BACKUP, SHRED_KEYS):
            raise Refused(f"{self.path} is not a backup of this journal.")
        if first["format"] != wanted:
            raise Refused(f"{self.path} holds {first['format'].removeprefix('journal ')}.")
        if first.get("number") != NUMBER:
            raise Refused(f"{self.path} was made by a newer version of the journal.")
        return Header(**first)

    def _opened(self) -> gzip.GzipFile:
        try:
            return gzip.open(self.path, "rb")
        except OSError as error:
            raise Refused(f"{self.path} can't be read: {error.strerror}.") from None


class _Rows:
    """The rows of one section; afterwards `after` is the line that ended it."""

    def __init__(self, lines: Iterator[bytes], readers: list[Callable[[Any], Any]]) -> None:
        self._lines, self._readers = lines, readers
        self.after = b""

    def __iter__(self) -> Iterator[Row]:
        for line in self._lines:
            if not line.startswith(b"["):
                self.after = line
                return
            yield tuple(
                None if value is None else read(value)
                for read, value in zip(self._readers, json.loads(line), strict=True)
            )


def _lines(file: gzip.GzipFile, path: Path, complaint: str) -> Iterator[bytes]:
    try:
        yield from file
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Refused(f"{path} {complaint}.") from None
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}.") from None


def _json(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
