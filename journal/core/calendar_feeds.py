"""Calendar feeds: an address that nobody guesses, of which only the hash is kept."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, insert, select

from journal.core.errors import NotFound
from journal.core.locking import begin_write
from journal.core.reminder_models import CalendarFeed
from journal.crypto import primitives

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_TOKEN_BYTES = 24


def make(db: Session, account_id: UUID) -> str:
    """A new feed's token, 32 characters; the one before ends. The caller commits."""
    end(db, account_id)
    token = urlsafe_b64encode(primitives.make_bytes(_TOKEN_BYTES)).decode()
    db.execute(insert(CalendarFeed).values(id=_hash(token), account_id=account_id))
    return token


def end(db: Session, account_id: UUID) -> None:
    """Close somebody's feed; the caller commits."""
    begin_write(db, account_id)
    db.execute(delete(CalendarFeed).where(CalendarFeed.account_id == account_id))


def exists(db: Session, account_id: UUID) -> bool:
    found = select(CalendarFeed.account_id).where(CalendarFeed.account_id == account_id)
    return db.scalar(found) is not None


def owner_of(db: Session, token: str) -> UUID:
    """Whose reminders a feed shows; NotFound for a token that leads nowhere."""
    found = select(CalendarFeed.account_id).where(CalendarFeed.id == _hash(token))
    owner = db.scalar(found)
    if owner is None:
        raise NotFound("no such feed")
    return owner


def _hash(token: str) -> bytes:
    return primitives.sha256(b"AG1 calendar feed", token.encode())
