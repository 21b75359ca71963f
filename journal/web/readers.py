"""Who can read what a patient writes, by name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import grants
from journal.core import readers as core
from journal.core.keyring import Keyring


def of_scope(db: Session, keyring: Keyring, scope: str, *, now: datetime) -> list[str]:
    """Return the names of those who could read a record written into this scope now."""
    return [
        grant.names.reader
        for grant in grants.living(db, keyring, now=now)
        if any(term.name == scope for term in grant.statement.scopes)
    ]


def of_record(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> list[str]:
    """Return the names of those who can read one record; NotFound when there is none."""
    living = core.readers_of(db, keyring, record_id, now=now)
    return [reader.name for reader in living if reader.can_read]
