"""What the pages of preparing show: the list for a session, and intentions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.records import Opened, Page
from journal.features.preparation import actions, intention
from journal.features.preparation.intention import SCOPES, Intention
from journal.features.preparation.preparation import SCOPE, Preparation
from journal.web import readers, room
from journal.web.standing import Standing, standing

DAYS_BEFORE, DAYS_AFTER = 7, 7
A_PAGE = 20
SHOWN = 600  # characters of one on a list
LINE = 300  # bytes of markup


@dataclass(frozen=True, slots=True)
class Ahead:
    """Preparing for the next session: its number and list, "" and an empty list without one.

    version: of the list's record, 0 before anything was kept; readers: of what is kept.
    """

    standing: Standing
    preparation: Preparation
    version: int
    readers: list[str]
    intentions: Sequence[Opened]


def ahead(db: Session, keyring: Keyring, now: datetime) -> Ahead:
    """Return what there is to prepare, with the own steps of the session before."""
    here = standing(db, keyring, now)
    if here.next_id is None:
        untied = _of(db, keyring, None)
        return Ahead(here, Preparation(""), 0, [], untied)
    kept = actions.steps(db, keyring, here.next_id)
    return Ahead(
        here,
        Preparation.load(kept.content) if kept else _anew(db, keyring, here, here.next_id),
        kept.version if kept else 0,
        readers.of_scope(db, keyring, SCOPE, now=now),
        _of(db, keyring, here.next_id),
    )


def before_card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return what Today says in the days before a session."""
    here = standing(db, keyring, now)
    if here.next_id is None or here.until_next not in range(DAYS_BEFORE + 1):
        return None
    kept = actions.steps(db, keyring, here.next_id)
    return {
        "number": here.next_number,
        "preparation": Preparation.load(kept.content) if kept else _anew(db, keyring, here, None),
        "written": here.next_id.hex in actions.latest(db, keyring).values(),
    }


def after_card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return what was written before the last session, while nothing is said of what came."""
    here = standing(db, keyring, now)
    if here.last_id is None or here.day not in range(1, DAYS_AFTER + 1):
        return None
    found = [one for one in of_last(db, keyring, here) if not one.content.get("came")]
    return {"number": here.held, "found": found, "shown": SHOWN} if found else None


def course_card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any]:
    """Return the ways of the course's page: preparing, and what was written before."""
    here = standing(db, keyring, now)
    last = of_last(db, keyring, here) if here.last_id else []
    return {"standing": here, "last": last, "shown": SHOWN}


def of_last(db: Session, keyring: Keyring, here: Standing) -> list[Opened]:
    """Return the intentions that were written for the last session, or before any was planned."""
    if here.last_id is None:
        return []
    return _of(db, keyring, here.last_id, until=here.began_at)


def every(db: Session, keyring: Keyring, before: str | None) -> Page:
    """Return a page of all intentions, newest first; looking for them opens what is private."""
    page = records.newest_as_owner(
        db, keyring, scopes_named=SCOPES, kind=intention.KIND, before=before, limit=A_PAGE
    )
    fit = room.fitting(map(_weight, page.items))
    return page if fit == len(page.items) else Page(page.items[:fit], page.items[fit - 1].cursor)


def _anew(db: Session, keyring: Keyring, here: Standing, session_id: UUID | None) -> Preparation:
    kept = actions.steps(db, keyring, here.last_id) if here.last_id else None
    session = session_id.hex if session_id else ""
    return Preparation.load(kept.content).anew(session) if kept else Preparation(session)


def _of(
    db: Session, keyring: Keyring, session_id: UUID | None, *, until: datetime | None = None
) -> list[Opened]:
    """Those of a session, and those from before one was planned of which nothing came yet."""
    wanted = session_id.hex if session_id else ""
    found = []
    for record_id, session in reversed(actions.latest(db, keyring).items()):
        if session not in (wanted, ""):
            continue
        try:
            opened = records.open_as_owner(db, keyring, record_id, kind=intention.KIND)
        except NotFound:
            continue
        if session == wanted or _waits(opened, until):
            found.append(opened)
    return found


def _waits(opened: Opened, until: datetime | None) -> bool:
    too_late = until is not None and opened.occurred_at > until
    return not Intention.load(opened.content).came and not too_late


def _weight(opened: Opened) -> int:
    said = opened.content
    return LINE + room.bytes_of(*((said.get(name) or "")[:SHOWN] for name in ("body", "came")))
