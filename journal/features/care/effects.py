"""What somebody felt during a session, and what went wrong, each with how strong it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from journal.features.care import saying
from journal.features.care.saying import Limits

# Asked after each time; anything else is named by whoever records it.
ASKED = ("dissociation", "hallucinations", "blood-pressure")
LONGEST_NAME = 80
LONGEST_TEXT = 400


class Severity(IntEnum):
    """How strong something was."""

    NONE = 0
    MILD = 1
    MODERATE = 2
    SEVERE = 3


class Outcome(StrEnum):
    """What became of something that went wrong."""

    RESOLVED = "resolved"
    LASTING = "lasting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect: a name of ASKED, or somebody's own words."""

    name: str
    severity: Severity
    began: datetime | None = None
    ended: datetime | None = None

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it."""
        more = {"began": self.began, "ended": self.ended}
        return saying.said(name=self.name, severity=self.severity.value, **more)

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "Effect":
        """Read what a report says; raises ValueError."""
        return cls(
            _named(says, "name", LONGEST_NAME),
            _severity(says, Severity.NONE),
            *_stretch(says, "began", "ended"),
        )


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """Something that went wrong: what was done about it, and what became of it."""

    what: str
    severity: Severity
    done: str = ""
    outcome: Outcome | None = None
    resolved_at: datetime | None = None

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it."""
        outcome = None if self.outcome is None else self.outcome.value
        more = {"done": self.done, "outcome": outcome, "resolved": self.resolved_at}
        return saying.said(what=self.what, severity=self.severity.value, **more)

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "AdverseEvent":
        """Read what a report says; raises ValueError."""
        outcome = saying.text(says, "outcome", 20)
        return cls(
            _named(says, "what", LONGEST_TEXT),
            _severity(says, Severity.MILD),
            saying.text(says, "done", LONGEST_TEXT),
            Outcome(outcome) if outcome else None,
            saying.moment(says, "resolved"),
        )


def _named(says: Mapping[str, Any], name: str, most: int) -> str:
    found = saying.text(says, name, most)
    if not found:
        raise ValueError(f"{name} is missing")
    return found


def _severity(says: Mapping[str, Any], least: Severity) -> Severity:
    return Severity(saying.needed(says, "severity", Limits(least, Severity.SEVERE)))


def _stretch(
    says: Mapping[str, Any], first: str, last: str
) -> tuple[datetime | None, datetime | None]:
    began, ended = saying.moment(says, first), saying.moment(says, last)
    if began is not None and ended is not None and ended < began:
        raise ValueError("an end before its beginning")
    return began, ended
