"""A therapist's assessment: what she found at each point, and how she signed it off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l

from journal.features.screening.points import POINTS
from journal.features.screening.screening import LONGEST_NOTE
from journal.web.assessed import OUTCOMES, REVIEW, SUITABLE, UNSUITABLE

KIND = "assessment"  # the patient's copy
OWN_KIND = "assessment-record"  # the therapist's own record of it
FINDINGS_KIND = "assessment-findings"  # her own too, and no copy of it
PARTIAL = "screening/_assessment.html"
LONGEST_REASON = 2_000  # characters

ABSENT, PRESENT, UNCLEAR = "absent", "present", "unclear"
FOUND = {
    ABSENT: _l("No sign of it"),
    PRESENT: _l("It is so"),
    UNCLEAR: _l("To be clarified"),
}
OUTCOME_WORDS = {
    SUITABLE: _l("Suitable"),
    REVIEW: _l("Needs medical review"),
    UNSUITABLE: _l("Not suitable"),
}
# mmHg: beyond these a number was mistyped, whatever it means.
SYSTOLIC, DIASTOLIC = range(50, 301), range(20, 201)


@dataclass(frozen=True, slots=True)
class Findings:
    """What she found by point, her notes, a blood pressure in mmHg; and what she had read.

    seen: a digest by point of the answers she signed off over; seen_version: of their record, 0
    where none was shared with her.
    """

    found: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    systolic: int | None = None
    diastolic: int | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    seen_version: int = 0

    def dump(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "found": {name: self.found[name] for name in POINTS if self.found.get(name)},
            "notes": {name: self.notes[name] for name in POINTS if self.notes.get(name)},
            "systolic": self.systolic,
            "diastolic": self.diastolic,
            "seen": dict(self.seen),
            "seen_version": self.seen_version,
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Findings":
        """Read what was kept."""
        return cls(
            dict(content.get("found", {})),
            dict(content.get("notes", {})),
            content.get("systolic"),
            content.get("diastolic"),
            dict(content.get("seen", {})),
            content.get("seen_version", 0),
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """A sign-off; found, notes and pressure only where she put them into the patient's copy."""

    outcome: str
    reason: str
    found: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    systolic: int | None = None
    diastolic: int | None = None

    def says(self) -> dict[str, Any]:
        """Return what a report says of it: whole numbers and short texts."""
        found = {f"finding-{name}": self.found[name] for name in POINTS if self.found.get(name)}
        notes = {f"note-{name}": self.notes[name] for name in POINTS if self.notes.get(name)}
        pressure = {"systolic": self.systolic, "diastolic": self.diastolic}
        measured = {name: value for name, value in pressure.items() if value is not None}
        return {"outcome": self.outcome, "reason": self.reason, **found, **notes, **measured}

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "Assessment":
        """Read what a report says; ValueError for what no page could show. Another wrote it."""
        outcome, reason = says.get("outcome"), says.get("reason")
        if outcome not in OUTCOMES or not _is_text(reason, LONGEST_REASON):
            raise ValueError("a sign-off without outcome or reason")
        outcome, reason = str(outcome), str(reason)
        found = {name: says[f"finding-{name}"] for name in POINTS if f"finding-{name}" in says}
        notes = {name: says[f"note-{name}"] for name in POINTS if f"note-{name}" in says}
        # A list is in no dict: asking after one raises what no copy is refused for.
        if not all(value in (*FOUND,) for value in found.values()):
            raise ValueError("a finding that is none")
        if not all(_is_text(text, LONGEST_NOTE) for text in notes.values()):
            raise ValueError("a note that is no text")
        pressure = says.get("systolic"), says.get("diastolic")
        if pressure != (None, None) and not is_pressure(*pressure):
            raise ValueError("no blood pressure")
        return cls(outcome, reason, found, notes, *pressure)

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Assessment":
        """Read a record's content: the newest of its reports."""
        return cls.read(content["reports"][-1]["report"]["says"])


def is_pressure(systolic: object, diastolic: object) -> bool:
    """Tell whether two numbers can be a blood pressure in mmHg."""
    if type(systolic) is not int or type(diastolic) is not int:
        return False
    return systolic in SYSTOLIC and diastolic in DIASTOLIC and diastolic < systolic


def own_id(grant_id: UUID, kind: str) -> UUID:
    """Return the id of a therapist's own record of this kind about the patient of a grant."""
    return uuid5(grant_id, kind)


def _is_text(text: object, longest: int) -> bool:
    return isinstance(text, str) and bool(text.strip()) and len(text) <= longest
