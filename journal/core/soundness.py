"""What can be told of the database's soundness without anybody's key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from journal.core import grants
from journal.core.invitations import OPEN
from journal.core.models import (
    AccessEvent,
    Account,
    Grant,
    Invitation,
    KeySlot,
    Lease,
    Leaving,
    Session,
    ShredKey,
    Tombstone,
)
from journal.core.sealed_log import link_over
from journal.crypto import chain

if TYPE_CHECKING:
    from datetime import timedelta
    from uuid import UUID

    from sqlalchemy.orm import Session as Database


class Rotations(NamedTuple):
    """How many consents wait for their patient's next sign-in, the longest since when."""

    waiting: int
    since: datetime | None


def broken_logs(db: Database) -> list[UUID]:
    """Grants whose access log has a link that is missing, moved or changed.

    The end of a log is not in the database: only its patient can tell that the last are gone.
    """
    broken: dict[UUID, None] = {}
    last: tuple[UUID, int, bytes] | None = None
    events = select(
        AccessEvent.grant_id, AccessEvent.n, AccessEvent.sealed, AccessEvent.link, AccessEvent.marks
    ).order_by(AccessEvent.account_id, AccessEvent.grant_id, AccessEvent.n)
    for row in db.execute(events.execution_options(yield_per=500)):
        if last is None or last[0] != row.grant_id:
            last = (row.grant_id, 0, chain.GENESIS)
        expected = link_over(last[2], row.sealed, row.marks)
        if row.n != last[1] + 1 or row.link != expected:
            broken[row.grant_id] = None
        last = (row.grant_id, row.n, row.link)
    return list(broken)


def keyless_accounts(db: Database) -> int:
    """How many accounts lack a shred key or every key slot: nobody can open them."""
    lacking = or_(
        Account.id.not_in(select(ShredKey.account_id)),
        Account.id.not_in(select(KeySlot.account_id)),
    )
    return db.scalar(select(func.count()).where(lacking)) or 0


def overdue_consents(db: Database, *, now: datetime, grace: timedelta) -> int:
    """How many living grants ended longer than `grace` ago and were not swept."""
    late = Grant.not_after <= int((now - grace).timestamp())
    return db.scalar(select(func.count()).where(Grant.status == grants.LIVE, late)) or 0


def overdue_leavings(db: Database, *, now: datetime, grace: timedelta) -> int:
    """How many accounts should have been erased longer than `grace` ago."""
    late = Leaving.erase_at <= int((now - grace).timestamp())
    return db.scalar(select(func.count()).select_from(Leaving).where(late)) or 0


def rotations(db: Database) -> Rotations:
    waiting = Grant.rotation != "none"
    # A grant's own last tombstone: it may have been narrowed, and settled, long before it ended.
    last = select(func.max(Tombstone.at).label("at")).join(Grant, Tombstone.grant_id == Grant.id)
    ended = last.where(waiting).group_by(Grant.id).subquery()
    return Rotations(
        db.scalar(select(func.count()).where(waiting)) or 0,
        _moment(db.scalar(select(func.min(ended.c.at)))),
    )


def newest_instant(db: Database) -> datetime | None:
    """The latest moment that any row says has already been."""
    seen = (Session.started_at, Session.seen_at, Tombstone.at)
    found = [db.scalar(select(func.max(column))) for column in seen]
    return _moment(max((at for at in found if at is not None), default=None))


def latest_invitation(db: Database) -> datetime | None:
    """When the last of the open invitations closes by itself."""
    ends = select(func.max(Invitation.expires_at)).where(Invitation.status == OPEN)
    return _moment(db.scalar(ends))


def last_work(db: Database) -> datetime | None:
    """When a work process last ended, or was last busy with, any job."""
    return _moment(db.scalar(select(func.max(Lease.until))))


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
