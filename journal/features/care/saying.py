"""Reading what a report says, member by member: somebody else wrote it, so nothing is trusted."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

MOST_ROWS = 20
EARLIEST, LATEST = 0, 7_258_118_400  # epoch seconds: 1970 to 2200, which every calendar can show

One = TypeVar("One")


class Limits(NamedTuple):
    """The whole numbers that something can be, both ends included."""

    low: int
    high: int

    def hold(self, number: int) -> bool:
        """Tell whether a number lies between them."""
        return self.low <= number <= self.high


def whole(says: Mapping[str, Any], name: str, limits: Limits) -> int | None:
    """Return a whole number, None where nothing is said; raises ValueError."""
    number = says.get(name)
    if number is None:
        return None
    if type(number) is not int or not limits.hold(number):
        raise ValueError(f"{name} is no number that it can be")
    return number


def needed(says: Mapping[str, Any], name: str, limits: Limits) -> int:
    """Return a whole number that must be there; raises ValueError."""
    number = whole(says, name, limits)
    if number is None:
        raise ValueError(f"{name} is missing")
    return number


def text(says: Mapping[str, Any], name: str, most: int) -> str:
    """Return a short text, "" where nothing is said; raises ValueError."""
    said = says.get(name, "")
    if type(said) is not str or len(said) > most:
        raise ValueError(f"{name} is no short text")
    return said


def moment(says: Mapping[str, Any], name: str) -> datetime | None:
    """Return an instant (UTC), None where nothing is said; raises ValueError."""
    seconds = whole(says, name, Limits(EARLIEST, LATEST))
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def at(says: Mapping[str, Any], name: str = "at") -> datetime:
    """Return an instant (UTC) that must be there; raises ValueError."""
    found = moment(says, name)
    if found is None:
        raise ValueError(f"{name} is missing")
    return found


def rows(
    says: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], One]
) -> tuple[One, ...]:
    """Return what is said several times over, each read alike; raises ValueError."""
    found = says.get(name, [])
    if type(found) is not list or len(found) > MOST_ROWS:
        raise ValueError(f"{name} is no short list")
    if not all(isinstance(row, dict) for row in found):
        raise ValueError(f"{name} holds something else")
    return tuple(read(row) for row in found)


def part(says: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what is said under one name, {} where nothing is; raises ValueError."""
    found = says.get(name, {})
    if type(found) is dict:
        return found
    raise ValueError(f"{name} holds something else")


def said(**members: object) -> dict[str, Any]:
    """Return what there is to say: moments as epoch seconds, and nothing for what is not known."""
    kept = ((name, value) for name, value in members.items() if value not in (None, "", [], ()))
    return {name: _plain(value) for name, value in kept}


def dumped(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what each row says."""
    return [row.dump() for row in rows]


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, datetime) else value
