"""Keeping a safety plan, part by part; deleting all of it, and taking that back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import bin as undo
from journal.core import records
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.features.safety import plan_queries
from journal.features.safety.plan import EMPTY, KIND, SCOPE, Said


def save(
    db: Session,
    keyring: Keyring,
    record_id: UUID,
    part: str,
    said: Said,
    *,
    over: UUID | None,
    now: datetime,
) -> None:
    """Keep a version in which one part says something else; posted twice it is kept once.

    over: the version that the page showed. StaleVersion when that part says something else by
    now; other parts that were changed meanwhile stay as they are. The caller commits.
    """
    begin_write(db, keyring.account_id)
    newest = plan_queries.newest(db, keyring)
    plan = newest.plan if newest else EMPTY
    if plan.part(part) == said:
        return
    if (
        newest is not None
        and newest.id != over
        and _shown(db, keyring, over, part) != plan.part(part)
    ):
        raise StaleVersion(newest.record)
    version = plan.with_part(part, said, plan_queries.last_number(db, keyring, now) + 1)
    written = records.write(
        db,
        keyring,
        record_id=record_id,
        kind=KIND,
        scope=SCOPE,
        content=version.dump(),
        occurred_at=now,
        now=now,
    )
    # The back button, and other words under the id of a version that was kept.
    if written.kind != KIND or written.binned is not None:
        raise NotFound("another record")
    if written.content != version.dump():
        raise StaleVersion(newest.record if newest else written)


def delete(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """Delete every version, with a day to undo; NotFound when there is none."""
    begin_write(db, keyring.account_id)
    found = plan_queries.versions(db, keyring)
    if not found:
        raise NotFound("no plan")
    for version in found:
        records.remove(db, keyring, version.id, now=now, kind=KIND)


def bring_back(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """Undo within a day; NotFound when there is nothing, or too late."""
    begin_write(db, keyring.account_id)
    found = undo.waiting(db, keyring, kinds=(KIND,), now=now)
    if not found:
        raise NotFound("no deleted plan")
    for binned in found:
        records.restore(db, keyring, binned.opened.id, now=now, kind=KIND)


def _shown(db: Session, keyring: Keyring, over: UUID | None, part: str) -> Said | None:
    """Return what the page showed of a part, None when that can't be told any more."""
    if over is None:
        return EMPTY.part(part)
    try:
        return plan_queries.one(db, keyring, over).plan.part(part)
    except NotFound:
        return None
