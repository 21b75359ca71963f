"""Shared entries in a therapist's brief: how the newest begin, each logged as opened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from journal.core.opened import Opened
from journal.features.entries.entry import JOURNAL, NAME
from journal.web import briefs, kinds
from journal.web.briefs import Brief
from journal.web.markdown import markdown

MOST = 4
READ, LONGEST = 2_000, 140  # letters: of the words that are looked at, and of those shown


class Line(NamedTuple):
    """One entry, or something else that was shared by itself; first: how it begins."""

    id: UUID
    title: str
    occurred_at: datetime
    first: str
    is_new: bool


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return the newest of what is shared to read; None where nothing was ever shared."""
    page = brief.lister(scopes=(JOURNAL,), singly=True, told=False, event="opened", limit=MOST)
    lines = [_line(brief, one) for one in page.items if one.readable]
    if not lines and not brief.shares(JOURNAL):
        return None
    return {"lines": lines, "older": page.next_cursor is not None}


def first_words(body: str) -> str:
    """Return how a Markdown text begins, in one line without its marks, cut between words."""
    line = " ".join(markdown(body[:READ]).striptags().split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rpartition(' ')[0]} …"


def _line(brief: Brief, one: Opened) -> Line:
    kind = kinds.known(one.kind)
    title = kind.title(one.content) if kind is not None and kind.title is not None else ""
    body = str(one.content.get("body") or "") if one.kind == NAME else ""
    return Line(one.id, title, one.occurred_at, first_words(body), brief.is_new(one.written_at))


PART = briefs.Part("entries", 30, facts, "entries/_brief.html")
