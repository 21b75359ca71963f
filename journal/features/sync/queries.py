"""What a patient is told of what her phones sent."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core import inbox
from journal.core.keyring import Keyring


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any] | None:
    """Return how much came after this session began, or could not be read; None for neither."""
    del now
    found = inbox.waiting(db, keyring)
    return found._asdict() if any(found) else None
