"""A safety plan: six parts in a person's own words, and each version of it that was kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from journal.core.opened import Opened

KIND = "safety-plan"
SCOPE = "safety-plan"
PARTIAL, MANY = "safety/_record.html", "safety/_versions.html"

LONGEST = 4_000  # characters of a part
LONGEST_NAME, LONGEST_NUMBER = 80, 30
MOST_CALLS = 8  # people of a part
NUMBER = re.compile(r"\+?[0-9 ()/.\-]+")
FEWEST_DIGITS, MOST_DIGITS = 2, 15


class Part(NamedTuple):
    """One part: its name in addresses, its heading, what it asks, and whether it holds people."""

    name: str
    title: LazyString
    asks: LazyString
    calls: bool = False


# The structure is that of Stanley and Brown; every word is our own.
PARTS = (
    Part(
        "warnings",
        _("What warns me"),
        _("Thoughts, feelings, places or times that tell me it is getting hard."),
    ),
    Part(
        "alone",
        _("What I can do by myself"),
        _("Things that have carried me through an hour without anybody else."),
    ),
    Part(
        "places",
        _("People and places that distract me"),
        _("Company or surroundings where my thoughts turn to something else."),
    ),
    Part(
        "people",
        _("People I can ask for help"),
        _("Whom I could tell that it is hard, and their numbers."),
        calls=True,
    ),
    Part(
        "professionals",
        _("Professionals I can call"),
        _("Therapist, doctor, crisis team: whom I would call, and their numbers."),
        calls=True,
    ),
    Part(
        "surroundings",
        _("Making my surroundings safer"),
        _("What I put out of reach, and who keeps it for me."),
    ),
)
BY_NAME = {part.name: part for part in PARTS}


class Call(NamedTuple):
    """Somebody to call: a name, a number as it was typed; either may be empty."""

    name: str
    number: str

    @property
    def address(self) -> str:
        """Return what a link dials, "" without a number."""
        digits = re.sub(r"[^0-9]", "", self.number)
        plus = "+" if self.number.startswith("+") else ""
        return f"tel:{plus}{digits}" if digits else ""


Said = str | tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a version says: parts by name, words or people; n counts the versions from 1."""

    n: int
    said: Mapping[str, Said]

    def part(self, name: str) -> Said:
        """Return what one part says, empty when it says nothing."""
        return self.said.get(name, () if BY_NAME[name].calls else "")

    def with_part(self, name: str, said: Said, n: int) -> "Plan":
        """Return the n-th version, which says something else in one part."""
        return Plan(n, {**self.said, name: said})

    @property
    def is_empty(self) -> bool:
        """Tell whether no part says anything."""
        return not any(self.said.values())

    def dump(self) -> dict[str, Any]:
        """Return it as a record's content."""
        parts = {
            name: said if isinstance(said, str) else [list(call) for call in said]
            for name, said in self.said.items()
            if said
        }
        return {"n": self.n, "parts": parts}

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Plan":
        """Read a record's content; a part that this version does not know is left out."""
        parts = {
            name: said if isinstance(said, str) else tuple(Call(*call) for call in said)
            for name, said in content.get("parts", {}).items()
            if name in BY_NAME
        }
        return cls(content.get("n", 0), parts)


EMPTY = Plan(0, {})


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was kept, with its record."""

    record: Opened
    plan: Plan

    @property
    def id(self) -> UUID:
        """Return its record's id."""
        return self.record.id


def is_number(text: str) -> bool:
    """Tell whether a phone could dial it."""
    digits = sum(letter.isdigit() for letter in text)
    return bool(NUMBER.fullmatch(text)) and FEWEST_DIGITS <= digits <= MOST_DIGITS
