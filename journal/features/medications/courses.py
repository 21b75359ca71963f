"""Medicines over time: the changes of each, and what is taken by now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from journal.core.opened import Opened
from journal.features.medications.pieces import Change, What
from journal.web.pieces.sorts import Line


@dataclass(frozen=True, slots=True)
class Course:
    """One medicine: its changes, the newest first."""

    changes: Sequence[Line]

    @property
    def newest(self) -> Line:
        """Return its latest change."""
        return self.changes[0]

    @property
    def last(self) -> Change:
        """Return what its latest change says."""
        found: Change = self.newest.piece
        return found

    @property
    def is_over(self) -> bool:
        """Tell whether it was stopped."""
        return self.last.what is What.STOPPED

    @property
    def taken(self) -> str:
        """Return how much and how often by now: each as it was said last."""
        amount = self._latest("amount")
        often = self._latest("often")
        return ", ".join(text for text in (amount, often) if text)

    @property
    def since(self) -> Change | None:
        """Return its latest start, None where nobody wrote one."""
        return next((one.piece for one in self.changes if one.piece.what is What.STARTED), None)

    def _latest(self, name: str) -> str:
        """The latest that was said, back to the last start: what was before it is another time."""
        for line in self.changes:
            if said := getattr(line.piece, name):
                return str(said)
            if line.piece.what is What.STARTED:
                break
        return ""


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return changes by their days, the newest first; of one day the one written last."""
    return sorted(lines, key=lambda one: (one.piece.on, one.record.written_at), reverse=True)


def courses(lines: Iterable[Line]) -> list[Course]:
    """Return each medicine by its name in any case, that with the latest change first."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in in_order(lines):
        found[line.piece.known_as].append(line)
    return [Course(changes) for changes in found.values()]


def changes_in(records: Iterable[Opened]) -> list[Line]:
    """Return the changes in these records, in order: a reader's page has them as they came."""
    return in_order(Line(one, Change.load(one.content)) for one in records)


def since(lines: Iterable[Line], day: date) -> list[Line]:
    """Return the changes of that day and later."""
    return [one for one in lines if one.piece.on >= day]
