"""What the pages of medicines show."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from journal.core import records
from journal.core.keyring import Keyring
from journal.core.opened import Lister, Opened
from journal.core.reading import OpenGrant
from journal.features.medications import courses, ledger
from journal.features.medications.courses import Course
from journal.features.medications.ledger import Intervals, Row
from journal.features.medications.pieces import (
    CHANGE,
    CHECK,
    SCOPE,
    USE,
    WHATS,
    Change,
    Check,
    What,
)
from journal.features.medications.sorts import SORTS
from journal.web import exposures, readers, room
from journal.web.filters import local
from journal.web.happened import MEDICINE, Happened
from journal.web.pieces.sorts import Line
from journal.web.standing import Standing, standing

LINE = 370  # bytes of markup
MOST_MARKS = 10
MARKED = 40  # letters of a name in a picture
MOST_NAMES = 40
WITHOUT_A_SESSION = timedelta(days=30)
ROUTES: Mapping[str, LazyString] = {
    "iv": _l("into a vein (IV)"),
    "im": _l("into a muscle (IM)"),
    "sublingual": _l("under the tongue (sublingual)"),
    "intranasal": _l("through the nose (intranasal)"),
    "oral": _l("swallowed (oral)"),
}


@dataclass(frozen=True, slots=True)
class Hub:
    """The first page: what is taken by now, and what was stopped; more: there are others."""

    now: Sequence[Course]
    over: Sequence[Course]
    more: bool
    readers: list[str]


class Listed(NamedTuple):
    """One page of records, newest first: how many stand before it, and where the older begin."""

    found: list[Opened]
    first: int
    older: int | None
    readers: list[str]


@dataclass(frozen=True, slots=True)
class Doses:
    """One page of the ledger, newest first; own: uses outside the clinic since the last session."""

    rows: list[Row]
    intervals: Intervals | None
    held: int
    own: int
    first: int
    older: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What changed since a day: that of the last session, or a month ago.

    checks: since then, and the latest one before it where there is none; more: what found no room.
    """

    standing: Standing
    since: date
    now: Sequence[Course]
    changes: list[Line]
    doses: Doses
    uses: list[Opened]
    checks: list[Opened]
    more: bool
    readers: list[str]


def lines(db: Session, keyring: Keyring) -> Mapping[str, list[Line]]:
    """Return everything of ours by kind, newest first; what does not open is left out."""
    found: dict[str, list[Line]] = defaultdict(list)
    for one in records.scan_as_owner(db, keyring, scopes_named=(SCOPE,)):
        if one.readable and one.kind in SORTS:
            found[one.kind].append(Line(one, SORTS[one.kind].load(one.content)))
    return found


def hub(db: Session, keyring: Keyring, now: datetime) -> Hub:
    """Return the first page, as many medicines as are light enough: what is taken comes first."""
    found = courses.courses(lines(db, keyring)[CHANGE])
    in_turn = sorted(found, key=lambda course: course.is_over)
    fit = room.fitting(map(_course_weight, in_turn))
    shown = in_turn[:fit]
    return Hub(
        [course for course in shown if not course.is_over],
        [course for course in shown if course.is_over],
        fit < len(in_turn),
        readers.of_scope(db, keyring, SCOPE, now=now),
    )


def listed(db: Session, keyring: Keyring, kind: str, first: int, now: datetime) -> Listed:
    """Return one page of a kind, newest first."""
    found = lines(db, keyring)[kind]
    left = (courses.in_order(found) if kind == CHANGE else found)[first:]
    fit = room.fitting(_line_weight(one.record) for one in left)
    names = readers.of_scope(db, keyring, SCOPE, now=now)
    older = first + fit if len(left) > fit else None
    return Listed([one.record for one in left[:fit]], first, older, names)


def doses(
    db: Session, keyring: Keyring, now: datetime, first: int = 0, *, space: int = room.ROOM
) -> Doses:
    """Return one page of the ledger, with what can be said of all of it."""
    here = standing(db, keyring, now)
    every = ledger.rows(exposures.doses(db, keyring))
    said = ledger.intervals(every, here.held)
    left = every[::-1][first:]
    fit = room.fitting((LINE for _row in left), space)
    own = uses_since(lines(db, keyring)[USE], here)
    older = first + fit if len(left) > fit else None
    return Doses(left[:fit], said, here.held, len(own), first, older)


