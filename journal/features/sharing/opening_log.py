"""The access log as a person reads it: by day, each line with what it was about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from journal.core.access_log import Event
from journal.core.records import Opened
from journal.web.filters import local

ENTRY, CHECK_IN = "entry", "check-in"
NAMED = 5
TITLE_LETTERS = 60


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event: the entries it names, how many more, how many check-ins, how many are gone."""

    event: Event
    entries: tuple[Opened, ...]
    more_entries: int
    check_ins: int
    only_check_in: UUID | None
    gone: int


@dataclass(frozen=True, slots=True)
class LogDay:
    """The lines of one day in the person's zone, the newest first."""

    day: date
    lines: tuple[LogLine, ...]


def by_day(events: Iterable[Event], there: Mapping[UUID, Opened]) -> list[LogDay]:
    """Group events, which come newest first; there: the records that still exist."""
    lines = (_line(event, there) for event in events)
    return [
        LogDay(day, tuple(of_day))
        for day, of_day in groupby(lines, key=lambda line: local(line.event.at).date())
    ]


def title_of(record: Opened) -> str:
    """Return what an entry is called: its title, else its first words, else nothing."""
    title = str(record.content.get("title") or "").strip()
    if title:
        return title
    words = " ".join(str(record.content.get("body") or "").split())
    if len(words) <= TITLE_LETTERS:
        return words
    # Cut between words where there are any: not every language has spaces.
    cut = words[:TITLE_LETTERS]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}…"


def _line(event: Event, there: Mapping[UUID, Opened]) -> LogLine:
    found = [there[record] for record in event.records if record in there]
    entries = [record for record in found if record.kind == ENTRY]
    check_ins = [record for record in found if record.kind == CHECK_IN]
    return LogLine(
        event,
        tuple(entries[:NAMED]),
        len(entries[NAMED:]),
        len(check_ins),
        check_ins[0].id if len(check_ins) == 1 else None,
        len(event.records) - len(found),
    )
