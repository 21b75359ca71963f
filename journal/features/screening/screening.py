"""A patient's answers to the screening: they inform a professional, and decide nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from journal.features.screening.points import ANSWERS, HELPED, NO, POINTS

KIND = "screening"
SCOPE = "care"
DRAFT_SCOPE = "private"
PARTIAL = "screening/_record.html"
LONGEST_NOTE = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Screening:
    """Answers and notes by point; what was left open is not there. done: given to be read."""

    answers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    done: bool = False

    def dump(self) -> dict[str, Any]:
        """Return it as a record's content."""
        return {
            "state": "done" if self.done else "draft",
            "answers": {name: self.answers[name] for name in POINTS if name in self.answers},
            "notes": {name: self.notes[name] for name in POINTS if self.notes.get(name)},
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Screening":
        """Read a record's content."""
        answers, notes = content.get("answers", {}), content.get("notes", {})
        return cls(
            {name: answers[name] for name in POINTS if answers.get(name) in ANSWERS},
            {name: notes[name] for name in POINTS if notes.get(name)},
            content.get("state") == "done",
        )

    @property
    def missing(self) -> list[str]:
        """Return the points without an answer."""
        return [name for name in POINTS if name not in self.answers]

    @property
    def needs_help(self) -> bool:
        """Tell whether an answer asks for help at once: anything but a no, even half-way."""
        return self.answers.get(HELPED, NO) != NO

    def marks(self) -> dict[str, str]:
        """Return a short digest of each point, by which to see later that it was changed."""
        return {
            name: _digest([self.answers.get(name, ""), self.notes.get(name, "")]) for name in POINTS
        }


def id_in(scope_id: UUID) -> UUID:
    """Return the id of the one screening in a patient's care scope.

    Both sides know the scope's id, so a reader opens this one record and no other; a new start
    brings a scope of its own, and so another id.
    """
    return uuid5(scope_id, KIND)


def _digest(said: list[str]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]
