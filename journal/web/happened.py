"""What is marked in pictures over time: each feature says what happened, such as sessions."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring

SESSION, MEDICINE = "session", "medicine"


class Happened(NamedTuple):
    """What is marked: when, its words, its shape, and its label, "" for the next letter."""

    at: datetime
    words: str
    shape: str
    label: str = ""


Source = Callable[[Session, Keyring], Iterable[Happened]]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Make a source known; a second one of the same name raises ValueError."""
    if _sources.setdefault(name, source) is not source:
        raise ValueError(f"two features say what happened as {name}")


def to(db: Session, keyring: Keyring) -> Sequence[Happened]:
    """Return everything that happened to this patient."""
    return [one for name in sorted(_sources) for one in _sources[name](db, keyring)]
