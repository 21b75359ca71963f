"""Doctor: everything that can be checked without a password, in plain sentences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from journal.config import Settings
from journal.core.site import SiteKey
from journal.db import Database

FINE, WARNING, PROBLEM = "Fine", "Warning", "Problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and whether it is fine, worth a thought, or must be mended."""

    how: str
    line: str


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined; there may be no site key that can be read."""

    settings: Settings
    database: Database
    site: SiteKey | None
    now: datetime


Check = Callable[[Patient], Iterator[Finding]]


def examine(patient: Patient, checks: list[Check]) -> Iterator[Finding]:
    """Run every check; one that can't be finished is a problem and stops no other."""
    for check in checks:
        try:
            yield from check(patient)
        except (SQLAlchemyError, OSError) as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            name = check.__name__.replace("_", " ")
            yield Finding(PROBLEM, f"The check of {name} could not be finished: {reason}.")


def fine(line: str) -> Finding:
    return Finding(FINE, line)


def warning(line: str) -> Finding:
    return Finding(WARNING, line)


def problem(line: str) -> Finding:
    return Finding(PROBLEM, line)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 slot", "2 slots"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
