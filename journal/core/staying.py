"""Who is leaving gives no consent and invites nobody: what ended must not begin again meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from journal.core.errors import InvitationClosed, IsLeaving
from journal.core.models import Leaving

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session


def require(db: Session, own: UUID, other: UUID | None = None) -> None:
    """Go on only if nobody is leaving: IsLeaving for oneself, InvitationClosed for the other."""
    asked = select(Leaving.account_id).where(Leaving.account_id.in_((own, other or own)))
    found = set(db.scalars(asked))
    if own in found:
        raise IsLeaving
    if found:
        raise InvitationClosed("its inviter is leaving")
