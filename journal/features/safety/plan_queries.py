"""What the pages of a safety plan read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import bin as undo
from journal.core import records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.features.safety.plan import KIND, PARTS, SCOPE, Part, Plan, Said, Version

LOOKED_AT = 5  # of two nodes' clocks one may be behind: the number tells which is the newest


def newest(db: Session, keyring: Keyring) -> Version | None:
    """Return the plan as it is, None before anything was kept."""
    page = records.newest_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND, limit=LOOKED_AT)
    return max(_read(page.items), key=lambda one: one.plan.n, default=None)


def versions(db: Session, keyring: Keyring) -> list[Version]:
    """Return every version that opens, the newest first."""
    found = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND)
    return sorted(_read(found), key=lambda one: -one.plan.n)


def one(db: Session, keyring: Keyring, record_id: UUID) -> Version:
    """Return one version; NotFound when there is none."""
    opened = records.open_as_owner(db, keyring, record_id, kind=KIND)
    return Version(opened, Plan.load(opened.content))


def last_number(db: Session, keyring: Keyring, now: datetime) -> int:
    """Return the number of the last version, deleted ones too: they may come back."""
    there = newest(db, keyring)
    gone = [
        Plan.load(one.opened.content).n for one in undo.waiting(db, keyring, kinds=(KIND,), now=now)
    ]
    return max([there.plan.n if there else 0, *gone])


def deleted(db: Session, keyring: Keyring, now: datetime) -> bool:
    """Tell whether a deleted plan can still be brought back."""
    return bool(undo.waiting(db, keyring, kinds=(KIND,), now=now))


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any]:  # noqa: ARG001 - told
    """Return what the course's page says: whether there is a plan, and since when it is so."""
    there = newest(db, keyring)
    return {"since": there.record.written_at if there and not there.plan.is_empty else None}


def kept_copy(version: Version | None, account_id: UUID) -> dict[str, Any]:
    """Return what a phone may keep of a plan, by the person's own choice: as its page reads.

    Without a plan `parts` is empty, and a phone that kept one keeps none any more.
    """
    said = [] if version is None else [(part, version.plan.part(part.name)) for part in PARTS]
    return {
        "account": str(account_id),
        "version": str(version.id) if version else "",
        "since": version.record.written_at.isoformat() if version else "",
        "parts": [_copied(part, words) for part, words in said if words],
    }


def _copied(part: Part, said: Said) -> dict[str, Any]:
    people = () if isinstance(said, str) else said
    return {
        "title": str(part.title),
        "words": said if isinstance(said, str) else "",
        "calls": [{**one._asdict(), "address": one.address} for one in people],
    }


def _read(found: Any) -> list[Version]:
    opened: list[Opened] = [one for one in found if one.readable]
    return [Version(one, Plan.load(one.content)) for one in opened]
