"""Whether the database and the site key can be used at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from journal.core.models import Account
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey


def failure(db: Session, site: SiteKey) -> str | None:
    """Return the name of what went wrong, None when both can be used."""
    try:
        db.execute(select(Account.id).limit(1)).first()
        site.derive("session")
    except (SQLAlchemyError, CryptoError) as error:
        return type(error).__name__
    return None
