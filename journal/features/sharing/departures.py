"""A card for Today: somebody who could read has left."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from journal.core import consent, grants
from journal.core.keyring import Keyring

TOLD_FOR = timedelta(days=14)


def left(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any] | None:
    """Return who left since the patient's last sessions, None when nobody did.

    The ending is signed, and so dated, at the patient's first sign-in after it.
    """
    names = [
        grant.reader_name
        for grant in consent.all_grants(db, keyring, now=now)
        if grant.status == grants.LEFT and grant.changed_at > now - TOLD_FOR
    ]
    return {"names": names} if names else None
