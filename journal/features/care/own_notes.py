"""What of a session stays with the therapist: her note for the record, and the CADSS total."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from journal.core.care_reports import MOST_KEPT
from journal.features.care import saying
from journal.features.care.saying import Limits

MEMBER = "own"
LONGEST_NOTE = 8000
# 23 items of 0 to 4. The score only: nobody has agreed what any of them means.
CADSS = Limits(0, 92)


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What is not copied to the patient, as it was said at one time."""

    note: str = ""
    cadss: int | None = None
    at: datetime | None = None

    @property
    def said(self) -> tuple[str, int | None]:
        """Return it without when it was said."""
        return self.note, self.cadss


NOTHING = OwnPart()


def history(content: Mapping[str, Any]) -> list[OwnPart]:
    """Return what a record holds of it, the newest first."""
    return [_read(one) for one in reversed(content.get(MEMBER, []))]


def current(content: Mapping[str, Any]) -> OwnPart:
    """Return the newest of it."""
    return next(iter(history(content)), NOTHING)


def added(content: Mapping[str, Any], part: OwnPart, now: datetime) -> dict[str, Any] | None:
    """Return the members that hold it from now on, None where it says nothing new."""
    if part.said == current(content).said:
        return None
    newest = saying.said(at=now, note=part.note, cadss=part.cadss)
    return {MEMBER: [*content.get(MEMBER, []), newest][-MOST_KEPT:]}


def _read(kept: Mapping[str, Any]) -> OwnPart:
    at = datetime.fromtimestamp(kept["at"], UTC)
    return OwnPart(kept.get("note", ""), kept.get("cadss"), at)
