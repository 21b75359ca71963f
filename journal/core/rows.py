"""Fetching sealed rows: Core selects, newest first, never ORM entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from journal.core.models import Record
from journal.core.sealing import SealedRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

COLUMNS = (
    Record.id,
    Record.scope_id,
    Record.position,
    Record.stratum,
    Record.generation,
    Record.version,
    Record.wrapped_key,
    Record.body,
)
Cursor = tuple[int, "UUID"]


def one(db: Session, owner: UUID, record_id: UUID) -> SealedRecord | None:
    row = db.execute(
        select(*COLUMNS).where(Record.account_id == owner, Record.id == record_id)
    ).first()
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
        .where(Record.account_id == owner, where)
        .order_by(Record.position.desc(), Record.id.desc())
    )
    if before is not None:
        position, record_id = before
        statement = statement.where(
            (Record.position < position) | ((Record.position == position) & (Record.id < record_id))
        )
    if limit is not None:
        statement = statement.limit(limit)
    return (SealedRecord(*row) for row in db.execute(statement))


def in_scopes(scope_ids: Collection[UUID]) -> ColumnElement[bool]:
    return Record.scope_id.in_(scope_ids)
