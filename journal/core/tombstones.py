"""Tombstones: which accounts were erased and which consents ended, so that no restore revives them.

A tombstone holds ids and no key. It is written in the transaction of the ending itself and
travels in the file of shred keys, which is newer than the backup it is restored with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import exists, insert, select, update

from journal.core.models import Grant, Tombstone

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

ACCOUNT = "account"
ENDED, EXPIRED, LEFT = "ended", "expired", "left"  # a whole grant
SCOPE, TERM, RECORD = "scope", "term", "record"  # a part of one
NEVER = 1 << 53  # later than any moment

# Whether a grant's row waits for `withheld`: asked along with the row, so a page asks no more.
PARTED = exists().where(
    Tombstone.account_id == Grant.account_id,
    Tombstone.grant_id == Grant.id,
    Tombstone.due,
    Tombstone.kind == SCOPE,
)


def add(
    db: Session,
    kind: str,
    account_id: UUID,
    *,
    now: datetime,
    grant_id: UUID | None = None,
    object_id: UUID | None = None,
    not_after: int | None = None,
) -> None:
    """Note an ending; the caller commits it together with what it is about.

    `account_id` is the patient of a grant, or the account that is erased; `object_id` the scope
    or the record that a grant no longer reaches; `not_after` its earlier end, in epoch seconds.
    """
    db.execute(
        insert(Tombstone).values(
            id=uuid4(),
            kind=kind,
            account_id=account_id,
            grant_id=grant_id,
            object_id=object_id,
            not_after=not_after,
            at=int(now.timestamp()),
            due=False,
        )
    )


def due(db: Session, account_id: UUID) -> list[Tombstone]:
    """What a restore replayed and the patient's own keys have not yet signed anew."""
    waiting = select(Tombstone).where(Tombstone.account_id == account_id, Tombstone.due)
    return list(db.scalars(waiting))


def withheld(db: Session, account_id: UUID) -> set[tuple[UUID, UUID]]:
    """Grants and scopes that a replayed narrowing parted, whatever the restored statement says."""
    parted = select(Tombstone.grant_id, Tombstone.object_id).where(
        Tombstone.account_id == account_id, Tombstone.due, Tombstone.kind == SCOPE
    )
    return {(row.grant_id, row.object_id) for row in db.execute(parted)}


def settle(db: Session, account_id: UUID) -> None:
    """The patient's statements say it by themselves again; the caller commits."""
    db.execute(
        update(Tombstone).where(Tombstone.account_id == account_id, Tombstone.due).values(due=False)
    )
