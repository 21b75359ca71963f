"""What a reader would see now, for the patient alone: her keys and her rule, and nobody's log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal.core import grants, policy, revealing, rows
from journal.core.access_log import LogTarget
from journal.core.errors import NotFound
from journal.core.reading import OpenGrant

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.opened import Opened, Page


def open_own(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> OpenGrant:
    """A living grant of this patient as its reader holds it; NotFound when it is over."""
    held = grants.held(db, keyring, grant_id, now=now)
    if held.status != grants.LIVE:
        raise NotFound("ended")
    return OpenGrant(
        held.id,
        held.patient_id,
        held.names.patient,
        "",
        "",
        held.statement,
        LogTarget(held.id, held.patient_id, held.key),
    )


def list_own(
    db: Session,
    grant: OpenGrant,
    *,
    scopes: Collection[str],
    singly: bool = False,
    told: bool = True,
    kind: str | None = None,
    event: str = "listed",  # noqa: ARG001 - asked as a reader asks, and nobody else looked
    before: str | None = None,
    limit: int = 20,
) -> Page:
    """The page that `records.list_as_reader` shows, opened by the wraps that she would use."""
    found = revealing.find(
        db, grant, scopes=scopes, singly=singly, told=told, before=before, limit=limit
    )
    return revealing.reveal_page(db, grant, found, kind)


def show_own(db: Session, grant: OpenGrant, record_id: UUID) -> Opened:
    """The record that `records.open_as_reader` shows; NotFound where she gets nothing."""
    row = rows.one(db, grant.patient_id, record_id)
    if row is None or isinstance(revealing.decide(db, grant, row), policy.Denied):
        raise NotFound
    opened = revealing.reveal(db, grant, row)
    if not opened.readable:
        raise NotFound("damaged")
    return opened
