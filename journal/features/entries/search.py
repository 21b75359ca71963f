"""What somebody looks for in a journal: words, a tag, days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from journal.features.entries import words
from journal.features.entries.entry import Entry
from journal.web.forms import tidy_line

LONGEST_QUERY = 300
YEARS = range(1900, 2201)
LOOK_UP_EVERY = 50


@dataclass(frozen=True, slots=True)
class Search:
    """The fields as they were typed, and what they mean; times are aware and in UTC."""

    query: str = ""
    tag: str = ""
    first_day: str = ""
    last_day: str = ""
    words: tuple[str, ...] = ()
    folded_tag: str = ""
    start: datetime | None = None
    end: datetime | None = None
    bad_day: bool = False

    @property
    def asks(self) -> bool:
        """Tell whether anything is looked for at all."""
        return bool(self.words or self.folded_tag or self.start or self.end)

    def address(self, **further: str) -> str:
        """Return the address of this search, empty fields left out."""
        pairs = {"q": self.query, "tag": self.tag, "from": self.first_day, "to": self.last_day}
        given: dict[str, Any] = {name: value for name, value in pairs.items() if value} | further
        return url_for("entries.index", **given)

    def finds(self, entry: Entry, occurred_at: datetime) -> bool:
        """Tell whether this entry is meant: all the words, and the tag, and the days."""
        if self.end is not None and occurred_at >= self.end:
            return False
        if self.start is not None and occurred_at < self.start:
            return False
        if self.folded_tag and self.folded_tag not in map(words.fold, entry.tags):
            return False
        text = "\n".join((entry.title, entry.body, *entry.tags))
        return not self.words or words.contains(text, self.words)

    def sieve(self) -> Callable[[bytes], bool] | None:
        """Return what turns away most of what `finds` would, before a record is even parsed."""
        may_hold = words.sieve((*self.words, *([self.folded_tag] if self.folded_tag else ())))
        if may_hold is None or self.start is None:
            return may_hold
        # Now and then one passes whatever it says, so that the search sees when it has gone
        # beyond its first day.
        turn = count()
        return lambda record: next(turn) % LOOK_UP_EVERY == 0 or may_hold(record)


def read(fields: Mapping[str, str], zone: str) -> Search:
    """Return the search in an address's query; its days are days in this IANA zone."""
    query, tag, first_day, last_day = (
        (tidy_line(fields.get(name)) or "")[:LONGEST_QUERY] for name in ("q", "tag", "from", "to")
    )
    first, last = _day(first_day), _day(last_day)
    return Search(
        query=query,
        tag=tag,
        first_day=first_day,
        last_day=last_day,
        words=words.split(query),
        folded_tag=words.fold(tag.lstrip("#").strip()),
        start=_midnight(first, zone) if first else None,
        end=_midnight(last + timedelta(days=1), zone) if last else None,
        bad_day=bool((first_day and not first) or (last_day and not last)),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
