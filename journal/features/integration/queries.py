"""What the pages of what stays show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.features.integration.pieces import SCOPES, Practice
from journal.features.integration.sorts import SORTS
from journal.web import happened, room
from journal.web.pieces.sorts import Line
from journal.web.zone import zone

BEGINNINGS = tuple(f'{{"kind":"{name}"'.encode() for name in SORTS)
LINE = 420  # bytes of markup


@dataclass(frozen=True, slots=True)
class Doing:
    """A practice and what was said of it since, the oldest first."""

    practice: Line
    looks: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """An insight and what it led to; None for practices that stand by themselves."""

    insight: Line | None
    doing: list[Doing]


@dataclass(frozen=True, slots=True)
class Hub:
    """One page of what stays, newest first; first: how many stand before it."""

    groups: list[Group]
    checks: list[Line]
    first: int
    older: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing in the course of time: a line of ours, or a session in words."""

    at: datetime
    line: Line | None = None
    words: str = ""


def lines(db: Session, keyring: Keyring) -> list[Line]:
    """Return everything of ours, newest first; one that does not open is left out."""
    found = records.scan_as_owner(
        db, keyring, scopes_named=SCOPES, may_be=lambda body: body.startswith(BEGINNINGS)
    )
    return [Line(one, SORTS[one.kind].load(one.content)) for one in found if one.readable]


def hub(db: Session, keyring: Keyring, first: int) -> Hub:
    """Return one page of insights, each with its practices, as many as are light enough."""
    every = lines(db, keyring)
    groups = grouped(every)[first:]
    fit = room.fitting(map(_weight, groups))
    checks = [one for one in every if one.kind == "after-effects"]
    older = first + fit if len(groups) > fit else None
    return Hub(groups[:fit], [] if first else checks[:3], first, older)


def grouped(every: Iterable[Line]) -> list[Group]:
    """Return insights newest first, and after each the practices; the others by themselves."""
    by_kind: dict[str, list[Line]] = defaultdict(list)
    for one in every:
        by_kind[one.kind].append(one)
    looks: dict[str, list[Line]] = defaultdict(list)
    for look in reversed(by_kind["revisit"]):
        looks[look.piece.practice].append(look)
    doing: dict[str, list[Doing]] = defaultdict(list)
    known = {str(one.id) for one in by_kind["insight"]}
    for one in by_kind["practice"]:
        under = one.piece.insight if one.piece.insight in known else ""
        doing[under].append(Doing(one, looks[str(one.id)]))
    alone = [Group(None, [each]) for each in doing[""]]
    groups = [Group(one, doing[str(one.id)]) for one in by_kind["insight"]]
    return sorted([*groups, *alone], key=_newest, reverse=True)


def course(db: Session, keyring: Keyring, first: int) -> tuple[list[Event], int | None]:
    """Return one page of everything in time, sessions between, the newest first."""
    events = [_event(one) for one in lines(db, keyring)]
    events += [Event(one.at, words=one.words) for one in happened.to(db, keyring)]
    events.sort(key=lambda one: one.at, reverse=True)
    left = events[first:]
    fit = room.fitting(_line_weight(one.line) for one in left)
    return left[:fit], first + fit if len(left) > fit else None


def practice_of(db: Session, keyring: Keyring, record_id: UUID | None) -> Practice | None:
    """Return the practice that a revisit is about, None when it is gone."""
    if record_id is None:
        return None
    try:
        found = records.open_as_owner(db, keyring, record_id, kind="practice")
    except NotFound:
        return None
    return Practice.load(found.content)


def _event(line: Line) -> Event:
    if line.kind != "practice":
        return Event(line.record.occurred_at, line)
    begins = datetime.combine(line.piece.begins, time(12), ZoneInfo(zone()))
    return Event(begins.astimezone(UTC), line)


def _newest(group: Group) -> datetime:
    first = [] if group.insight is None else [group.insight]
    return max(one.record.written_at for one in (*first, *(one.practice for one in group.doing)))


def _weight(group: Group) -> int:
    own = [] if group.insight is None else [group.insight]
    of_doing = [one for each in group.doing for one in (each.practice, *each.looks)]
    return sum(_line_weight(one) for one in (*own, *of_doing))


def _line_weight(line: Line | None) -> int:
    return LINE + (0 if line is None else room.bytes_of(line.piece.title))
