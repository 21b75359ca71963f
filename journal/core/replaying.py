"""Replaying tombstones: after an older database came back, what had ended ends again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, insert, or_, select, update

from journal.core import consent, endings, erasing, grants, tombstones
from journal.core.errors import Damaged, NotFound
from journal.core.locking import begin_write
from journal.core.models import (
    Grant,
    GrantKey,
    GrantRecord,
    Record,
    ReEncryption,
    Tombstone,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy import ColumnElement, CursorResult
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring


def replay(db: Session, known: Collection[UUID]) -> int:
    """Do again what every tombstone not in `known` stands for; how many those were.

    `known` are the tombstones that came with the restored database: what they are about may
    have been given again since, and that stays. The caller commits, before anybody is served.
    """
    fresh = [one for one in db.scalars(select(Tombstone)) if one.id not in known]
    for tombstone in fresh:
        tombstone.due = _replay_one(db, tombstone)
    db.flush()
    return len(fresh)


def make_good(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """Sign what was replayed: statements, receipts and generations need the patient's own keys."""
    waiting = tombstones.due(db, keyring.account_id)
    if not waiting:
        return
    narrowed = {one.grant_id: one for one in waiting if one.grant_id is not None}
    begin_write(db, keyring.account_id)
    for grant_id in narrowed:
        ours = [one for one in waiting if one.grant_id == grant_id]
        _say_again(db, keyring, grant_id, ours, now)
    tombstones.settle(db, keyring.account_id)
    db.commit()


def _replay_one(db: Session, tombstone: Tombstone) -> bool:
    """Whether the patient's keys must finish it."""
    if tombstone.kind == tombstones.ACCOUNT:
        erasing.erase_rows(db, tombstone.account_id)
        return False
    # Nothing of the restored database is touched where it does not know the grant at all.
    grant = (Grant.account_id == tombstone.account_id) & (Grant.id == tombstone.grant_id)
    status = db.scalar(select(Grant.status).where(grant))
    if status != grants.LIVE or tombstone.grant_id is None:
        return False
    if tombstone.kind in (tombstones.ENDED, tombstones.EXPIRED, tombstones.LEFT):
        endings.shut(db, tombstone.account_id, tombstone.grant_id, tombstone.kind, rotation="due")
        return tombstone.kind == tombstones.ENDED
    if tombstone.kind == tombstones.TERM:
        later = or_(Grant.not_after.is_(None), Grant.not_after > tombstone.not_after)
        db.execute(update(Grant).where(grant, later).values(not_after=tombstone.not_after))
        return True
    return _part(db, tombstone, grant)


def _part(db: Session, tombstone: Tombstone, grant: ColumnElement[bool]) -> bool:
    """Take a scope's or a record's wraps from a grant that lives on."""
    owner, thing = tombstone.account_id, tombstone.object_id
    if tombstone.kind == tombstones.SCOPE:
        db.execute(_wraps(GrantKey, tombstone).where(GrantKey.scope_id == thing))
        return True
    gone: CursorResult[Any] = db.execute(  # type: ignore[assignment]
        _wraps(GrantRecord, tombstone).where(GrantRecord.record_id == thing)
    )
    noted = exists().where(ReEncryption.account_id == owner, ReEncryption.record_id == thing)
    there = select(Record.id).where(Record.account_id == owner, Record.id == thing, ~noted)
    if gone.rowcount and db.scalar(there) is not None:
        db.execute(insert(ReEncryption).values(account_id=owner, record_id=thing))
        db.execute(update(Grant).where(grant, Grant.rotation == "none").values(rotation="running"))
    return False


def _wraps(table: type[GrantKey | GrantRecord], tombstone: Tombstone) -> Any:
    return delete(table).where(
        table.account_id == tombstone.account_id, table.grant_id == tombstone.grant_id
    )


def _say_again(
    db: Session, keyring: Keyring, grant_id: UUID, ours: list[Tombstone], now: datetime
) -> None:
    if any(one.kind == tombstones.ENDED for one in ours):
        consent.revoke(db, keyring, grant_id, now=now)
        return
    try:
        before = consent.one_grant(db, keyring, grant_id, now=now)
    except NotFound:
        return
    except Damaged:
        # What it covers can't be told any more, so it can't be narrowed: it ends.
        consent.revoke(db, keyring, grant_id, now=now)
        return
    if before.live:
        consent.change(db, keyring, grant_id, _narrower(before, ours), now=now)


def _narrower(before: grants.GrantView, ours: list[Tombstone]) -> consent.Choice:
    gone = {one.object_id for one in ours if one.kind == tombstones.SCOPE}
    kept = [term.name for term in before.statement.scopes if term.scope_id not in gone]
    ends = [one.not_after for one in ours if one.not_after is not None]
    if before.statement.not_after is not None:
        ends.append(before.statement.not_after)
    not_after = datetime.fromtimestamp(min(ends), UTC) if ends else None
    return consent.Choice(tuple(kept), not_after=not_after)
