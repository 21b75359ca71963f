"""Record kinds: how each is read from its record, shown, and read from what a phone sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journal.core.records import Opened


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    name: as stored in the record ("check-in"); scope: where a new one goes; load: a record's
    content to the feature's own type; partial: the template that shows one; parse: of a kind
    that may be written on a phone while nobody is signed in, form fields to a record's content,
    raising ValueError; many: the template that shows several (`found`) together; documents: one
    record's files for other programs, by name; title: what stands in a list for one that is
    shared by itself, "" where it has none.
    """

    name: str
    scope: str
    load: Callable[[Mapping[str, Any]], Any]
    partial: str
    parse: Callable[[MultiDict[str, str]], dict[str, Any]] | None = None
    many: str = ""
    documents: Callable[[Session, Opened], Mapping[str, Mapping[str, Any]]] | None = None
    title: Callable[[Mapping[str, Any]], str] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; a second kind of the same name raises ValueError."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two record kinds are called {kind.name}")


def kind(name: str) -> Kind:
    """Return the kind of that name, KeyError when no feature registered it."""
    return _kinds[name]


def known(name: str) -> Kind | None:
    """Return the kind of that name, None when no feature registered it."""
    return _kinds.get(name)
