"""The ledger of doses: what was given in each session, and the days between. It judges nothing.

Days are those of the sessions' own calendars, so that no clock change and no journey makes two
sessions a day nearer or further.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from journal.web.exposures import Dose


@dataclass(frozen=True, slots=True)
class Row:
    """One dose. days: since the session before it that has a dose, None in the first one;
    again: a further dose of one session.
    """

    dose: Dose
    days: int | None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Intervals:
    """All sessions with a dose: how many, from when to when; days between two of them.

    shortest, longest: None below two sessions; without: numbers of those held without a dose
    written down, which no interval counts.
    """

    count: int
    first: date
    last: date
    shortest: int | None
    longest: int | None
    without: tuple[int, ...]

    @property
    def days(self) -> int:
        """Return the days from the first to the last."""
        return (self.last - self.first).days


def rows(doses: Iterable[Dose]) -> list[Row]:
    """Return the ledger, the oldest first."""
    found: list[Row] = []
    for dose in sorted(doses, key=lambda one: (one.day, one.number or 0, one.at)):
        before = found[-1] if found else None
        if before is None:
            found.append(Row(dose, None))
        elif _session(before.dose) == _session(dose):
            found.append(Row(dose, before.days, again=True))
        else:
            found.append(Row(dose, (dose.day - before.dose.day).days))
    return found


def intervals(ledger: Iterable[Row], held: int) -> Intervals | None:
    """Return what can be said of a ledger, None of an empty one; held: how many sessions were."""
    firsts = [row.dose for row in ledger if not row.again]
    if not firsts:
        return None
    between = [(after.day - before.day).days for before, after in pairwise(firsts)]
    numbered = {dose.number for dose in firsts}
    return Intervals(
        len(firsts),
        firsts[0].day,
        firsts[-1].day,
        min(between, default=None),
        max(between, default=None),
        tuple(number for number in range(1, held + 1) if number not in numbered),
    )


def _session(dose: Dose) -> tuple[date, int | None]:
    return dose.day, dose.number
