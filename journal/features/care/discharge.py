"""Going home after a session: what was looked at, who came along, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from journal.features.care import saying

CHECKS = ("vitals", "steady", "oriented", "escort", "no-driving", "numbers")
OBSERVED = timedelta(hours=2)  # after the last dose; sooner is asked after, and not forbidden
LONGEST_NAME = 80
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Discharge:
    """What was ticked, who accompanied, when it was; reason: why sooner than OBSERVED."""

    checks: tuple[str, ...] = ()
    escort: str = ""
    at: datetime | None = None
    reason: str = ""

    @property
    def missing(self) -> list[str]:
        """Return what was not ticked."""
        return [check for check in CHECKS if check not in self.checks]

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it."""
        more = {"escort": self.escort, "at": self.at, "reason": self.reason}
        return saying.said(checks=list(self.checks), **more)

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "Discharge":
        """Read what a report says; raises ValueError."""
        checks = says.get("checks", [])
        if type(checks) is not list or any(check not in CHECKS for check in checks):
            raise ValueError("checks that nobody makes")
        return cls(
            tuple(check for check in CHECKS if check in checks),
            saying.text(says, "escort", LONGEST_NAME),
            saying.moment(says, "at"),
            saying.text(says, "reason", LONGEST_REASON),
        )


NOT_YET = Discharge()


def observed(last_dose: datetime | None, at: datetime | None) -> timedelta | None:
    """Return how long somebody was watched after the last dose, None where one is not known."""
    return None if last_dose is None or at is None else at - last_dose
