"""Rows of one's own as the driver hands them out: for reading or sealing thousands in one go."""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, type_coerce
from sqlalchemy.types import NullType

from journal.core import rows, scopes
from journal.core.sealing import SealedRecord, cipher_of
from journal.crypto.context import make_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Executable, Update
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.crypto.record import ScopeCipher

# The fields of a SealedRecord, its ids as they lie there: SQLite has 32 hex digits, PostgreSQL
# UUIDs. To make 20,000 UUIDs takes longer than to open 10,000 records.
RawId = Any
RawRow = tuple[RawId, RawId, int, int, int, int, bytes, bytes]

SELECT = select(*(type_coerce(column, NullType()) for column in rows.COLUMNS))
# A row may hold 200,000 letters: so many bytes of them are in memory at once.
MOST_BYTES = 8_000_000
AT_ONCE = 100


def fetch(db: Session, statement: Executable, asked: dict[str, Any]) -> tuple[list[RawRow], bool]:
    """Rows of a `SELECT` and whether there may be more: it stops after `MOST_BYTES`."""
    found: list[RawRow] = []
    size = 0
    with db.execute(statement, asked, execution_options={"yield_per": AT_ONCE}) as result:
        for some in result.partitions():
            found += some
            size += sum(len(row[7]) for row in some)
            if size > MOST_BYTES:
                return found, True
    return found, len(found) >= asked["batch"]


def execute_many(db: Session, statement: Update, values: Sequence[dict[str, Any]]) -> None:
    """Run a statement once for each of these values, which are as the driver takes them.

    SQLAlchemy's own way makes every value ready by itself: as much work as sealing a record.
    """
    connection = db.connection()
    compiled = statement.compile(dialect=connection.dialect)
    # SQLite takes values by their place, PostgreSQL by their name.
    order = compiled.positiontup
    asked: Any = values if order is None else [*map(itemgetter(*order), values)]
    connection.exec_driver_sql(compiled.string, asked)


class Opener:
    """Opens one owner's rows, each scope key made ready once."""

    def __init__(self, db: Session, keyring: Keyring) -> None:
        self._db = db
        self._keyring = keyring
        self._ciphers: dict[tuple[RawId, int, int], ScopeCipher] = {}
        self._newest: dict[tuple[RawId, int], tuple[int, ScopeCipher]] = {}
        self._sqlite = db.get_bind().dialect.name == "sqlite"
        self._bytes: Callable[[RawId], bytes] = (
            bytes.fromhex if self._sqlite else attrgetter("bytes")
        )

    def open_(self, row: RawRow) -> bytes:
        """What is in a row, still padded; CryptoError or Damaged when it does not open."""
        record_id, scope_id, _, stratum, generation, version, wrapped, body = row
        cipher = self._ciphers.get((scope_id, stratum, generation))
        if cipher is None:
            cipher = self._cipher(scope_id, stratum, generation)
        return cipher.open_(make_place(self._bytes(record_id), version), wrapped, body)

    def seal(self, row: RawRow, padded: bytes) -> tuple[int, bytes, bytes, bytes]:
        """Seal anew under the newest generation: which that is, content key, wrapped key, body.

        CryptoError, Damaged or NotFound when there is no such key.
        """
        found = self._newest.get((row[1], row[3]))
        if found is None:
            found = self._find_newest(row[1], row[3])
        generation, cipher = found
        return generation, *cipher.seal(make_place(self._bytes(row[0]), row[5]), padded)

    def raw(self, record_id: UUID) -> RawId:
        """An id as it lies in a row."""
        return record_id.hex if self._sqlite else record_id

    def _cipher(self, scope_id: RawId, stratum: int, generation: int) -> ScopeCipher:
        address = scopes.KeyAddress(as_uuid(scope_id), stratum, generation)
        key = scopes.key_at(self._db, self._keyring, address)
        made = cipher_of(self._keyring.account_id, key, address)
        self._ciphers[scope_id, stratum, generation] = made
        return made

    def _find_newest(self, scope_id: RawId, stratum: int) -> tuple[int, ScopeCipher]:
        address = scopes.current(self._db, self._keyring, as_uuid(scope_id), stratum)
        made = self._cipher(scope_id, stratum, address.generation)
        found = self._newest[scope_id, stratum] = (address.generation, made)
        return found


def sealed(row: RawRow) -> SealedRecord:
    """The same row with its ids as they are used everywhere else."""
    return SealedRecord(as_uuid(row[0]), as_uuid(row[1]), *row[2:])


def as_uuid(raw: RawId) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(raw)
