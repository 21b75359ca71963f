"""Blood pressure, pulse and oxygen at a moment of a session.

The limits are no clinical advice: beyond LIMITS nobody measured it, beyond USUAL it is asked once
whether the digits are right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from journal.features.care import saying
from journal.features.care.saying import Limits


class Phase(StrEnum):
    """What a reading is for; a further one is for none of these."""

    BEFORE = "before"
    PEAK = "peak"  # at about 40 minutes
    AFTER = "after"
    FURTHER = "further"


LIMITS = {
    "systolic": Limits(50, 300),
    "diastolic": Limits(20, 200),
    "pulse": Limits(20, 250),
    "spo2": Limits(50, 100),
}
USUAL = {
    "systolic": Limits(90, 180),
    "diastolic": Limits(50, 110),
    "pulse": Limits(45, 130),
    "spo2": Limits(92, 100),
}
UNITS = {"systolic": "mmHg", "diastolic": "mmHg", "pulse": "/min", "spo2": "%"}


@dataclass(frozen=True, slots=True)
class Vitals:
    """One reading; each number may be missing, but not all of them."""

    phase: Phase
    at: datetime
    systolic: int | None = None
    diastolic: int | None = None
    pulse: int | None = None
    spo2: int | None = None

    def numbers(self) -> dict[str, int]:
        """Return what was measured, by name."""
        found = {name: getattr(self, name) for name in LIMITS}
        return {name: number for name, number in found.items() if number is not None}

    def unusual(self) -> list[str]:
        """Return the names of numbers to look at again."""
        return [name for name, number in self.numbers().items() if not USUAL[name].hold(number)]

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it."""
        return saying.said(phase=self.phase.value, at=self.at, **self.numbers())

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "Vitals":
        """Read what a report says; raises ValueError."""
        numbers = {name: saying.whole(says, name, limits) for name, limits in LIMITS.items()}
        if trouble(numbers):
            raise ValueError("a reading that nobody took")
        return cls(Phase(saying.text(says, "phase", 10)), saying.at(says), **numbers)


def trouble(numbers: Mapping[str, int | None]) -> str:
    """Return what can't be in a reading: "nothing", "half" a blood pressure, "order", or ""."""
    systolic, diastolic = numbers.get("systolic"), numbers.get("diastolic")
    if all(number is None for number in numbers.values()):
        return "nothing"
    if (systolic is None) != (diastolic is None):
        return "half"
    if systolic is not None and diastolic is not None and systolic <= diastolic:
        return "order"
    return ""
