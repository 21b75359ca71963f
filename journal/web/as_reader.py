"""What a therapist is shown of a patient: for her own pages, and for the patient's preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from journal.web import kinds, room, series
from journal.web.scope_words import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from journal.core.opened import Lister
    from journal.core.reading import OpenGrant
    from journal.core.records import Opened
    from journal.web.happened import Happened
    from journal.web.series import Series

CHECK_INS = "check-ins"
JOURNAL = "journal"
MEASURES = "measures"
MEASURES_A_BATCH = 50
MOST_MEASURES = 400
ENTRIES_A_PAGE = 10
CHECKINS_A_PAGE = 10
CHECKINS_A_BATCH = 50
MOST_CHECKINS = 400
LISTED_CHECKINS: dict[str, Any] = {"scopes": (CHECK_INS,), "kind": "check-in", "event": "opened"}
BESIDE_PICTURES, LINE = 1_000, 380  # bytes: for the lines under pictures, and of each


@dataclass(frozen=True, slots=True)
class SharedScope:
    """One scope of a grant; `since` is None where everything from the start is shared."""

    name: str
    label: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One shared entry as the list shows it: its title, never its words."""

    id: UUID
    title: str
    occurred_at: datetime
    readable: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Some check-ins, newest first, the cursor to older ones, and the course of all in a range.

    told: the ids of all that the page tells of, one by one or in the course.
    """

    found: list[Opened]
    older: str | None
    told: frozenset[UUID]
    series: Series | None = None


def entries(
    lister: Lister, before: str | None, new: Collection[UUID] = ()
) -> tuple[list[Listed], str | None]:
    """One page of titles, and the cursor to the older ones; new: what she has not seen listed."""
    page = lister(scopes=(JOURNAL,), singly=True, told=False, before=before, limit=ENTRIES_A_PAGE)
    titled = [item for item in page.items if not item.readable or _title_of(item) is not None]
    return [_listed(item, new) for item in titled], page.next_cursor


def check_ins(
    lister: Lister,
    *,
    days: int,
    before: str | None,
    zone: str,
    now: datetime,
    marks: Callable[[], Iterable[Happened]] = tuple,
) -> CheckIns:
    """The check-ins of the last days in an IANA zone, the latest of them one by one.

    before: a cursor; then what is older, whatever the days, without a course. marks: reads what is
    marked in the pictures, asked only where there are any, as reading may write to the log.
    """
    if before:
        page = lister(**LISTED_CHECKINS, before=before, limit=CHECKINS_A_PAGE)
        return CheckIns(page.items, page.next_cursor, _ids(page.items))
    today = now.astimezone(ZoneInfo(zone)).date()
    found = _since(lister, series.start_of(days, today=today, zone=zone))
    told = [(one.occurred_at, one.content) for one in found if one.readable]
    happened = marks() if told else ()
    course = series.by_day(told, days=days, today=today, zone=zone, happened=happened)
    fit = room.fitting(map(_weight, found[:CHECKINS_A_PAGE]), BESIDE_PICTURES)
    older = found[fit - 1].cursor if len(found) > fit else None
    return CheckIns(found[:fit], older, _ids(found), course)


def measures(lister: Lister) -> list[Opened]:
    """The latest measures, of every instrument, newest first."""
    found: list[Opened] = []
    cursor: str | None = None
    while len(found) < MOST_MEASURES:
        page = lister(
            scopes=(MEASURES,),
            kind="measure",
            event="opened",
            before=cursor,
            limit=MEASURES_A_BATCH,
        )
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


def scopes_of(grant: OpenGrant) -> list[SharedScope]:
    """The scopes that the statement in force gives."""
    terms = {term.name: term for term in grant.statement.scopes}
    return [
        SharedScope(
            name,
            label(name),
            datetime.fromtimestamp(terms[name].added_at, UTC)
            if terms[name].since == "now"
            else None,
        )
        for name in in_order(terms)
    ]


def in_order(names: Iterable[str]) -> list[str]:
    """Scope names in the order of LABELS, those it does not know last."""
    order = [*LABELS]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def until(grant: OpenGrant) -> datetime | None:
    """When the statement ends by itself, None when it lasts until the patient ends it."""
    end = grant.statement.not_after
    return None if end is None else datetime.fromtimestamp(end, UTC)


def label(scope: str) -> str:
    """The scope's name as a therapist reads it."""
    return str(LABELS.get(scope, scope))


def _since(lister: Lister, since: datetime) -> list[Opened]:
    """Newest first; times lie inside the bodies, so it opens batches until one is older."""
    found: list[Opened] = []
    cursor: str | None = None
    for _batch in range(MOST_CHECKINS // CHECKINS_A_BATCH):
        page = lister(**LISTED_CHECKINS, before=cursor, limit=CHECKINS_A_BATCH)
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None or any(one.readable and one.occurred_at < since for one in page.items):
            break
    return [one for one in found if not one.readable or one.occurred_at >= since]


def _ids(found: Iterable[Opened]) -> frozenset[UUID]:
    return frozenset(one.id for one in found)


def _weight(opened: Opened) -> int:
    return LINE + room.bytes_of(opened.content.get("note") or "")


def _listed(item: Opened, new: Collection[UUID]) -> Listed:
    title = _title_of(item) if item.readable else None
    return Listed(item.id, title or "", item.occurred_at, item.readable, is_new=item.id in new)


def _title_of(item: Opened) -> str | None:
    """What stands for a record in a list; None for a kind that is never listed."""
    kind = kinds.known(item.kind)
    return None if kind is None or kind.title is None else kind.title(item.content)
