"""Write transactions: one writer at a time per account, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from journal.core import once
from journal.core.models import Account

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

WRITING = "writing"  # in the session's info: its write transaction, and whose rows that holds


def begin_write(db: Session, account_id: UUID | None = None) -> None:
    """Begin a transaction that may write, holding the account's row until commit or rollback.

    A read transaction that is still open is ended first: SQLite refuses to turn a stale
    snapshot into a write, and a PostgreSQL reader would decide on rows that have moved.
    Called again inside such a transaction it only takes the further row. SQLite has one
    writer, so there the transaction itself is the lock.
    """
    transaction, held = db.info.get(WRITING, (None, set()))
    if not db.in_transaction() or transaction is not db.get_transaction():
        if db.in_transaction():
            db.rollback()
        db.connection(execution_options={"immediate": True})
        once.forget(db)
        held = set()
        db.info[WRITING] = (db.get_transaction(), held)
    if account_id is None or account_id in held or db.get_bind().dialect.name == "sqlite":
        return
    db.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    once.forget(db)
    held.add(account_id)
