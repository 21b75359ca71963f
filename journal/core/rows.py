"""Fetching sealed rows: Core selects, newest first, never ORM entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import ColumnElement, Table, bindparam, insert, select

from journal.core.models import Record
from journal.core.sealing import SealedRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

# Of the table, not of the mapped class: the mapper would cost more than the database.
RECORD = cast("Table", Record.__table__).c
COLUMNS = (
    RECORD.id,
    RECORD.scope_id,
    RECORD.position,
    RECORD.stratum,
    RECORD.generation,
    RECORD.version,
    RECORD.wrapped_key,
    RECORD.body,
)
ONE = select(*COLUMNS).where(RECORD.account_id == bindparam("owner"), RECORD.id == bindparam("of"))
INSERT = insert(cast("Table", Record.__table__))
Cursor = tuple[int, "UUID"]


def one(db: Session, owner: UUID, record_id: UUID) -> SealedRecord | None:
    row = db.execute(ONE, {"owner": owner, "of": record_id}).first()
    return SealedRecord(*row) if row else None


def newest(
    db: Session,
    owner: UUID,
    where: ColumnElement[bool],
    *,
    before: Cursor | None = None,
    limit: int | None = None,
) -> Iterator[SealedRecord]:
    """Rows of one owner, the latest occurrence first, from `before` (exclusive) on."""
    statement = (
        select(*COLUMNS)
        .where(RECORD.account_id == owner, where)
        .order_by(RECORD.position.desc(), RECORD.id.desc())
    )
    if before is not None:
        position, record_id = before
        statement = statement.where(
            (RECORD.position < position) | ((RECORD.position == position) & (RECORD.id < record_id))
        )
    if limit is not None:
        statement = statement.limit(limit)
    return (SealedRecord(*row) for row in db.execute(statement))


def in_scopes(scope_ids: Collection[UUID]) -> ColumnElement[bool]:
    return RECORD.scope_id.in_(scope_ids)
