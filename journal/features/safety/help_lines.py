"""The directory of help lines: numbers, how to reach them, and when somebody last tried them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("help_lines.json")
KINDS = ("crisis", "emergency")
WAYS = ("call", "text")
NUMBER = re.compile(r"\+?[0-9]{3,15}")


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One line; verified_on is None until somebody at the clinic has tried it."""

    kind: str
    number: str
    ways: tuple[str, ...]
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Country:
    """The lines of one country, by its ISO 3166 code, in the order of the page."""

    code: str
    lines: tuple[HelpLine, ...]


@cache
def directory() -> tuple[Country, ...]:
    """Return the countries of the file; raises ValueError for one that is not right."""
    return load(json.loads(FILE.read_text(encoding="utf-8")))


def load(found: Sequence[Mapping[str, Any]]) -> tuple[Country, ...]:
    """Read the file's content; raises ValueError."""
    return tuple(
        Country(one["country"], tuple(_line(line) for line in one["lines"])) for one in found
    )


def _line(found: Mapping[str, Any]) -> HelpLine:
    kind, number, ways = found["kind"], found["number"], tuple(found["ways"])
    # A wrong digit here is worse than no line at all.
    if kind not in KINDS or not NUMBER.fullmatch(number) or not ways or set(ways) - set(WAYS):
        raise ValueError(f"the help line {number!r} is not right")
    verified = found["verified_on"]
    return HelpLine(kind, number, ways, date.fromisoformat(verified) if verified else None)
