"""What a patient notes of medicines: a change of one, own use, and a short check of the body."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from journal.web.fields import LEVELS, SEVERE

CHANGE, USE, CHECK = "medication", "exposure", "body-check"  # kinds as stored
SCOPE = "medications"
LONGEST_NAME, LONGEST_LINE, LONGEST_WORDS = 120, 80, 2_000  # letters


class What(StrEnum):
    """What became of a medicine on a day."""

    STARTED = "started"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"


WHATS: Mapping[str, LazyString] = {
    What.STARTED: _l("Started"),
    What.CHANGED: _l("Amount changed"),
    What.PAUSED: _l("Paused"),
    What.RESUMED: _l("Taken again"),
    What.STOPPED: _l("Stopped"),
}
WHYS: Mapping[str, LazyString] = {
    "craving": _l("A strong pull to take it"),
    "others": _l("With others"),
    "alone": _l("Alone"),
}
ASKED: Mapping[str, LazyString] = {
    "urinary": _l("Pain or trouble when you pass water"),
    "craving": _l("A strong pull to take ketamine, or something else"),
}
# For lists, where the same words come again and again.
IN_SHORT: Mapping[str, LazyString] = {
    "urinary": _l("Passing water"),
    "craving": _l("Pull to take something"),
}


class Piece(Protocol):
    """What all of them can do."""

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one medicine, on a day; about: the day is not certain.

    amount, often: as the patient says them. Nothing is ever reckoned from them.
    """

    name: str
    what: What
    on: date
    about: bool = False
    amount: str = ""
    often: str = ""
    reason: str = ""

    @property
    def known_as(self) -> str:
        """Return what makes two changes those of one medicine: its name in any case."""
        return " ".join(self.name.split()).casefold()

    @property
    def taken(self) -> str:
        """Return how much and how often, as far as it was said."""
        return ", ".join(text for text in (self.amount, self.often) if text)

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""
        return asdict(self) | {"what": self.what.value, "on": self.on.isoformat()}

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Change":
        """Read a record's content."""
        return cls(
            content["name"],
            What(content["what"]),
            date.fromisoformat(content["on"]),
            content.get("about", False),
            content.get("amount", ""),
            content.get("often", ""),
            content.get("reason", ""),
        )


@dataclass(frozen=True, slots=True)
class Use:
    """Something taken outside the clinic, in the patient's words; when is its record's time."""

    what: str
    amount: str = ""
    why: tuple[str, ...] = ()
    words: str = ""

    @property
    def reasons(self) -> list[LazyString]:
        """Return what was ticked, in words."""
        return [words for name, words in WHYS.items() if name in self.why]

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""
        return asdict(self) | {"why": list(self.why)}

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Use":
        """Read a record's content."""
        return cls(
            content["what"],
            content.get("amount", ""),
            tuple(content.get("why", ())),
            content.get("words", ""),
        )


@dataclass(frozen=True, slots=True)
class Check:
    """How the body is: 0 to 3 by what is asked, what was left open is None. Nothing is added up."""

    urinary: int | None = None
    craving: int | None = None
    other: str = ""
    words: str = ""

    @property
    def told(self) -> list[tuple[LazyString, LazyString]]:
        """Return what was answered, in words."""
        return self._told(ASKED)

    @property
    def told_in_short(self) -> list[tuple[LazyString, LazyString]]:
        """Return the same for a list."""
        return self._told(IN_SHORT)

    @property
    def is_severe(self) -> bool:
        """Tell whether anything is severe."""
        return SEVERE in (self.urinary, self.craving)

    def is_worse_than(self, before: "Check") -> bool:
        """Tell whether anything is further up than it was; what was left open says nothing."""
        pairs = ((self.urinary, before.urinary), (self.craving, before.craving))
        return any(now > then for now, then in pairs if now is not None and then is not None)

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""
        return asdict(self)

    def _told(self, asked: Mapping[str, LazyString]) -> list[tuple[LazyString, LazyString]]:
        said = ((words, getattr(self, name)) for name, words in asked.items())
        return [(words, LEVELS[level]) for words, level in said if level is not None]

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Check":
        """Read a record's content."""
        return cls(
            content.get("urinary"),
            content.get("craving"),
            content.get("other", ""),
            content.get("words", ""),
        )
