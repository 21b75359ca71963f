"""Pages of whole shared scopes: what a therapist opens of one, and the patient's preview of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal.core.errors import NotFound
from journal.web import copies, kinds

if TYPE_CHECKING:
    from flask_babel import LazyString

    from journal.core.opened import Lister, Opened
    from journal.web.kinds import Kind

A_PAGE = 16  # whole records: more would make a page too heavy


@dataclass(frozen=True, slots=True)
class SharedPage:
    """The page of one scope.

    title: its heading; words: what stands on the way to it; empty: said when nothing is there.
    """

    scope: str
    title: LazyString
    words: LazyString
    empty: LazyString


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one kind, newest first."""

    kind: Kind
    found: list[Opened]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows; closed: how many records did not open; older: a cursor."""

    groups: list[Group]
    closed: int
    older: str | None


_pages: dict[str, SharedPage] = {}


def register(page: SharedPage) -> None:
    """Make a page known; a second one of the same scope raises ValueError."""
    if _pages.setdefault(page.scope, page) is not page:
        raise ValueError(f"two pages show {page.scope}")


def page_of(scope: str) -> SharedPage:
    """Return the page of a scope; NotFound when no feature has one."""
    if scope not in _pages:
        raise NotFound("no such page")
    return _pages[scope]


def among(scopes: list[str]) -> list[SharedPage]:
    """Return the pages of these scopes, in their order."""
    return [_pages[scope] for scope in scopes if scope in _pages]


def shown(lister: Lister, scope: str, before: str | None) -> Shown:
    """Return one page of a scope's records by kind, as the reader opens them."""
    listed = lister(scopes=(scope,), event="opened", before=before, limit=A_PAGE)
    by_kind: dict[str, list[Opened]] = {}
    for one in listed.items:
        if one.readable:
            by_kind.setdefault(one.kind, []).append(one)
    known = [(kinds.known(name), found) for name, found in by_kind.items()]
    groups = [Group(kind, found) for kind, found in known if kind is not None]
    # A therapist's own words, which lie here as copies, come after what the patient wrote.
    groups.sort(key=lambda group: copies.is_copied(group.kind.name))
    closed = sum(not one.readable for one in listed.items)
    return Shown(groups, closed, listed.next_cursor)
