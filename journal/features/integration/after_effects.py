"""How somebody is in the days after a session: what to watch for, and when to get help.

Which effects is told by the design's clinical facts; the words are our own. Nothing is added up:
the answers are the patient's, and who reads them is her choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from journal.web.fields import LEVELS, SEVERE

EFFECTS: dict[str, LazyString] = {
    "apart": _l("Feeling unreal, or apart from yourself or from what is around you"),
    "unshared": _l("Seeing or hearing things that others don't"),
    "urinary": _l("Pain or trouble when you pass water"),
    "craving": _l("A strong pull to take ketamine, or something else, again"),
    "worse": _l("Feeling worse than before the session"),
}
WORSE = "worse"
# mmHg: what a cuff can show of a person who reads it; no range means anything here.
UPPER, LOWER = range(50, 281), range(30, 181)


@dataclass(frozen=True, slots=True)
class AfterEffects:
    """One check; levels: 0 to 3 by effect, what was left open is not there. Pressures in mmHg."""

    levels: Mapping[str, int] = field(default_factory=dict)
    upper: int | None = None
    lower: int | None = None
    note: str = ""
    session: int = 0
    day: int | None = None

    @property
    def title(self) -> str:
        """Return nothing: a list of what is shared says its kind."""
        return ""

    @property
    def needs_help(self) -> bool:
        """Tell whether anything is severe, or it is worse than before."""
        return SEVERE in self.levels.values() or bool(self.levels.get(WORSE))

    @property
    def told(self) -> list[tuple[LazyString, LazyString]]:
        """Return each effect that was answered, in words, in the order of the form."""
        return [
            (words, LEVELS[self.levels[name]])
            for name, words in EFFECTS.items()
            if name in self.levels
        ]

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""
        return {
            "levels": dict(self.levels),
            "upper": self.upper,
            "lower": self.lower,
            "note": self.note,
            "session": self.session,
            "day": self.day,
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "AfterEffects":
        """Read a record's content."""
        return cls(
            content.get("levels", {}),
            content.get("upper"),
            content.get("lower"),
            content.get("note", ""),
            content.get("session", 0),
            content.get("day"),
        )
