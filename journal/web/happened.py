"""What is marked in pictures over time: each feature says what happened, such as sessions."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring

Happened = tuple[datetime, str]
Source = Callable[[Session, Keyring], Iterable[Happened]]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Make a source known; a second one of the same name raises ValueError."""
    if _sources.setdefault(name, source) is not source:
        raise ValueError(f"two features say what happened as {name}")


def to(db: Session, keyring: Keyring) -> Sequence[Happened]:
    """Return when, and its words, of everything that happened to this patient."""
    return [one for name in sorted(_sources) for one in _sources[name](db, keyring)]
