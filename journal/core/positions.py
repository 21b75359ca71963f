"""The sparse order of occurrence: where a record of a given time belongs among its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, true, update

from journal.core import rows, scopes
from journal.core.errors import Damaged
from journal.core.models import Record
from journal.core.sealing import SealedRecord, open_own
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

AT_RANK = (
    select(*rows.COLUMNS)
    .where(rows.RECORD.account_id == bindparam("owner"))
    .order_by(rows.RECORD.position.desc(), rows.RECORD.id.desc())
    .offset(bindparam("rank"))
    .limit(1)
)
AT_RANK_WITHOUT = AT_RANK.where(rows.RECORD.id != bindparam("moving"))
AT_RANK_AMONG = AT_RANK_WITHOUT.where(rows.RECORD.scope_id.in_(bindparam("scopes", expanding=True)))
OLDEST = (
    select(*rows.COLUMNS)
    .where(
        rows.RECORD.account_id == bindparam("owner"),
        rows.RECORD.scope_id.in_(bindparam("scopes", expanding=True)),
    )
    .order_by(rows.RECORD.position, rows.RECORD.id)
    .limit(1)
)
NOBODY = UUID(int=0)
GAP = 1 << 32
NEIGHBOURS = 8  # so many damaged ones in a row are asked before one passes for later


def place(
    db: Session, keyring: Keyring, occurred_at: datetime, *, moving: UUID | None = None
) -> int:
    """The position for a record of this time, behind all that are not later.

    Opens about log2(n) neighbours, and only one when the record is the newest. The
    caller holds the account's lock; `moving` is left out of the order, and so is what lies
    sealed from before a new start.
    """
    newest = _at_rank(db, keyring, 0, moving)
    if newest is None:
        return GAP
    if _occurred_later(db, keyring, newest, occurred_at) is False:
        return newest.position + GAP
    later = _count_later(db, keyring, occurred_at, moving)
    above = _position(db, keyring, later - 1, moving) if later else None
    below = _position(db, keyring, later, moving)
    if above is None:
        return (below if below is not None else 0) + GAP
    if below is None:
        return above - GAP
    if above - below < 2:
        _spread(db, keyring)
        return place(db, keyring, occurred_at, moving=moving)
    return (above + below) // 2


def place_oldest(db: Session, keyring: Keyring, occurred_at: datetime) -> int:
    """The same, asked of the oldest record first: for many that come newest first."""
    asked = {"owner": keyring.account_id, "scopes": list(scopes.names(db, keyring))}
    found = db.execute(OLDEST, asked).first()
    oldest = SealedRecord(*found) if found else None
    if oldest is None or not _occurred_later(db, keyring, oldest, occurred_at):
        return place(db, keyring, occurred_at)
    return oldest.position - GAP


def _count_later(db: Session, keyring: Keyring, occurred_at: datetime, moving: UUID | None) -> int:
    """How many records occurred after this time: gallop from the newest, then halve."""
    total = _total(db, keyring, moving)
    low, step = 0, 1
    while low < total and _is_later(db, keyring, min(low + step, total) - 1, occurred_at, moving):
        low = min(low + step, total)
        step *= 2
    high = min(low + step, total)
    while low < high:
        middle = (low + high) // 2
        if _is_later(db, keyring, middle, occurred_at, moving):
            low = middle + 1
        else:
            high = middle
    return low


def _is_later(
    db: Session, keyring: Keyring, rank: int, occurred_at: datetime, moving: UUID | None
) -> bool:
    """Whether the record at this rank (0: the newest) occurred later.

    For a damaged one its next older neighbour answers, as the search halves an order.
    """
    for neighbour in range(rank, rank + NEIGHBOURS):
        row = _at_rank(db, keyring, neighbour, moving)
        if row is None:
            return False
        later = _occurred_later(db, keyring, row, occurred_at)
        if later is not None:
            return later
    return True


def _occurred_later(
    db: Session, keyring: Keyring, row: SealedRecord, occurred_at: datetime
) -> bool | None:
    """Whether a record occurred later; None for a damaged one, which can't tell."""
    try:
        body = open_own(keyring, scopes.key_at(db, keyring, row.key_address), row)
    except (CryptoError, Damaged):
        return None
    return body.occurred_at > occurred_at


def _at_rank(db: Session, keyring: Keyring, rank: int, moving: UUID | None) -> SealedRecord | None:
    asked: dict[str, object] = {"owner": keyring.account_id, "rank": rank, "moving": moving}
    statement = AT_RANK if moving is None else AT_RANK_WITHOUT
    if not scopes.all_open(db, keyring):
        asked |= {"moving": moving or NOBODY, "scopes": list(scopes.names(db, keyring))}
        statement = AT_RANK_AMONG
    found = db.execute(statement, asked).first()
    return SealedRecord(*found) if found else None


def _position(db: Session, keyring: Keyring, rank: int, moving: UUID | None) -> int | None:
    row = _at_rank(db, keyring, rank, moving)
    return row.position if row else None


def _total(db: Session, keyring: Keyring, moving: UUID | None) -> int:
    return (
        db.scalar(
            select(func.count())
            .select_from(Record)
            .where(Record.account_id == keyring.account_id, _but(moving), _among(db, keyring))
        )
        or 0
    )


def _spread(db: Session, keyring: Keyring) -> None:
    """Give every record a wide gap again, in the order they are in."""
    ordered = db.scalars(
        select(Record.id)
        .where(Record.account_id == keyring.account_id)
        .order_by(Record.position, Record.id)
    ).all()
    places = [{"of": one, "place": rank * GAP} for rank, one in enumerate(ordered, start=1)]
    table = cast("Table", Record.__table__)
    moved = (
        update(table)
        .where(table.c.account_id == keyring.account_id, table.c.id == bindparam("of"))
        .values(position=bindparam("place"))
    )
    if places:
        # On the connection, as Core: the driver then takes all rows in one call.
        db.connection().execute(moved, places)


def _among(db: Session, keyring: Keyring) -> ColumnElement[bool]:
    if scopes.all_open(db, keyring):
        return true()
    return Record.scope_id.in_(list(scopes.names(db, keyring)))


def _but(moving: UUID | None) -> ColumnElement[bool]:
    return Record.id != moving if moving is not None else true()
