"""Rows of one's own as the driver hands them out: for reading or sealing thousands in one go."""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
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
LocatedRow = tuple[RawId, RawId, int, int, int, int, bytes, bytes, Any]


class Place(FunctionElement[Any]):
    """Where a record's row lies, good for as long as the account's lock is held.

    SQLite's own number of a row saves it the search for the id in an index, which takes twice
    as long as the update itself. PostgreSQL has none that lasts: there it is the id.
    """

    inherit_cache = True
    type = NullType()


@compiles(Place)
def _id(_place: Place, _compiler: Any, **_options: Any) -> str:
    return "records.id"


@compiles(Place, "sqlite")
def _row_number(_place: Place, _compiler: Any, **_options: Any) -> str:
    return "records.rowid"


PLACE = Place()
SELECT = select(*(type_coerce(column, NullType()) for column in rows.COLUMNS))
LOCATED = SELECT.add_columns(PLACE)
# A row may hold 200,000 letters: so many bytes of them are in memory at once.
MOST_BYTES = 8_000_000
AT_ONCE = 100


def fetch(db: Session, statement: Executable, asked: dict[str, Any]) -> tuple[list[Any], bool]:
    """Rows of a statement here and whether there may be more: it stops after `MOST_BYTES`."""
    found: list[Any] = []
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
        self._moves: dict[tuple[RawId, int, int], tuple[ScopeCipher, int, ScopeCipher]] = {}
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

    def reseal(self, row: LocatedRow) -> tuple[int, bytes, bytes, bytes]:
        """Open and seal anew under the newest generation: its number, content key, wrap, body.

        CryptoError, Damaged or NotFound when it does not open, or there is no such key.
        """
        record_id, scope_id, _, stratum, generation, version, wrapped, body, _ = row
        found = self._moves.get((scope_id, stratum, generation))
        if found is None:
            found = self._find_move(scope_id, stratum, generation)
        cipher, newest, onto = found
        place = make_place(self._bytes(record_id), version)
        return newest, *onto.seal(place, cipher.open_(place, wrapped, body))

    def raw(self, record_id: UUID) -> RawId:
        """An id as it lies in a row."""
        return record_id.hex if self._sqlite else record_id

    def _cipher(self, scope_id: RawId, stratum: int, generation: int) -> ScopeCipher:
        address = scopes.KeyAddress(as_uuid(scope_id), stratum, generation)
        key = scopes.key_at(self._db, self._keyring, address)
        made = cipher_of(self._keyring.account_id, key, address)
        self._ciphers[scope_id, stratum, generation] = made
        return made

    def _find_move(
        self, scope_id: RawId, stratum: int, generation: int
    ) -> tuple[ScopeCipher, int, ScopeCipher]:
        newest = scopes.current(self._db, self._keyring, as_uuid(scope_id), stratum).generation
        found = self._moves[scope_id, stratum, generation] = (
            self._cipher(scope_id, stratum, generation),
            newest,
            self._cipher(scope_id, stratum, newest),
        )
        return found


def sealed(row: RawRow) -> SealedRecord:
    """The same row with its ids as they are used everywhere else."""
    return SealedRecord(as_uuid(row[0]), as_uuid(row[1]), *row[2:])


def as_uuid(raw: RawId) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(raw)
