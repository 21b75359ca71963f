"""Letting one reader have one piece, and ending that; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import consent, shares
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.features.integration.keeping import STAYS
from journal.web import soft_window
from journal.web.pieces.actions import opened


def share(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime) -> None:
    """Let one living grant read one of them."""
    begin_write(db, keyring.account_id)
    opened(db, keyring, STAYS, record_id)
    shares.share(db, keyring, grant_id, record_id, now=now)
    soft_window.settle(db, keyring, soft_window.SHARE, grant=str(grant_id), record=str(record_id))


def unshare(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime
) -> None:
    """End a share; ending what has ended changes nothing. NotFound for no grant of one's own."""
    begin_write(db, keyring.account_id)
    opened(db, keyring, STAYS, record_id)
    consent.one_grant(db, keyring, grant_id, now=now)
    if grant_id in shares.grants_of(db, keyring, record_id):
        shares.unshare(db, keyring, grant_id, record_id, now=now)
