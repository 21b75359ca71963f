"""When each instrument is due in a course: the usual timing, moved along with the sessions."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal import clock
from journal.core import records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.features.measures import plans, shelf
from journal.features.measures.measure import KIND, SCOPE, Measure
from journal.features.measures.rules import (
    AUDIT_C,
    BRS,
    GAD_7,
    PCL_5,
    PHQ_9,
    RELIEF,
    RULES,
    WHO_5,
)
from journal.web import standing
from journal.web.due import COURSE, HELD, LATEST, Due, Key, Occurrence
from journal.web.zone import zone

BASELINE, FIRST = "baseline", frozenset((1,))
# A result says something for some days before and after; so long one stays due.
WEEK, FORTNIGHT, FOUR_WEEKS = 7, 14, 28
MONTHS = {1: 30, 3: 91, 6: 182}
WEEKS = range(1, 27)  # half a year
EVENING = 18 * 60
FIRST_DAYS = range(8)  # the day of a session and the week that follows
LOOKED_AT = 100


def ties(db: Session, keyring: Keyring) -> list[Due]:
    """Return what is tied for this patient: of what the clinic has and her therapist left on."""
    return tied(shelf.instruments(db) - plans.left_out(db, keyring))


def tied(there: Collection[str]) -> list[Due]:
    """Return what is tied of these instruments."""
    return [due for instrument in RULES if instrument in there for due in _TIES.get(instrument, ())]


def done(db: Session, keyring: Keyring, asked: Sequence[Occurrence]) -> Collection[Key]:
    """Return what was filled in on a day of its own time, and baselines once a session was held.

    The daily 0 to 10 has a card of its own on Today and needs no line beside it.
    """
    scanned = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND, batch=LOOKED_AT)
    begun = standing.standing(db, keyring, clock.now()).held > 0
    return done_of(asked, islice(scanned, LOOKED_AT), begun=begun)


def done_of(
    asked: Sequence[Occurrence], found: Iterable[Opened], *, begun: bool
) -> Collection[Key]:
    """The same by these records, newest first; begun: a session was held."""
    days = _days(found, min(one.day for one in asked)) if asked else {}
    return {
        one.key
        for one in asked
        if _instrument(one) == RELIEF.id
        or any(one.day <= day <= one.until for day in days.get(_instrument(one), ()))
        or (begun and _when(one) == BASELINE)
    }


def _days(measures: Iterable[Opened], first: date) -> dict[str, set[date]]:
    """On which local days each instrument was finished, from one day on."""
    found: dict[str, set[date]] = {}
    for record in measures:
        if not record.readable:
            continue
        day = record.occurred_at.astimezone(ZoneInfo(zone())).date()
        if day < first:
            break
        if (measure := Measure.load(record.content)).done:
            found.setdefault(measure.instrument, set()).add(day)
    return found


def words_of(one: Occurrence) -> str:
    """Return what is due of it, in a few words."""
    rule = RULES[_instrument(one)]
    return str(_("Relief today, 0 to 10")) if rule is RELIEF else rule.name


def _address(one: Occurrence) -> str:
    return url_for("measures.new", instrument=_instrument(one))


def _instrument(one: Occurrence) -> str:
    return one.key.tie.partition(".")[0]


def _when(one: Occurrence) -> str:
    return one.key.tie.partition(".")[2]


def _due(
    instrument: str,
    when: str,
    days: int,
    lasts: int,
    anchor: str = COURSE,
    numbers: Collection[int] | None = None,
    minute: int = 9 * 60,
    *,
    reminds: bool = True,
) -> Due:
    return Due(
        f"{instrument}.{when}",
        days,
        words_of,
        _address,
        anchor=anchor,
        minute=minute,
        lasts=lasts,
        numbers=numbers,
        done=done,
        reminds=reminds,
    )


def _baseline(instrument: str) -> Due:
    return _due(instrument, BASELINE, 0, FOUR_WEEKS)


def _months(instrument: str, *months: int) -> Iterator[Due]:
    """After the first session, so that a further one puts none of them off."""
    for month in months:
        yield _due(instrument, f"month-{month}", MONTHS[month], FORTNIGHT, HELD, FIRST)


def _doses(instrument: str) -> Iterator[Due]:
    """After doses 2 and 4, and 14 to 31 days after the last one there was."""
    yield _due(instrument, "dose", 1, WEEK - 1, HELD, frozenset((2, 4)))
    yield _due(instrument, "14-31", 14, 31 - 14 + 1, LATEST)


_TIES = {
    PHQ_9.id: (_baseline(PHQ_9.id), *_doses(PHQ_9.id), *_months(PHQ_9.id, 1, 3, 6)),
    GAD_7.id: (_baseline(GAD_7.id), *_doses(GAD_7.id), *_months(GAD_7.id, 1, 3, 6)),
    PCL_5.id: (_baseline(PCL_5.id), *_months(PCL_5.id, 1, 3, 6)),
    WHO_5.id: (
        _baseline(WHO_5.id),
        *(_due(WHO_5.id, f"week-{week}", week * WEEK, WEEK) for week in WEEKS),
    ),
    BRS.id: (_baseline(BRS.id), *_months(BRS.id, 3, 6)),
    AUDIT_C.id: (_baseline(AUDIT_C.id),),
    RELIEF.id: tuple(
        _due(RELIEF.id, f"day-{day}", day, 1, HELD, minute=EVENING) for day in FIRST_DAYS
    ),
}
SCHEDULED = tuple(_TIES)


def timing() -> dict[str, str]:
    """Return in words when each instrument is asked."""
    repeated = _(
        "at the beginning, after doses 2 and 4, 14 to 31 days after a dose, 1, 3, 6 months"
    )
    return {
        PHQ_9.id: repeated,
        GAD_7.id: repeated,
        PCL_5.id: _("at the beginning, 1, 3 and 6 months"),
        WHO_5.id: _("at the beginning, then weekly for half a year"),
        BRS.id: _("at the beginning, 3 and 6 months"),
        AUDIT_C.id: _("at the beginning"),
        RELIEF.id: _("each session's day and the week after it"),
    }
