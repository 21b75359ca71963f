"""What is tied to medicine sessions: each feature says what of its own comes due, and when.

An occurrence is known by its session and its tie and never by its time. So a session that is moved
takes all of it along: nothing is lost, and nothing that is done comes a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.core.state import State, change_state, read_state

# What a tie counts its days from: each session that was held; the last of them; each one that is
# planned; the day on which a therapist first said anything of this course.
HELD, LATEST, PLANNED, COURSE = "held", "latest", "planned", "course"
MARKED = "due-done"
MOST_MARKED = 150
# In the sealed state of who wants to be reminded of what is due: the days that the job has.
REMINDS = "due-reminds"


class Key(NamedTuple):
    """What an occurrence is known by, whenever it comes."""

    session: UUID
    tie: str


class Occurrence(NamedTuple):
    """One time that something comes due: from an instant (UTC) to the end of a local day.

    day: the local day on which it begins; number: of the session, None for the course's beginning;
    days: those between the session's own day and this one.
    """

    key: Key
    day: date
    at: datetime
    until: date
    number: int | None
    days: int


Done = Callable[[Session, Keyring, Sequence[Occurrence]], Collection[Key]]
Words = Callable[[Occurrence], str]


def _only_marked(_db: Session, _keyring: Keyring, _asked: Sequence[Occurrence]) -> Collection[Key]:
    """Leave it to what was marked, which counts as done for every tie."""
    return ()


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due so many days after its anchor, from a minute of that day (0 to 1439).

    name: the tie's, never to be changed; lasts: for how many days, its own counted; numbers: of
    the sessions it is tied to, None for all; minute: on the clocks where the patient is; done:
    which of these are done, asked only of what is due; what was marked is done without it;
    reminds: whether its first day is one to remind on, for who wants that.
    """

    name: str
    days: int
    words: Words
    address: Words
    anchor: str = HELD
    minute: int = 9 * 60
    lasts: int = 1
    numbers: Collection[int] | None = None
    done: Done = _only_marked
    reminds: bool = True


class Item(NamedTuple):
    """One line of what is due, or of what comes: in words, and the page it leads to."""

    occurrence: Occurrence
    words: str
    address: str


Ties = Callable[[Session, Keyring], Iterable[Due]]
# Everything that is due at a moment; and what comes after it, the earliest first.
Computed = Callable[[Session, Keyring, datetime], tuple[list[Item], list[Item]]]

Renewed = Callable[[Session, Keyring, datetime], None]

_sources: dict[str, Ties] = {}
_computed: list[tuple[Computed, Renewed]] = []


def register(name: str, ties: Ties) -> None:
    """Make known what a feature ties for one patient; a second name raises ValueError.

    `ties` is asked on every Today, so it opens the sealed state at most.
    """
    if _sources.setdefault(name, ties) is not ties:
        raise ValueError(f"two features tie {name}")


def computed_by(computed: Computed, renewed: Renewed) -> None:
    """Make known who reckons the days, and renews those to remind on; a second is refused."""
    if _computed and _computed[0] != (computed, renewed):
        raise ValueError("two features reckon what is due")
    _computed[:] = [(computed, renewed)]


def ties(db: Session, keyring: Keyring) -> list[Due]:
    """Return everything that is tied for this patient; two ties of one name raise ValueError."""
    found = [due for name in sorted(_sources) for due in _sources[name](db, keyring)]
    if len({due.name for due in found}) != len(found):
        raise ValueError("two ties of one name")
    return found


def now_and_next(db: Session, keyring: Keyring, now: datetime) -> tuple[list[Item], list[Item]]:
    """Return what is due and not done, and what comes, the earliest first."""
    return _computed[0][0](db, keyring, now) if _computed else ([], [])


def settle(db: Session, keyring: Keyring, names: Collection[str], now: datetime) -> None:
    """Mark what is due now of these ties as done; the caller commits."""
    found, _coming = now_and_next(db, keyring, now)
    for item in found:
        if item.occurrence.key.tie in names:
            mark(db, keyring, item.occurrence.key)


def remind(db: Session, keyring: Keyring, now: datetime, *, wanted: bool) -> None:
    """Begin or stop to keep days to remind on; commits."""

    def change(state: State) -> None:
        state.pop(REMINDS, None)
        if wanted:
            state[REMINDS] = []

    change_state(db, keyring, change)
    db.commit()
    for _computes, renewed in _computed:
        renewed(db, keyring, now)


def marked(db: Session, keyring: Keyring) -> set[Key]:
    """Return what was marked as done, or left out."""
    found = read_state(db, keyring).get(MARKED, ())
    return {Key(UUID(session), tie) for session, tie in found}


def mark(db: Session, keyring: Keyring, *keys: Key) -> None:
    """Keep for ever that these are done, wherever a session is moved to; the caller commits."""
    _change_marked(db, keyring, keys, [[key.session.hex, key.tie] for key in keys])


def unmark(db: Session, keyring: Keyring, *keys: Key) -> None:
    """Take that back; the caller commits."""
    _change_marked(db, keyring, keys, [])


def _change_marked(
    db: Session, keyring: Keyring, keys: Sequence[Key], added: list[list[str]]
) -> None:
    gone = [[key.session.hex, key.tie] for key in keys]

    def change(state: State) -> None:
        kept = [one for one in state.get(MARKED, ()) if one not in gone]
        state[MARKED] = [*kept, *added][-MOST_MARKED:]

    change_state(db, keyring, change)
