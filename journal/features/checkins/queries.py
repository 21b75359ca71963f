"""What a check-in form and the list of check-ins show."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import bin as undo
from journal.core import records
from journal.core.bin import Binned
from journal.core.keyring import Keyring
from journal.core.records import Opened, Page
from journal.features.checkins.checkin import KIND, SCOPE, SCORES, CheckIn, last_set, own_tags
from journal.features.checkins.forms import NewForm
from journal.web import readers, room

RECENT = 30  # check-ins that own tags are learnt from
LINE, NUMBER, TAG = 260, 30, 35  # bytes of markup


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the form: the four as last set, own tags, and who can read it."""

    readers: list[str]
    before: dict[str, int] = field(default_factory=dict)
    own_tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """Check-ins of one local day, newest first; None where not even the day can be told."""

    date: date | None
    records: list[Opened]


def around_new(db: Session, keyring: Keyring, now: datetime) -> Around:
    """Return what stands around the form of a new check-in."""
    recent = _recent(db, keyring)
    return Around(
        readers.of_scope(db, keyring, SCOPE, now=now),
        last_set(recent),
        own_tags(recent),
    )


def around_old(db: Session, keyring: Keyring, record_id: UUID, now: datetime) -> Around:
    """Return what stands around a check-in's edit form: who reads it depends on its stratum."""
    names = readers.of_record(db, keyring, record_id, now=now)
    return Around(names, own_tags=own_tags(_recent(db, keyring)))


def readers_of_written(
    db: Session, keyring: Keyring, written: Opened, *, now: datetime
) -> list[str]:
    """Return who can read what a post left there: nobody singly yet, if it wrote it just now."""
    if written.written_at == now:
        return readers.of_scope(db, keyring, SCOPE, now=now)
    return readers.of_record(db, keyring, written.id, now=now)


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any]:
    """Return the check-in form for Today."""
    return {"form": NewForm(data={"came_from": "today"}), "around": around_new(db, keyring, now)}


def way(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any]:  # noqa: ARG001 - told
    """Return the way to the check-ins: it is always there."""
    return {}


def newest(db: Session, keyring: Keyring, before: str | None) -> Page:
    """Return a page of the check-ins, newest first: fewer where their notes are long."""
    page = records.newest_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND, before=before)
    fit = room.fitting(map(_weight, page.items))
    return page if fit == len(page.items) else Page(page.items[:fit], page.items[fit - 1].cursor)


def deleted(db: Session, keyring: Keyring, now: datetime) -> list[Binned]:
    """Return the check-ins that can still be brought back, the latest deleted first."""
    return undo.waiting(db, keyring, kinds=(KIND,), now=now)


def by_day(found: list[Opened], zone: str) -> list[Day]:
    """Return the check-ins in their order, under their local days; zone: an IANA name.

    One that does not open has lost its time and stays beside the one before it.
    """
    days: list[Day] = []
    for opened in found:
        when = opened.occurred_at.astimezone(ZoneInfo(zone)).date() if opened.readable else None
        if not days or when not in (None, days[-1].date):
            days.append(Day(when, []))
        days[-1].records.append(opened)
    return days


def _weight(opened: Opened) -> int:
    said, tags = opened.content, opened.content.get("tags") or ()
    numbers = sum(said.get(name) is not None for name in (*SCORES, "sleep_hours"))
    return LINE + NUMBER * numbers + TAG * len(tags) + room.bytes_of(said.get("note") or "", *tags)


def _recent(db: Session, keyring: Keyring) -> list[CheckIn]:
    page = records.newest_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND, limit=RECENT)
    return [CheckIn.load(opened.content) for opened in page.items if opened.readable]
