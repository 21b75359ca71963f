"""The directory of help lines: numbers, how to reach them, and when somebody last tried them.

It lies in a file of the instance that the operator's commands write, else it is the shipped one.
A file that can't be read is never the reason that nobody finds a number.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

SHIPPED = Path(__file__).with_name("help_lines.json")
FILE = "help-lines.json"  # in the instance
KINDS = ("crisis", "emergency")
WAYS = ("call", "text")
NUMBER = re.compile(r"\+?[0-9]{3,15}")
COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST_NAME = 60
LARGEST = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One line; verified_on is None until somebody at the clinic has tried it; name may be ""."""

    kind: str
    number: str
    ways: tuple[str, ...]
    verified_on: date | None
    name: str = ""

    def is_stale(self, today: date, days: int) -> bool:
        """Tell whether nobody has tried it in so many days."""
        return self.verified_on is None or self.verified_on < today - timedelta(days)


@dataclass(frozen=True, slots=True)
class Country:
    """The lines of one country, by its ISO 3166 code, in the order of the page."""

    code: str
    lines: tuple[HelpLine, ...]


Countries = tuple[Country, ...]


class Directory(NamedTuple):
    """What is shown; own: it is the clinic's file; wrong: that file is there and can't be used."""

    countries: Countries
    own: bool
    wrong: bool

    def lines(self) -> list[tuple[str, HelpLine]]:
        """Return every line with its country's code."""
        return [(country.code, line) for country in self.countries for line in country.lines]


_seen: dict[Path, tuple[object, Directory]] = {}


def directory(instance: Path) -> Directory:
    """Return the directory of an instance, read again when its file has changed.

    A file that went wrong leaves the last good one that was read here, else the shipped one.
    """
    path = instance / FILE
    stamp, before = _stamp(path), _seen.get(path)
    if before is not None and before[0] == stamp:
        return before[1]
    found = _read(path, before[1] if before else None, missing=stamp is None)
    _seen[path] = (stamp, found)
    return found


def load(found: Sequence[Mapping[str, Any]]) -> Countries:
    """Read a file's content; raises ValueError."""
    try:
        return tuple(
            Country(_code(one["country"]), tuple(_line(line) for line in one["lines"]))
            for one in found
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the directory has another shape") from error


def dump(countries: Countries) -> str:
    """Return a file's content."""
    listed = [
        {"country": country.code, "lines": [_plain(line) for line in country.lines]}
        for country in countries
    ]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def keep(instance: Path, countries: Countries) -> None:
    """Write the clinic's own directory: whoever reads meanwhile has the old one or the new one."""
    path = instance / FILE
    beside = path.with_suffix(f".{os.getpid()}.new")
    text = dump(load(json.loads(dump(countries))))
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def with_line(countries: Countries, code: str, line: HelpLine) -> Countries:
    """Return the directory with a line more, or in the place of the one with its number."""
    if code not in {country.code for country in countries}:
        countries = (*countries, Country(code, ()))
    return tuple(
        replace(country, lines=_put(country.lines, line)) if country.code == code else country
        for country in countries
    )


def without_line(countries: Countries, code: str, number: str) -> Countries:
    """Return the directory without a line, and without a country that has none left."""
    kept = (
        replace(country, lines=tuple(line for line in country.lines if line.number != number))
        if country.code == code
        else country
        for country in countries
    )
    return tuple(country for country in kept if country.lines)


def _put(lines: Iterable[HelpLine], line: HelpLine) -> tuple[HelpLine, ...]:
    there = list(lines)
    if line.number not in {one.number for one in there}:
        return (*there, line)
    return tuple(line if one.number == line.number else one for one in there)


def _stamp(path: Path) -> object:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino


def _read(path: Path, before: Directory | None, *, missing: bool) -> Directory:
    if not missing:
        try:
            return Directory(_load_file(path), own=True, wrong=False)
        except (OSError, ValueError, RecursionError):
            if before is not None and before.own:
                return before._replace(wrong=True)
    return Directory(_load_file(SHIPPED), own=False, wrong=not missing)


def _load_file(path: Path) -> Countries:
    with path.open(encoding="utf-8") as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise ValueError("the directory is too large")
    countries = load(json.loads(text))
    if not any(country.lines for country in countries):
        raise ValueError("the directory holds no line")
    return countries


def _code(text: Any) -> str:
    if not isinstance(text, str) or not COUNTRY.fullmatch(text):
        raise ValueError(f"{text!r} is no country's code")
    return text


def _line(found: Mapping[str, Any]) -> HelpLine:
    kind, number, ways = found["kind"], found["number"], tuple(found["ways"])
    name = found.get("name", "")
    # A wrong digit here is worse than no line at all.
    if kind not in KINDS or not NUMBER.fullmatch(number) or not ways or set(ways) - set(WAYS):
        raise ValueError(f"the help line {number!r} is not right")
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"the name of the help line {number!r} is not right")
    verified = found["verified_on"]
    return HelpLine(kind, number, ways, date.fromisoformat(verified) if verified else None, name)


def _plain(line: HelpLine) -> dict[str, Any]:
    verified = line.verified_on.isoformat() if line.verified_on else ""
    plain: dict[str, Any] = {"kind": line.kind, "number": line.number, "ways": list(line.ways)}
    return {**plain, "verified_on": verified, **({"name": line.name} if line.name else {})}
