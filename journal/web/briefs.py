"""What a therapist reads before she meets a patient, on one page: each feature adds its part.

A part shows what this one grant opens and what she recorded herself, and computes no number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.reading import OpenGrant
from journal.core.state import State, change_state, read_state
from journal.web.due import Due, Occurrence

if TYPE_CHECKING:
    from journal.core.opened import Lister

KEPT = "briefs"
A_VISIT = timedelta(hours=12)  # looked at twice before one meeting, it is one look
A_BATCH, MOST = 24, 72  # records of one scope
WITHOUT_ANY = timedelta(days=30)  # before the first session, and the first brief


class Meeting(NamedTuple):
    """The last medicine session that a therapist recorded: its number, and when it ended (UTC)."""

    number: int
    at: datetime


class Coming(NamedTuple):
    """The next session that a therapist planned: its number, and its record in the journal of
    the patient, which stays the same when it is moved.
    """

    number: int
    session: UUID


@dataclass(frozen=True, slots=True)
class Brief:
    """One patient before one meeting, as far as a grant shows her.

    since: what is older is no change; zone: the reader's own, an IANA name.
    """

    db: Session
    keyring: Keyring
    grant: OpenGrant
    since: datetime
    now: datetime
    zone: str
    _opened: dict[str, list[Opened]] = field(default_factory=dict)
    _whole: set[str] = field(default_factory=set)

    @property
    def lister(self) -> Lister:
        """Return what lists records of this grant, each written to the patient's log before it."""
        return partial(records.list_as_reader, self.db, self.keyring, self.grant, now=self.now)

    def shares(self, scope: str) -> bool:
        """Tell whether a scope is shared as a whole."""
        return scope in self.grant.scopes

    def opened(self, scope: str) -> list[Opened]:
        """Return the latest of a scope, newest first, at least back to `since`; once a page.

        Empty where it is not shared. All of it is logged as opened, and some may be older.
        """
        if scope not in self._opened:
            self._opened[scope] = list(self._read(scope)) if self.shares(scope) else []
        return self._opened[scope]

    def reaches(self, scope: str, moment: datetime) -> bool:
        """Tell whether what was opened of a scope goes back to a moment, or to its beginning.

        Only then may a part say that something is not there.
        """
        found = self.opened(scope)
        return scope in self._whole or any(one.occurred_at < moment for one in found)

    def is_new(self, moment: datetime) -> bool:
        """Tell whether something happened since."""
        return moment >= self.since

    def _read(self, scope: str) -> list[Opened]:
        found: list[Opened] = []
        cursor: str | None = None
        while len(found) < MOST:
            page = self.lister(scopes=(scope,), event="opened", before=cursor, limit=A_BATCH)
            found += [one for one in page.items if one.readable]
            cursor = page.next_cursor
            if cursor is None:
                self._whole.add(scope)
            if cursor is None or any(not self.is_new(one.occurred_at) for one in found):
                break
        return found


Facts = Callable[[Brief], Mapping[str, Any] | None]
Met = Callable[[Session, Keyring, UUID, datetime], Meeting | None]
Tied = Callable[[Brief, Sequence[Due]], list[Occurrence]]
Ahead = Callable[[Brief], Coming | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page: as a section of a therapist's page, with a brief for its facts."""

    name: str
    position: int
    facts: Facts
    partial: str


class Filled(NamedTuple):
    """A part with its facts."""

    name: str
    partial: str
    facts: Mapping[str, Any]


_parts: dict[str, Part] = {}
_told: list[tuple[Met, Tied, Ahead]] = []


def register(part: Part) -> None:
    """Make a part known; a second one of the same name raises ValueError."""
    if _parts.setdefault(part.name, part) is not part:
        raise ValueError(f"two parts of a brief are called {part.name}")


def told_by(met: Met, tied: Tied, ahead: Ahead) -> None:
    """Make known who tells of a therapist's own sessions, what is due by them, and what comes."""
    if _told and _told[0] != (met, tied, ahead):
        raise ValueError("two features tell of sessions")
    _told[:] = [(met, tied, ahead)]


def shown(brief: Brief, first: str = "") -> Iterator[Filled]:
    """Yield each part that has something to say, in order; first: the name of one to begin with.

    Nothing is opened for a part before it is asked for: what stands behind the first that a page
    has no room for is not in the log.
    """
    in_order = sorted(_parts.values(), key=lambda one: (one.position, one.name))
    names = [one.name for one in in_order]
    for one in in_order[names.index(first) if first in names else 0 :]:
        facts = one.facts(brief)
        if facts is not None:
            yield Filled(one.name, one.partial, facts)


def last_meeting(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> Meeting | None:
    """Return the last session that this therapist recorded as held, None before one was."""
    return _told[0][0](db, keyring, grant_id, now) if _told else None


def due(brief: Brief, ties: Sequence[Due]) -> list[Occurrence]:
    """Return what is due of these ties by the therapist's own sessions, done or not."""
    return _told[0][1](brief, ties) if _told else []


def coming(brief: Brief) -> Coming | None:
    """Return the next session that this therapist planned, None while none is."""
    return _told[0][2](brief) if _told else None


def last_look(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> datetime | None:
    """Return when she last read a brief before this one, and remember this one; commits."""
    kept = read_state(db, keyring).get(KEPT, {}).get(str(grant_id), [])
    moment = int(now.timestamp())
    if not kept or moment - kept[-1] >= A_VISIT.total_seconds():
        looks = [*kept[-1:], moment]

        def note(state: State) -> None:
            state.setdefault(KEPT, {})[str(grant_id)] = looks

        change_state(db, keyring, note)
        db.commit()
        kept = looks
    return datetime.fromtimestamp(kept[0], ZoneInfo("UTC")) if kept[1:] else None
