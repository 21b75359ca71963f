"""Who can read one record now: each living grant, and by what it opens the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal.core import grants, rows, shares
from journal.core.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.grants import HeldGrant
    from journal.core.keyring import Keyring


class Reader(NamedTuple):
    """One living grant, as one record's owner sees it."""

    grant_id: UUID
    name: str
    by_scope: bool
    singly: bool

    @property
    def can_read(self) -> bool:
        return self.by_scope or self.singly


def readers_of(
    db: Session,
    keyring: Keyring,
    record_id: UUID,
    *,
    now: datetime,
    held: Collection[HeldGrant] | None = None,
) -> list[Reader]:
    """Every living grant of the owner, those that do not open this record included.

    Decided by the record's stratum, as the policy does: a record can be written before a
    grant's start and come into its scope after it. NotFound when there is no such record.
    `held`: all the owner's grants, where the caller has them already.
    """
    row = rows.one(db, keyring.account_id, record_id)
    if row is None:
        raise NotFound
    alone = set(shares.grants_of(db, keyring, record_id))
    return [
        Reader(
            grant.id, grant.names.reader, grant.covers(row.scope_id, row.stratum), grant.id in alone
        )
        for grant in (grants.all_held(db, keyring, now=now) if held is None else held)
        if grant.status == grants.LIVE
    ]
