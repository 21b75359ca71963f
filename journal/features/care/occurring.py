"""When what is tied to sessions comes due: pure, from what the sealed state keeps of them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from journal.core.reminder_times import Wanted
from journal.features.care.anchored import Tie, tied
from journal.features.care.anchors import Anchor, Anchors
from journal.web.due import COURSE, HELD, LATEST, PLANNED, Due, Key, Occurrence

EVER = (date.min, date.max)


def occurrences(
    anchors: Anchors,
    dues: Iterable[Due],
    *,
    zone: str,
    expecting: bool = False,
    days: tuple[date, date] = EVER,
) -> list[Occurrence]:
    """Return every occurrence for a patient in an IANA zone, the earliest first.

    expecting: take what is planned for held, as one does who can't ask again before it is; days:
    the first and the last local day of those wanted, since an instant costs more than a day.
    """
    found: list[Occurrence] = []
    for due in dues:
        by_id = {one.id: one for one in _anchoring(due, anchors, expecting)}
        walls = {one.id: one.when for one in by_id.values() if _touches(days, one.when.day, due)}
        if not walls:
            continue
        for key, event in tied(walls, [Tie(due.name, due.days, due.minute)], zone=zone).items():
            until = event.day + timedelta(due.lasts - 1)
            number = by_id[key.session].number
            found.append(Occurrence(key, event.day, event.at, until, number, due.days))
    # What begins at one moment stays in the order in which its feature told it.
    return sorted(found, key=lambda one: one.at)


def due_at(
    found: Iterable[Occurrence], now: datetime, *, zone: str, done: Collection[Key] = ()
) -> list[Occurrence]:
    """Return what is due at a moment, and not done, what ends first before the rest."""
    today = now.astimezone(ZoneInfo(zone)).date()
    here = [one for one in found if one.at <= now and today <= one.until and one.key not in done]
    return sorted(here, key=lambda one: one.until)


def coming(
    found: Iterable[Occurrence], now: datetime, *, within: timedelta, done: Collection[Key] = ()
) -> list[Occurrence]:
    """Return what is not due yet, and will be within some time."""
    return [one for one in found if now < one.at <= now + within and one.key not in done]


def days_ahead(
    anchors: Anchors,
    dues: Iterable[Due],
    now: datetime,
    *,
    zone: str,
    done: Collection[Key] = (),
) -> list[Wanted]:
    """Return the local days on which something begins to be due, each with its first minute."""
    here = now.astimezone(ZoneInfo(zone))
    moment = Wanted(here.date(), here.hour * 60 + here.minute)
    found: dict[date, int] = {}
    for due in dues:
        for one in _anchoring(due, anchors, expecting=True):
            wanted = Wanted(one.when.day + timedelta(due.days), due.minute)
            if wanted > moment and Key(one.id, due.name) not in done:
                found[wanted.day] = min(due.minute, found.get(wanted.day, due.minute))
    return sorted(Wanted(day, minute) for day, minute in found.items())


def _touches(days: tuple[date, date], anchored_on: date, due: Due) -> bool:
    begins = anchored_on + timedelta(due.days)
    return begins <= days[1] and days[0] <= begins + timedelta(due.lasts - 1)


def _anchoring(due: Due, anchors: Anchors, expecting: bool) -> list[Anchor]:
    if due.anchor == COURSE:
        return [] if anchors.begun is None else [anchors.begun]
    held = [one for one in anchors.sessions if one.held or (expecting and due.anchor != PLANNED)]
    planned = [one for one in anchors.sessions if not one.held]
    chosen = {HELD: held, LATEST: held[-1:], PLANNED: planned}[due.anchor]
    return [one for one in chosen if due.numbers is None or one.number in due.numbers]
