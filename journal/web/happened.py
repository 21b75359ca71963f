"""What is marked in pictures over time: each feature says what, such as sessions."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.core.opened import Lister
from journal.core.reading import OpenGrant

SESSION, MEDICINE = "session", "medicine"


class Happened(NamedTuple):
    """What is marked: when, its words, its shape, and its label, "" for the next letter."""

    at: datetime
    words: str
    shape: str
    label: str = ""


Source = Callable[[Session, Keyring], Iterable[Happened]]

Read = Callable[[Session, Keyring, OpenGrant, Lister], Iterable[Happened]]

_sources: dict[str, tuple[Source, Read]] = {}


def register(name: str, source: Source, read: Read) -> None:
    """Make known what a patient's pictures mark, and what a therapist may read of it.

    A second one of the same name raises ValueError.
    """
    if _sources.setdefault(name, (source, read)) != (source, read):
        raise ValueError(f"two features say what happened as {name}")


def to(db: Session, keyring: Keyring) -> Sequence[Happened]:
    """Return everything that happened to this patient."""
    return [one for name in sorted(_sources) for one in _sources[name][0](db, keyring)]


def read_by(db: Session, keyring: Keyring, grant: OpenGrant, lister: Lister) -> list[Happened]:
    """Return what this therapist may read of it; what she opens for it is in the patient's log."""
    found = (_sources[name][1](db, keyring, grant, lister) for name in sorted(_sources))
    return [one for every in found for one in every]
