"""JSON read strictly, and FHIR's values taken out of it with every objection under its path."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

MOST_BYTES = 512 * 1024
DEEPEST = 24  # levels of JSON; a form is nested by people, not by the thousand
LONGEST_TEXT = 2_000  # characters
FAR = 10**9
Node = Mapping[str, Any]


class Refused(Exception):
    """A questionnaire that can't be taken; `reasons` are lines, each "where: why"."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = tuple(reasons)


@dataclass
class Objections:
    """What is wrong, each with its place, gathered so that one look shows all."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, why: str) -> None:
        """Note one."""
        self.found.append(f"{where}: {why}")

    def refuse(self) -> None:
        """Raise Refused when there is any."""
        if self.found:
            raise Refused(self.found)


def read_json(source: bytes) -> Node:
    """Return the object that the bytes hold; Refused for anything that two programs read apart."""
    if len(source) > MOST_BYTES:
        raise Refused([f"file: it is larger than {MOST_BYTES // 1024} KB"])
    try:
        found = json.loads(
            source.decode("utf-8-sig"),
            object_pairs_hook=_once_each,
            parse_constant=_no_constant,
            parse_float=Decimal,
        )
    except (ValueError, RecursionError) as error:
        raise Refused([f"file: this is not JSON in UTF-8 ({error})"]) from error
    if not isinstance(found, dict) or depth_of(found) > DEEPEST:
        raise Refused(["file: this is no FHIR resource"])
    return found


def depth_of(found: Any) -> int:
    """Return how deep lists and objects lie in each other."""
    if not isinstance(found, dict | list):
        return 0
    inside: list[Any] = list(found.values()) if isinstance(found, dict) else found
    return 1 + max((depth_of(one) for one in inside), default=0)


def text_of(node: Node, name: str, where: str, wrong: Objections) -> str:
    """Return a text, stripped; empty when there is none."""
    value = node.get(name, "")
    if not isinstance(value, str):
        wrong.add(f"{where}.{name}", "this is no text")
        return ""
    if len(value) > LONGEST_TEXT:
        wrong.add(f"{where}.{name}", f"it is longer than {LONGEST_TEXT} characters")
    return value.strip()


def flag_of(node: Node, name: str, where: str, wrong: Objections) -> bool:
    """Return a boolean, False when there is none."""
    value = node.get(name, False)
    if not isinstance(value, bool):
        wrong.add(f"{where}.{name}", "this is neither true nor false")
        return False
    return value


def nodes_of(node: Node, name: str, where: str, wrong: Objections) -> list[tuple[str, Node]]:
    """Return each object of a list with its place."""
    value = node.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        wrong.add(f"{where}.{name}", "this is no list of objects")
        return []
    return [(f"{where}.{name}[{at}]", one) for at, one in enumerate(value)]


def node_of(node: Node, name: str, where: str, wrong: Objections) -> Node:
    """Return an object, empty when there is none."""
    value = node.get(name, {})
    if not isinstance(value, dict):
        wrong.add(f"{where}.{name}", "this is no object")
        return {}
    return value


def whole_of(value: Any) -> int | None:
    """Return a whole number, however it is written; None for all else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if not -FAR <= value <= FAR:  # a short exponent makes a number that no memory holds
        return None
    return int(value) if value == int(value) else None


def everywhere(found: Any, where: str) -> Iterator[tuple[str, Node]]:
    """Yield every object at any depth with its place."""
    if isinstance(found, dict):
        yield where, found
        for name, value in found.items():
            yield from everywhere(value, f"{where}.{name}")
    elif isinstance(found, list):
        for at, value in enumerate(found):
            yield from everywhere(value, f"{where}[{at}]")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
