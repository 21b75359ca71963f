"""Erasing an account: its keys, its rows, and whatever points to it, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from journal.base import Base
from journal.core import (
    endings,
    grants,
    leaving,
    phone_models,  # noqa: F401 - every table must be known here
    reminder_models,  # noqa: F401
    tombstones,
)
from journal.core.locking import begin_write
from journal.core.models import Account, CaseloadRow, Grant, Invitation, Leaving, Tombstone

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def erase_due(db: Session, *, now: datetime) -> None:
    """Erase every account whose days are over, and commit each; needs nobody's key."""
    leaving.close_readers(db, now=now)
    due = select(Leaving.account_id).where(Leaving.erase_at <= int(now.timestamp()))
    for account_id in db.scalars(due).all():
        begin_write(db, account_id)
        # Somebody may have come back since it was found.
        if db.scalar(due.where(Leaving.account_id == account_id)) is not None:
            erase(db, account_id, now=now)
        db.commit()


def erase(db: Session, account_id: UUID, *, now: datetime) -> bool:
    """Erase an account for good; the caller commits. False when it was erased already.

    The tombstone of the account is all that stays: an older backup erases it again.
    """
    begin_write(db, account_id)
    if db.scalar(select(Account.id).where(Account.id == account_id)) is None:
        return False
    erase_rows(db, account_id)
    db.execute(delete(Tombstone).where(Tombstone.account_id == account_id))
    tombstones.add(db, tombstones.ACCOUNT, account_id, now=now)
    return True


def erase_rows(db: Session, account_id: UUID) -> None:
    """Every row of the account; the cascade is not trusted: a restore runs without it."""
    told = db.scalars(_told(db, account_id)).all()
    db.execute(
        delete(CaseloadRow).where(
            CaseloadRow.patient_id == account_id, CaseloadRow.grant_id.not_in(told)
        )
    )
    db.execute(delete(Invitation).where(Invitation.used_by == account_id))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name == Tombstone.__tablename__:
            continue
        for column in table.columns:
            owned = column.foreign_keys or column is table.columns.get("account_id")
            if owned or (table.name == "accounts" and column.name == "id"):
                db.execute(delete(table).where(column == account_id))
    read = select(Grant.account_id, Grant.id).where(
        Grant.reader_id == account_id, Grant.status == grants.LIVE
    )
    for patient_id, grant_id in db.execute(read).all():
        endings.shut(db, patient_id, grant_id, grants.LEFT, rotation="due")


def _told(db: Session, account_id: UUID) -> Select[UUID]:
    """The grants whose readers learn that their patient is gone: those alive until she left.

    Somebody whose consent she ended long before has no business with it.
    """
    asked_at = db.scalar(select(Leaving.asked_at).where(Leaving.account_id == account_id))
    ended_since = select(Tombstone.grant_id).where(
        Tombstone.account_id == account_id,
        Tombstone.kind == tombstones.ENDED,
        Tombstone.at >= (asked_at if asked_at is not None else tombstones.NEVER),
    )
    return select(Grant.id).where(
        Grant.account_id == account_id,
        or_(Grant.status == grants.LIVE, Grant.id.in_(ended_since)),
    )
