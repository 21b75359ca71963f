"""The outbox: each message is sent by one worker, and by another if that one dies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, or_, select, update

from journal.core.locking import begin_write
from journal.core.reminder_models import Outgoing

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Delete
    from sqlalchemy.orm import Session

EMAIL, PUSH = "email", "push"
# Longer than one message may take; one whose worker died is free again after this.
HELD_SECONDS = 120
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=30)


class Message(NamedTuple):
    """A message that this worker holds: through what, to which endpoint, and how often tried.

    `asked`: somebody pressed a button for it and waits.
    """

    account_id: UUID
    id: UUID
    channel: str
    endpoint_id: UUID | None
    asked: bool
    tries: int


def put(
    db: Session,
    account_id: UUID,
    channel: str,
    endpoint_id: UUID | None,
    *,
    at: datetime,
    not_after: datetime,
    asked: bool,
) -> None:
    """Add a message to be sent from `at` on, and never after `not_after`; the caller commits."""
    db.execute(
        insert(Outgoing).values(
            account_id=account_id,
            id=uuid4(),
            channel=channel,
            endpoint_id=endpoint_id,
            asked=asked,
            try_at=int(at.timestamp()),
            not_after=int(not_after.timestamp()),
            tries=0,
        )
    )


def claim_next(db: Session, holder: str, *, now: datetime) -> Message | None:
    """Hold the next message that is due and that nobody holds; commits. None when there is none."""
    instant = int(now.timestamp())
    begin_write(db)
    free = or_(Outgoing.until.is_(None), Outgoing.until <= instant)
    row = db.execute(
        select(Outgoing.__table__)
        .where(Outgoing.try_at <= instant, free)
        .order_by(Outgoing.try_at, Outgoing.id)
        .limit(1)
        # Two workers take two messages, and neither waits.
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        db.rollback()
        return None
    mine = (Outgoing.account_id == row.account_id) & (Outgoing.id == row.id)
    held = {"holder": holder, "until": instant + HELD_SECONDS, "tries": row.tries + 1}
    db.execute(update(Outgoing).where(mine).values(**held))
    db.commit()
    return Message(row.account_id, row.id, row.channel, row.endpoint_id, row.asked, row.tries + 1)


def done(db: Session, message: Message) -> None:
    """It is sent, or must not be: forget it; commits."""
    begin_write(db)
    db.execute(delete(Outgoing).where(_this(message)))
    db.commit()


def later(db: Session, message: Message, at: datetime) -> bool:
    """Try again from an instant on, unless it would be too late; commits. Whether it is kept."""
    begin_write(db)
    moved = {"holder": None, "until": None, "try_at": int(at.timestamp())}
    db.execute(update(Outgoing).where(_this(message)).values(**moved))
    gone = delete(Outgoing).where(_this(message), Outgoing.try_at > Outgoing.not_after)
    given_up = db.execute(gone.returning(Outgoing.id)).first() is not None
    db.commit()
    return not given_up


def again_at(message: Message, *, now: datetime) -> datetime:
    """When to try after a failure: after 1, 2, 4 … minutes, 30 at most."""
    wait: timedelta = _FIRST_WAIT * (1 << min(message.tries - 1, 10))
    return now + min(wait, _LONGEST_WAIT)


def of(account_id: UUID, channel: str) -> Delete:
    """The statement that empties somebody's outbox of one channel."""
    return delete(Outgoing).where(Outgoing.account_id == account_id, Outgoing.channel == channel)


def sweep(db: Session, *, now: datetime) -> None:
    """Forget what nobody could send in time."""
    begin_write(db)
    db.execute(delete(Outgoing).where(Outgoing.not_after < int(now.timestamp())))


def _this(message: Message) -> ColumnElement[bool]:
    return (Outgoing.account_id == message.account_id) & (Outgoing.id == message.id)
