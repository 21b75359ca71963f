"""How an assessment ended: told by the feature that signs it off, asked where the next step is."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring

SUITABLE, REVIEW, UNSUITABLE = "suitable", "medical-review", "not-suitable"
OUTCOMES = (SUITABLE, REVIEW, UNSUITABLE)


class Assessed(NamedTuple):
    """What a therapist signed off last about one patient (one of OUTCOMES), and when (UTC)."""

    outcome: str
    at: datetime


Source = Callable[[Session, Keyring, UUID], Assessed | None]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Make known who tells it; a second one raises ValueError."""
    if _sources and _sources[0] is not source:
        raise ValueError("two features tell how an assessment ended")
    _sources[:] = [source]


def assessed(db: Session, keyring: Keyring, grant_id: UUID) -> Assessed | None:
    """Return what this therapist signed off about the patient of a grant, None before she did.

    It informs: whoever asks shows it, and lets a person take the step.
    """
    return _sources[0](db, keyring, grant_id) if _sources else None
