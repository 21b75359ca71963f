"""Calendar feeds: an address that nobody guesses; the server keeps its hash, its owner the rest."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from journal.core.errors import NotFound
from journal.core.locking import begin_write
from journal.core.reminder_models import CalendarFeed
from journal.core.state import change_state, read_state
from journal.crypto import primitives

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

_TOKEN_BYTES = 24
_STATE = "calendar"


def make(db: Session, keyring: Keyring) -> str:
    """A new feed's token, 32 characters; the one before ends. The caller commits."""
    token = urlsafe_b64encode(primitives.make_bytes(_TOKEN_BYTES)).decode()
    _forget(db, keyring.account_id)
    change_state(db, keyring, lambda state: state.update({_STATE: token}))
    db.execute(insert(CalendarFeed).values(id=_hash(token), account_id=keyring.account_id))
    return token


def end(db: Session, keyring: Keyring) -> None:
    """Close somebody's feed; the caller commits."""
    _forget(db, keyring.account_id)
    change_state(db, keyring, lambda state: state.pop(_STATE, None))


def token_of(db: Session, keyring: Keyring) -> str | None:
    """One's own feed's token, from the sealed state; None without a feed."""
    token = read_state(db, keyring).get(_STATE)
    found = select(CalendarFeed.account_id).where(CalendarFeed.id == _hash(token or ""))
    return token if token and db.scalar(found) == keyring.account_id else None


def owner_of(db: Session, token: str) -> UUID:
    """Whose reminders a feed shows; NotFound for a token that leads nowhere."""
    found = select(CalendarFeed.account_id).where(CalendarFeed.id == _hash(token))
    owner = db.scalar(found)
    if owner is None:
        raise NotFound("no such feed")
    return owner


def uid_of(token: str) -> str:
    """The name of the feed's one event, which a calendar program knows it by."""
    return f"{primitives.sha256(b'AG1 calendar event', token.encode()).hex()[:32]}@afterglow"


def _forget(db: Session, account_id: UUID) -> None:
    begin_write(db, account_id)
    db.execute(delete(CalendarFeed).where(CalendarFeed.account_id == account_id))


def _hash(token: str) -> bytes:
    return primitives.sha256(b"AG1 calendar feed", token.encode())
