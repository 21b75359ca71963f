"""Reading the journal: a page of it, searched or not, by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core import bin as undo
from journal.core import records
from journal.core.bin import Binned
from journal.core.keyring import Keyring
from journal.core.records import Opened, Page
from journal.features.entries import words
from journal.features.entries.entry import NAME, SCOPES, Entry
from journal.features.entries.leaf import NAME as DRAFT
from journal.features.entries.leaf import Leaf, leaf_of
from journal.features.entries.search import Search
from journal.features.entries.words import Piece
from journal.web import room
from journal.web.filters import local
from journal.web.markdown import plain

A_PAGE = 20  # at most; fewer where they are long
SHOWN_WHOLE = 200
LINE, TAG = 250, 35  # bytes of markup


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the list; without an id it is one that does not open."""

    id: UUID | None
    day: date | None = None
    occurred_at: datetime | None = None
    title: tuple[Piece, ...] = ()
    text: tuple[Piece, ...] = ()
    tags: tuple[tuple[Piece, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day, in the person's zone."""

    heading: str
    lines: list[Line]


class Deleted(NamedTuple):
    """What was deleted within a day; `leaf` for a draft."""

    id: UUID
    leaf: Leaf | None
    text: str
    until: datetime


def find(db: Session, keyring: Keyring, search: Search, *, before: str | None) -> Page:
    """Return a page of what is looked for, newest first.

    Everything is sealed, so looking means opening; it stops at the first entry beyond the page.
    """
    found: list[Opened] = []
    for opened in _candidates(db, keyring, search, before):
        if _is_meant(opened, search):
            found.append(opened)
        if len(found) > A_PAGE:
            break
    return a_page(found)


def a_page(found: list[Opened]) -> Page:
    """Return the first of these that stand on one page, and where the next goes on."""
    fit = room.fitting(map(_weight, found[:A_PAGE]))
    return Page(found[:fit], found[fit - 1].cursor if len(found) > fit else None)


def deleted(db: Session, keyring: Keyring, now: datetime) -> list[Deleted]:
    """Return what can still be brought back, entries and drafts, the latest deleted first."""
    found = undo.waiting(db, keyring, kinds=(NAME, DRAFT), now=now)
    return [_deleted(one) for one in found if one.opened.kind == NAME or _leaf_in(one)]


def days(page: Page, search: Search, today: date) -> list[Day]:
    """Return the page by day; one that does not open stands where it would."""
    lines: list[Line] = []
    for opened in page.items:
        lines.append(_line(opened, search, lines[-1].day if lines else None))
    return [
        Day(heading_of(day, today) if day else "", list(grouped))
        for day, grouped in groupby(lines, key=lambda line: line.day)
    ]


def heading_of(day: date, today: date) -> str:
    """Return "Today", "Yesterday" or "Sunday 22 November 2026"."""
    if day == today:
        return str(_("Today"))
    if day == today - timedelta(days=1):
        return str(_("Yesterday"))
    return str(format_date(day, "EEEE d MMMM y"))


def _candidates(
    db: Session, keyring: Keyring, search: Search, before: str | None
) -> Iterator[Opened]:
    every = records.scan_as_owner(
        db,
        keyring,
        scopes_named=SCOPES,
        kind=NAME,
        before=before,
        batch=500 if search.asks else 2 * A_PAGE,
        may_be=search.sieve(),
    )
    for opened in every:
        if search.start is not None and opened.readable and opened.occurred_at < search.start:
            return
        yield opened


def _is_meant(opened: Opened, search: Search) -> bool:
    if not opened.readable:
        return not search.asks
    return search.finds(Entry.load(opened.content), opened.occurred_at)


def _deleted(one: Binned) -> Deleted:
    said = one.opened.content
    leaf = _leaf_in(one)
    text = said.get("title") or said.get("body") or said.get("tags") or ""
    return Deleted(one.opened.id, leaf_of(leaf) if leaf else None, str(text), one.until)


def _leaf_in(one: Binned) -> str:
    return str(one.opened.content.get("leaf", ""))


def _weight(opened: Opened) -> int:
    said = opened.content
    tags = said.get("tags") or ()
    shown = (said.get("title") or "", (said.get("body") or "")[:SHOWN_WHOLE], *tags)
    return LINE + len(tags) * TAG + room.bytes_of(*shown)


def _line(opened: Opened, search: Search, day_above: date | None) -> Line:
    if not opened.readable:
        return Line(None, day_above)
    entry = Entry.load(opened.content)
    body = plain(entry.body)
    text = (
        words.marked(body, search.words)
        if len(body) <= SHOWN_WHOLE
        else words.excerpt(" ".join(body.split()), search.words, SHOWN_WHOLE)
    )
    return Line(
        opened.id,
        local(opened.occurred_at).date(),
        opened.occurred_at,
        tuple(words.marked(entry.title, search.words)),
        tuple(text),
        tuple(tuple(words.marked(tag, search.words)) for tag in entry.tags),
    )
