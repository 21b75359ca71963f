"""When what is tied to sessions comes due: pure, from what the sealed state keeps of them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from journal.features.care.anchored import Tie, tied
from journal.features.care.anchors import Anchor, Anchors
from journal.web.due import COURSE, HELD, LATEST, PLANNED, Due, Key, Occurrence


def occurrences(
    anchors: Anchors, dues: Iterable[Due], *, zone: str, expecting: bool = False
) -> list[Occurrence]:
    """Return every occurrence for a patient in an IANA zone, the earliest first.

    expecting: take what is planned for held, as one does who can't ask again before it is.
    """
    found = [one for due in dues for one in _of(due, anchors, zone, expecting)]
    return sorted(found, key=lambda one: (one.at, one.key))


def due_at(
    found: Iterable[Occurrence], now: datetime, *, zone: str, done: Collection[Key] = ()
) -> list[Occurrence]:
    """Return what is due at a moment, and not done."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return [one for one in found if one.at <= now and today <= one.until and one.key not in done]


def coming(
    found: Iterable[Occurrence], now: datetime, *, within: timedelta, done: Collection[Key] = ()
) -> list[Occurrence]:
    """Return what is not due yet, and will be within some time."""
    return [one for one in found if now < one.at <= now + within and one.key not in done]


def _of(due: Due, anchors: Anchors, zone: str, expecting: bool) -> Iterator[Occurrence]:
    by_id = {one.id: one for one in _anchoring(due, anchors, expecting)}
    walls = {one.id: one.when for one in by_id.values()}
    for key, event in tied(walls, [Tie(due.name, due.days, due.minute)], zone=zone).items():
        until = event.day + timedelta(due.lasts - 1)
        yield Occurrence(key, event.day, event.at, until, by_id[key.session].number, due.days)


def _anchoring(due: Due, anchors: Anchors, expecting: bool) -> list[Anchor]:
    if due.anchor == COURSE:
        return [] if anchors.begun is None else [anchors.begun]
    held = [one for one in anchors.sessions if one.held or (expecting and due.anchor != PLANNED)]
    planned = [one for one in anchors.sessions if not one.held]
    chosen = {HELD: held, LATEST: held[-1:], PLANNED: planned}[due.anchor]
    return [one for one in chosen if due.numbers is None or one.number in due.numbers]
