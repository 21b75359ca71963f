"""Copies of a database's rows, and putting them back: what an attacker or a wrong restore does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from journal import migrations
from journal.base import Base
from journal.core.models import Account

Copy = dict[str, list[dict[str, Any]]]


def copied(db: Session) -> Copy:
    """Every row of every table."""
    migrations.load_models()
    db.rollback()
    found = {
        table.name: [dict(row) for row in db.execute(select(table)).mappings()]
        for table in Base.metadata.sorted_tables
    }
    db.rollback()
    return found


def put_back(db: Session, copy: Copy) -> None:
    """Make the whole database what it was."""
    db.rollback()
    for table in reversed(Base.metadata.sorted_tables):
        db.execute(delete(table))
    for table in Base.metadata.sorted_tables:
        if copy[table.name]:
            db.execute(insert(table), copy[table.name])
    db.commit()


def put_back_account(db: Session, copy: Copy, account_id: UUID) -> None:
    """Make one account's own rows what they were; the others know nothing of it."""
    db.rollback()
    for table in Base.metadata.sorted_tables:
        if "account_id" in table.columns:
            db.execute(delete(table).where(table.columns.account_id == account_id))
            rows = [row for row in copy[table.name] if row["account_id"] == account_id]
            if rows:
                db.execute(insert(table), rows)
    [row] = [row for row in copy["accounts"] if row["id"] == account_id]
    db.execute(update(Account).where(Account.id == account_id).values(**row))
    db.commit()