def summary(db: Session, keyring: Keyring, now: datetime) -> Summary:
    """Return what changed since the last session, for a talk about it."""
    here, found = standing(db, keyring, now), lines(db, keyring)
    began = here.began_at or now - WITHOUT_A_SESSION
    since = local(began).date()
    changed = courses.since(found[CHANGE], since)
    uses = [one.record for one in uses_since(found[USE], here) if one.record.occurred_at >= began]
    checks = [one.record for one in found[CHECK]]
    latest = [one for one in checks if one.occurred_at >= began] or checks[:1]
    space = room.ROOM // 4
    now_taken = [one for one in courses.courses(found[CHANGE]) if not one.is_over]
    fit = [
        room.fitting(map(_course_weight, now_taken), space),
        room.fitting((_line_weight(one.record) for one in changed), space),
        room.fitting(map(_line_weight, uses), space),
        room.fitting(map(_line_weight, latest), space),
    ]
    return Summary(
        here,
        since,
        now_taken[: fit[0]],
        courses.in_order(changed)[: fit[1]],
        doses(db, keyring, now, space=2 * LINE),
        uses[: fit[2]],
        latest[: fit[3]],
        fit != [len(one) for one in (now_taken, changed, uses, latest)],
        readers.of_scope(db, keyring, SCOPE, now=now),
    )


def uses_since(found: Iterable[Line], here: Standing) -> list[Line]:
    """Return own uses since the last session ended, all of them where there was none."""
    over = here.ended_at or here.began_at
    return [one for one in found if over is None or one.record.occurred_at > over]


def names(db: Session, keyring: Keyring) -> list[str]:
    """Return the names that she wrote before, as she wrote each last."""
    found = courses.courses(lines(db, keyring)[CHANGE])
    return [course.last.name for course in found][:MOST_NAMES]


def beside(db: Session, keyring: Keyring, opened: Opened) -> list[Opened]:
    """Return all changes of the medicine that one is of, as many as are light enough."""
    wanted = Change.load(opened.content).known_as
    found = courses.in_order(lines(db, keyring)[CHANGE])
    of_it = [one.record for one in found if one.piece.known_as == wanted]
    return of_it[: room.fitting(map(_line_weight, of_it))]


def before(db: Session, keyring: Keyring, record: Opened) -> Check | None:
    """Return the check of the body before one, None for the first."""
    for line in lines(db, keyring)[CHECK]:
        if line.record.occurred_at < record.occurred_at:
            found: Check = line.piece
            return found
    return None


def asks_for_help(db: Session, keyring: Keyring, record: Opened) -> bool:
    """Tell whether a check says that something is severe, or worse than in the one before."""
    if record.kind != CHECK:
        return False
    check, earlier = Check.load(record.content), before(db, keyring, record)
    return check.is_severe or (earlier is not None and check.is_worse_than(earlier))


def happened(db: Session, keyring: Keyring) -> Iterator[Happened]:
    """Yield each change, as a mark in the patient's own pictures."""
    every = courses.in_order(lines(db, keyring)[CHANGE])
    for line in every[:MOST_MARKS]:
        yield Happened(line.record.occurred_at, _mark(line.piece), MEDICINE)
    if earlier := every[MOST_MARKS:]:
        # More of them make no picture, and a page too heavy: the list has them all.
        told = _("%(count)s earlier changes of medicines: in your list", count=len(earlier))
        yield Happened(earlier[0].record.occurred_at, str(told), MEDICINE)


def happened_shared(
    _db: Session, _keyring: Keyring, grant: OpenGrant, lister: Lister
) -> Iterator[Happened]:
    """Yield the latest changes as marks in a therapist's picture, each logged as opened."""
    if SCOPE not in grant.scopes:
        return
    asked = {"scopes": (SCOPE,), "kind": CHANGE, "event": "opened"}
    page = lister(**asked, before=None, limit=MOST_MARKS)
    lines = courses.in_order(courses.changes_in(one for one in page.items if one.readable))
    for line in lines:
        yield Happened(line.record.occurred_at, _mark(line.piece), MEDICINE)
    if page.next_cursor and lines:
        told = str(_("Earlier changes of medicines: in their list"))
        yield Happened(lines[-1].record.occurred_at, told, MEDICINE)


def card(_db: Session, _keyring: Keyring, _now: datetime) -> Mapping[str, Any]:
    """Return the way to the medicines: it needs no facts."""
    return {}


def name_of(db: Session, keyring: Keyring, record_id: UUID) -> str:
    """Return the name of the medicine that a change is of."""
    opened = records.open_as_owner(db, keyring, record_id, kind=CHANGE)
    return Change.load(opened.content).name


def _short(text: str) -> str:
    return text if len(text) <= MARKED else f"{text[:MARKED].rstrip()} …"


def _mark(change: Change) -> str:
    """Say a change in the fewest words; the list under a picture has it, too."""
    said = {"name": _short(change.name), "amount": _short(change.amount)}
    if change.what is What.STARTED and change.amount:
        return str(_("%(name)s: started, %(amount)s", **said))
    if change.what is What.CHANGED and change.amount:
        return str(_("%(name)s: now %(amount)s", **said))
    return f"{said['name']}: {WHATS[change.what]}"


def _course_weight(course: Course) -> int:
    return LINE + room.bytes_of(course.last.name, course.taken)


def _line_weight(record: Opened) -> int:
    texts = (value for value in record.content.values() if isinstance(value, str))
    return LINE + room.bytes_of(*texts)
