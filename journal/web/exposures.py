"""What a patient was given of the medicine, for any page: by her own copies of the record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose, at an instant (UTC).

    route: its code and never a word for people ("iv", "im", "sublingual", "intranasal", "oral");
    mg_per_kg: None where nobody wrote the body weight. Decimals, so that no digit is made up.
    day: the session's own, by its own clocks; number: the session's, None for a cancelled one.
    """

    at: datetime
    route: str
    mg: Decimal
    mg_per_kg: Decimal | None
    day: date
    number: int | None


Source = Callable[[Session, Keyring], Iterable[Dose]]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Make a source known; a second one of the same name raises ValueError."""
    if _sources.setdefault(name, source) is not source:
        raise ValueError(f"two features tell of doses as {name}")


def doses(db: Session, keyring: Keyring) -> list[Dose]:
    """Return every dose that this patient has a copy of, the oldest first."""
    found = (dose for name in sorted(_sources) for dose in _sources[name](db, keyring))
    return sorted(found, key=lambda dose: dose.at)
