"""Where a patient stands between sessions: what her sealed state keeps of it for Today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journal.features.care.anchored import days_after
from journal.features.care.medicine_session import MedicineSession, Numbered, Status

COUNTED_DAYS = 90  # after the last session; then it is no longer what today is about
MOST_KEPT = 3  # sessions ahead
AHEAD = (Status.RUNNING, Status.PLANNED)  # one that runs is today's, until it is over


@dataclass(frozen=True, slots=True)
class Course:
    """How many sessions were held, the last of them, and the next ones planned."""

    held: int = 0
    last: MedicineSession | None = None
    ahead: Sequence[MedicineSession] = ()

    @classmethod
    def of(cls, sessions: Sequence[Numbered], now: datetime) -> "Course":
        """Return the course of all sessions, in order of time."""
        held = [one.session for one in sessions if one.session.is_held]
        open_ones = [one.session for one in sessions if one.session.status in AHEAD]
        ahead = [one.brief for one in open_ones if days_after(one.when, now, one.when.zone) <= 0]
        return cls(len(held), held[-1].brief if held else None, ahead[:MOST_KEPT])

    def dump(self) -> dict[str, Any]:
        """Return JSON values."""
        last = None if self.last is None else self.last.dump()
        return {"held": self.held, "last": last, "ahead": [one.dump() for one in self.ahead]}

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> "Course":
        """Read what was kept; nothing was, before the first copy."""
        last = kept.get("last")
        return cls(
            kept.get("held", 0),
            None if last is None else MedicineSession.read(last),
            [MedicineSession.read(one) for one in kept.get("ahead", ())],
        )

    def day(self, now: datetime, zone: str) -> int | None:
        """Return the days since the last session, None when it says nothing about today."""
        if self.last is None:
            return None
        days = days_after(self.last.when, now, zone)
        return days if 0 <= days <= COUNTED_DAYS else None

    def next(self, now: datetime, zone: str) -> MedicineSession | None:
        """Return the next session that is not over by the calendar where the patient is."""
        return next((one for one in self.ahead if days_after(one.when, now, zone) <= 0), None)
