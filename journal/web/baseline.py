"""Measures without a first result: told by the feature that keeps them, asked before treatment."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring


class Open(NamedTuple):
    """A measure that was never finished: its title, and the page to fill it in."""

    title: str
    address: str


Source = Callable[[Session, Keyring], Sequence[Open]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Make known who tells it; a second one raises ValueError."""
    if _sources and _sources[0] is not source:
        raise ValueError("two features tell of measures")
    _sources[:] = [source]


def missing(db: Session, keyring: Keyring) -> Sequence[Open]:
    """Return what this patient was never asked, or never finished."""
    return _sources[0](db, keyring) if _sources else ()
