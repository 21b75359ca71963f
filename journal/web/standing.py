"""Where a patient stands in the care arc: told by the feature that keeps it, asked by all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in the course of treatment, by the calendar where the patient is.

    phase: its name, "" while nobody has said; held: how many sessions were; day: the days since
    the last one, None when that says nothing about today; began_at, ended_at: its instants (UTC);
    until_next: days until the next one; next_at: its instant (UTC); last_id, next_id: their
    records, which stay the same when one is moved.
    """

    phase: str = ""
    held: int = 0
    day: int | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    until_next: int | None = None
    next_at: datetime | None = None
    last_id: UUID | None = None
    next_id: UUID | None = None

    @property
    def next_number(self) -> int | None:
        """Return the number of the next session, None while none is planned."""
        return None if self.next_at is None else self.held + 1


Source = Callable[[Session, Keyring, datetime], Standing]
NOWHERE = Standing()

_sources: list[Source] = []


def register(source: Source) -> None:
    """Make known who tells it; a second one raises ValueError."""
    if _sources and _sources[0] is not source:
        raise ValueError("two features say where a patient stands")
    _sources[:] = [source]


def standing(db: Session, keyring: Keyring, now: datetime) -> Standing:
    """Return where the patient stands; it opens her sealed state, and no record."""
    return _sources[0](db, keyring, now) if _sources else NOWHERE
