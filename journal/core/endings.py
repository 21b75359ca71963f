"""Ending a grant: erasing what it opens with needs nobody's key, so a job can do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from journal.core import grants, tombstones
from journal.core.locking import begin_write
from journal.core.models import Grant, GrantKey, GrantRecord, ReEncryption

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session


def close(
    db: Session, patient_id: UUID, grant_id: UUID, status: str, *, rotation: str, now: datetime
) -> None:
    """End a grant for good: erase what it opens with, and leave a tombstone for a restore."""
    shut(db, patient_id, grant_id, status, rotation=rotation)
    tombstones.add(db, status, patient_id, grant_id=grant_id, now=now)


def shut(db: Session, patient_id: UUID, grant_id: UUID, status: str, *, rotation: str) -> None:
    """Erase a grant's sealed key and wraps, and note singly shared records for a fresh key."""
    _note_shared(db, patient_id, grant_id)
    for table in (GrantKey, GrantRecord):
        db.execute(delete(table).where(table.account_id == patient_id, table.grant_id == grant_id))
    db.execute(
        update(Grant)
        .where(Grant.account_id == patient_id, Grant.id == grant_id)
        .values(status=status, sealed_key=None, rotation=rotation)
    )


def expire_due(db: Session, *, now: datetime, patient_id: UUID | None = None) -> int:
    """Close every grant whose end has come, and commit each; how many that were.

    The generation rises at the patient's next session: until then nobody holds a
    wrapped key any more, and a key she cached opens only what she could read before.
    """
    due = select(Grant.account_id, Grant.id).where(
        Grant.status == grants.LIVE, Grant.not_after <= int(now.timestamp())
    )
    if patient_id is not None:
        due = due.where(Grant.account_id == patient_id)
    found = db.execute(due).all()
    for owner, grant_id in found:
        begin_write(db, owner)
        # The patient may have prolonged or ended it since it was found.
        if db.scalar(due.with_only_columns(Grant.id).where(Grant.id == grant_id)) is not None:
            close(db, owner, grant_id, grants.EXPIRED, rotation="due", now=now)
        db.commit()
    return len(found)


def _note_shared(db: Session, patient_id: UUID, grant_id: UUID) -> None:
    noted = select(ReEncryption.record_id).where(ReEncryption.account_id == patient_id)
    shared = db.scalars(
        select(GrantRecord.record_id).where(
            GrantRecord.account_id == patient_id,
            GrantRecord.grant_id == grant_id,
            GrantRecord.record_id.not_in(noted),
        )
    ).all()
    if shared:
        db.execute(
            insert(ReEncryption),
            [{"account_id": patient_id, "record_id": record_id} for record_id in shared],
        )
