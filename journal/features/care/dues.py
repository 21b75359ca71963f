"""What is due of all that features tied to sessions: for Today, and for the course's page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.state import read_state
from journal.features.care import actions, occurring
from journal.features.care.anchors import Anchors
from journal.features.care.arc import Phase
from journal.web import due
from journal.web.due import Due, Item, Key, Occurrence
from journal.web.zone import zone

ON_TODAY, ON_COURSE = 3, 6
AHEAD = timedelta(days=31)


def now_and_next(db: Session, keyring: Keyring, now: datetime) -> tuple[list[Item], list[Item]]:
    """Return what is due and what comes; it opens the sealed state, and what the ties ask for."""
    state = read_state(db, keyring)
    anchors = Anchors.load(state.get(actions.TIED, {}))
    if anchors.begun is None:
        return [], []
    # In a pause, and after the end, nobody is asked week by week.
    over = state.get(actions.ARC) in (Phase.PAUSED, Phase.ENDED)
    ties = {
        one.name: one for one in due.ties(db, keyring) if not (over and one.anchor == due.COURSE)
    }
    found = occurring.occurrences(anchors, ties.values(), zone=zone())
    marked = due.marked(db, keyring)
    left = occurring.due_at(found, now, zone=zone(), done=marked)
    done = _done(db, keyring, ties, left)
    next_ = occurring.coming(found, now, within=AHEAD, done=marked)
    return _items(ties, (one for one in left if one.key not in done)), _items(ties, next_)


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return the first of what is due and how much more there is; None when nothing is."""
    items, _next = due.now_and_next(db, keyring, now)
    return {"due": items[:ON_TODAY], "more": len(items[ON_TODAY:])} if items else None


def course_card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return all that is due and what comes first after it; None for neither."""
    items, coming = due.now_and_next(db, keyring, now)
    return {"due": items, "coming": coming[:ON_COURSE]} if items or coming else None


def key_of(db: Session, keyring: Keyring, session_id: UUID, tie: str) -> Key:
    """Return the key of something that hangs from the course; NotFound for anything else."""
    anchors = Anchors.load(read_state(db, keyring).get(actions.TIED, {}))
    begun = [] if anchors.begun is None else [anchors.begun]
    known = {one.id for one in (*anchors.sessions, *begun)}
    if session_id not in known or tie not in {one.name for one in due.ties(db, keyring)}:
        raise NotFound("nothing that is tied")
    return Key(session_id, tie)


def _done(
    db: Session, keyring: Keyring, ties: Mapping[str, Due], asked: Sequence[Occurrence]
) -> Collection[Key]:
    """Ask each tie about its own; one that has nothing due is not asked."""
    found: set[Key] = set()
    for name in {one.key.tie for one in asked}:
        own = [one for one in asked if one.key.tie == name]
        found.update(ties[name].done(db, keyring, own))
    return found


def _items(ties: Mapping[str, Due], found: Iterable[Occurrence]) -> list[Item]:
    named = ((one, ties[one.key.tie]) for one in found)
    return [Item(one, tie.words(one), tie.address(one)) for one, tie in named]
