"""Many of one's own records in one go: rows as the driver hands them out, opened in bulk."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, select, type_coerce
from sqlalchemy.types import NullType

from journal.core import owning, rows, scopes
from journal.core.errors import Damaged
from journal.core.models import Record
from journal.core.opened import Opened, Page
from journal.core.sealing import Body, SealedRecord, cipher_of
from journal.crypto import envelope
from journal.crypto.context import make_place
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.crypto.record import ScopeCipher

# As the driver gives it: SQLite the ids as 32 hex digits, PostgreSQL as UUIDs.
RawRow = tuple[Any, Any, int, int, int, int, bytes, bytes]


def newest_as_owner(
    db: Session,
    keyring: Keyring,
    *,
    scopes_named: Collection[str],
    kind: str | None = None,
    before: str | None = None,
    limit: int = 20,
) -> Page:
    """A page of one's own records, the latest occurrence first; deleted ones left out."""
    found: list[Opened] = []
    for opened in scan_as_owner(
        db, keyring, scopes_named=scopes_named, kind=kind, before=before, batch=limit + 1
    ):
        found.append(opened)
        if len(found) > limit:
            break
    more = found[limit - 1].cursor if len(found) > limit else None
    return Page(found[:limit], more)


def scan_as_owner(
    db: Session,
    keyring: Keyring,
    *,
    scopes_named: Collection[str],
    kind: str | None = None,
    before: str | None = None,
    batch: int = 2000,
    may_be: Callable[[bytes], bool] | None = None,
) -> Iterator[Opened]:
    """All of one's own records in these scopes, newest first, fetched in batches.

    A row that does not open is yielded with `readable` False, so that a list shows a gap
    instead of failing. `may_be` is shown each record as `Body.parse` takes it, before
    anything is made of it; what it turns away is left out.
    """
    by_name = scopes.ids(db, keyring)
    wanted = {by_name[name]: name for name in scopes_named if name in by_name}
    scopes.load_keys(db, keyring, *wanted)
    opener = _Opener(db, keyring)
    for fetched in _batches(db, keyring, list(wanted), owning.parse_cursor(before), batch):
        for row in fetched:
            try:
                said = opener.open_(row)
            except (CryptoError, Damaged):
                sealed = opener.sealed(row)
                yield owning.placeholder(sealed, wanted[sealed.scope_id])
                continue
            if may_be is not None and not may_be(said):
                continue
            body = Body.parse(said)
            if body.binned is None and kind in (None, body.kind):
                sealed = opener.sealed(row)
                yield owning.as_opened(sealed, body, wanted[sealed.scope_id])


def _batches(
    db: Session,
    keyring: Keyring,
    scope_ids: list[UUID],
    before: rows.Cursor | None,
    size: int,
) -> Iterator[Sequence[RawRow]]:
    asked: dict[str, Any] = {"owner": keyring.account_id, "scopes": scope_ids, "batch": size}
    while True:
        if before is not None:
            asked |= {"position": before[0], "record": before[1]}
        found: Sequence[Any] = db.execute(_NEWEST if before is None else _NEXT, asked).all()
        yield found
        if len(found) < size:
            return
        before = (found[-1][2], _as_uuid(found[-1][0]))


class _Opener:
    """Opens one owner's rows, each scope key made ready once."""

    def __init__(self, db: Session, keyring: Keyring) -> None:
        self._db = db
        self._keyring = keyring
        self._ciphers: dict[tuple[Any, int, int], ScopeCipher] = {}
        sqlite = db.get_bind().dialect.name == "sqlite"
        self._id_bytes: Callable[[Any], bytes] = bytes.fromhex if sqlite else attrgetter("bytes")

    def open_(self, row: RawRow) -> bytes:
        """What a row says, still unparsed; CryptoError or Damaged when it does not open."""
        record_id, scope_id, _, stratum, generation, version, wrapped, body = row
        cipher = self._ciphers.get((scope_id, stratum, generation))
        if cipher is None:
            cipher = self._make(scope_id, stratum, generation)
        place = make_place(self._id_bytes(record_id), version)
        return envelope.unpad(cipher.open_(place, wrapped, body))

    def sealed(self, row: RawRow) -> SealedRecord:
        """The same row with its ids as they are used everywhere else."""
        return SealedRecord(_as_uuid(row[0]), _as_uuid(row[1]), *row[2:])

    def _make(self, scope_id: Any, stratum: int, generation: int) -> ScopeCipher:
        address = scopes.KeyAddress(_as_uuid(scope_id), stratum, generation)
        key = scopes.key_at(self._db, self._keyring, address)
        made = cipher_of(self._keyring.account_id, key, address)
        self._ciphers[scope_id, stratum, generation] = made
        return made


def _as_uuid(raw: Any) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(raw)


# Made once, and without SQLAlchemy's types: to turn 20,000 ids into UUIDs takes longer than to
# open 10,000 records.
_TABLE = Record.__table__.c
_NEWEST = (
    select(*(type_coerce(_TABLE[column.key], NullType()) for column in rows.COLUMNS))
    .where(
        _TABLE.account_id == bindparam("owner"),
        _TABLE.scope_id.in_(bindparam("scopes", expanding=True)),
    )
    .order_by(_TABLE.position.desc(), _TABLE.id.desc())
    .limit(bindparam("batch"))
)
# The first condition repeats what the second says, for the index to start there.
_NEXT = _NEWEST.where(
    _TABLE.position <= bindparam("position"),
    (_TABLE.position < bindparam("position")) | (_TABLE.id < bindparam("record")),
)
