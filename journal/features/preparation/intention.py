"""An intention: written before a session, and looked at again after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from journal.core.scopes import CARE, PRIVATE

KIND = "intention"
SCOPES = (PRIVATE, CARE)
LONGEST = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Intention:
    """Its words, what came of it, and the session it was for (hex, "" before one was planned)."""

    body: str
    came: str = ""
    session: str = ""

    def dump(self) -> dict[str, Any]:
        """Return it as a record's content."""
        return {"body": self.body, "came": self.came, "session": self.session}

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Intention":
        """Read a record's content."""
        return cls(
            content.get("body") or "", content.get("came") or "", content.get("session") or ""
        )
