"""What stays after a session: an insight, a practice it leads to, and what came of that later."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from journal.core.scopes import CARE, PRIVATE

INSIGHT, PRACTICE, REVISIT, AFTER_EFFECTS = "insight", "practice", "revisit", "after-effects"
SCOPES = (PRIVATE, CARE)
LONGEST_WORDS = 10_000  # letters
LONGEST_LINE = 200
REVISITED_AFTER = (7, 30, 90)  # days from the practice's own first day
KEPT, CHANGED, LET_GO = "kept", "changed", "let-go"


class Piece(Protocol):
    """What all of them can do."""

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""

    @property
    def title(self) -> str:
        """Return its first words, as a list shows them."""


@dataclass(frozen=True, slots=True)
class Insight:
    """Something seen, in own words. entry: the id of the one it was taken from, or ""; session:
    the number of the session before it, 0 for none.
    """

    words: str
    entry: str = ""
    session: int = 0

    @property
    def title(self) -> str:
        """Return its first words."""
        return first_words(self.words)

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""
        return asdict(self)

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Insight":
        """Read a record's content."""
        return cls(content["words"], content.get("entry", ""), content.get("session", 0))


@dataclass(frozen=True, slots=True)
class Practice:
    """Something to do because of it, how often, and from which day on; insight: an id, or ""."""

    words: str
    often: str
    begins: date
    insight: str = ""
    session: int = 0

    @property
    def title(self) -> str:
        """Return its first words."""
        return first_words(self.words)

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""
        return asdict(self) | {"begins": self.begins.isoformat()}

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Practice":
        """Read a record's content."""
        return cls(
            content["words"],
            content.get("often", ""),
            date.fromisoformat(content["begins"]),
            content.get("insight", ""),
            content.get("session", 0),
        )


@dataclass(frozen=True, slots=True)
class Revisit:
    """What came of a practice so many days after it began; about: its words, as they were then."""

    practice: str
    after: int
    outcome: str
    words: str = ""
    about: str = ""

    @property
    def title(self) -> str:
        """Return its first words."""
        return first_words(self.words or self.about)

    def dump(self) -> dict[str, Any]:
        """Return the content of its record."""
        return asdict(self)

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Revisit":
        """Read a record's content."""
        return cls(
            content["practice"],
            content["after"],
            content["outcome"],
            content.get("words", ""),
            content.get("about", ""),
        )


Load = Callable[[Mapping[str, Any]], Any]


def first_words(text: str, most: int = 60) -> str:
    """Return the first line, cut between words."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= most else f"{line[:most].rpartition(' ')[0]} …"


def id_in(text: str) -> UUID | None:
    """Return the id that a piece names, None for none."""
    return UUID(text) if text else None
