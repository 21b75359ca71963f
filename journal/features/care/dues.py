"""What is due of all that features tied to sessions: for Today, and for the course's page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import reminding
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.state import change_state, read_state
from journal.features.care import actions, occurring
from journal.features.care.anchors import Anchors
from journal.features.care.arc import Phase
from journal.web import due
from journal.web.due import Due, Item, Key, Occurrence
from journal.web.parts import parts
from journal.web.zone import zone

ON_TODAY, ON_COURSE = 3, 6
AHEAD, A_DAY = timedelta(days=31), timedelta(days=1)


class Course(NamedTuple):
    """What is tied for one patient: to which sessions, what, and what of it was marked as done."""

    anchors: Anchors
    ties: Mapping[str, Due]
    marked: set[Key]


def now_and_next(db: Session, keyring: Keyring, now: datetime) -> tuple[list[Item], list[Item]]:
    """Return what is due and what comes; it opens the sealed state, and what the ties ask for."""
    course = _course(db, keyring)
    found = _around(course, now, AHEAD)
    next_ = occurring.coming(found, now, within=AHEAD, done=course.marked)
    return _due(db, keyring, course, found, now), _items(course.ties, next_)


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return the first of what is due and how much more there is; None when nothing is."""
    course = _course(db, keyring)
    _renew(db, keyring, course, now)
    items = _due(db, keyring, course, _around(course, now, timedelta()), now)
    return {"due": items[:ON_TODAY], "more": len(items[ON_TODAY:])} if items else None


def course_card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return all that is due and what comes first after it; None for neither."""
    items, coming = now_and_next(db, keyring, now)
    return {"due": items, "coming": coming[:ON_COURSE]} if items or coming else None


def renew(db: Session, keyring: Keyring, now: datetime) -> None:
    """Keep the days on which to remind as they are now, for whoever asked for it; commits."""
    _renew(db, keyring, _course(db, keyring), now)


def one_line(db: Session, keyring: Keyring, session_id: UUID, tie: str, now: datetime) -> list[Key]:
    """Return all that stands in one line with something tied; NotFound for what hangs nowhere."""
    course, key = _course(db, keyring), Key(session_id, tie)
    begun = [] if course.anchors.begun is None else [course.anchors.begun]
    if tie not in course.ties or session_id not in {
        one.id for one in (*course.anchors.sessions, *begun)
    }:
        raise NotFound("nothing that is tied")
    here = occurring.due_at(_around(course, now, timedelta()), now, zone=zone())
    lines = {one.key: _line(course.ties, one) for one in here}
    return [key, *(one for one in lines if one != key and lines[one] == lines.get(key))]


def _course(db: Session, keyring: Keyring) -> Course:
    state = read_state(db, keyring)
    anchors = Anchors.load(state.get(actions.TIED, {}))
    if anchors.begun is None:
        return Course(anchors, {}, set())
    # In a pause, and after the end, nobody is asked week by week.
    over = state.get(actions.ARC) in (Phase.PAUSED, Phase.ENDED)
    ties = {
        one.name: one for one in due.ties(db, keyring) if not (over and one.anchor == due.COURSE)
    }
    return Course(anchors, ties, due.marked(db, keyring))


def _around(course: Course, now: datetime, ahead: timedelta) -> list[Occurrence]:
    today = now.astimezone(ZoneInfo(zone())).date()
    # What a zone skips at midnight comes on the day after its own.
    days = today - A_DAY, today + ahead + A_DAY
    return occurring.occurrences(course.anchors, course.ties.values(), zone=zone(), days=days)


def _due(
    db: Session, keyring: Keyring, course: Course, found: Iterable[Occurrence], now: datetime
) -> list[Item]:
    left = occurring.due_at(found, now, zone=zone(), done=course.marked)
    done = _done(db, keyring, course.ties, left)
    return _items(course.ties, (one for one in left if one.key not in done))


def _renew(db: Session, keyring: Keyring, course: Course, now: datetime) -> None:
    before = read_state(db, keyring).get(due.REMINDS)
    if before is None:
        return
    dues = [one for one in course.ties.values() if one.reminds]
    wanted = occurring.days_ahead(course.anchors, dues, now, zone=zone(), done=course.marked)
    kept = wanted[: reminding.MOST_WANTED]
    told = [[day.isoformat(), minute] for day, minute in kept]
    if told == before:
        return
    reminding.want(db, parts().site_key, keyring.account_id, kept, now=now)
    change_state(db, keyring, lambda state: state.update({due.REMINDS: told}))
    db.commit()


def _done(
    db: Session, keyring: Keyring, ties: Mapping[str, Due], asked: Sequence[Occurrence]
) -> Collection[Key]:
    """Ask each tie about its own; one that has nothing due is not asked."""
    found: set[Key] = set()
    for done in {ties[one.key.tie].done for one in asked}:
        own = [one for one in asked if ties[one.key.tie].done is done]
        found.update(done(db, keyring, own))
    return found


def _items(ties: Mapping[str, Due], found: Iterable[Occurrence]) -> list[Item]:
    """One line each; what would read alike and lead to one page stands there once."""
    lines: dict[tuple[str, str], Item] = {}
    for one in found:
        line = _line(ties, one)
        lines.setdefault(line, Item(one, *line))
    return list(lines.values())


def _line(ties: Mapping[str, Due], one: Occurrence) -> tuple[str, str]:
    return ties[one.key.tie].words(one), ties[one.key.tie].address(one)
