"""The access log as a person reads it: by day, each line with what it was about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from journal.core.access_log import Event, Line
from journal.core.records import Opened
from journal.web.filters import local
from journal.web.room import bytes_of

ENTRY, CHECK_IN = "entry", "check-in"
LISTED = "listed"
NAMED = 5
TITLE_LETTERS = 60
MARKUP, LINK = 240, 120  # bytes of a line, and of each entry it names


@dataclass(frozen=True, slots=True)
class Look:
    """One event, or the same titles shown to the same reader several times on one day."""

    lines: tuple[Line, ...]

    def told(self) -> "ToldLook":
        """Return it in plain words, each of its lines verified."""
        events = [line.event() for line in self.lines]
        newest = replace(events[0], genuine=all(event.genuine for event in events))
        return ToldLook(newest, len(events), events[-1].at)


@dataclass(frozen=True, slots=True)
class ToldLook:
    """The newest of some equal events, how many they are, and when the first of them was."""

    event: Event
    times: int
    since: datetime


@dataclass(frozen=True, slots=True)
class LogLine:
    """One look: the entries it names, how many more, how many check-ins, how many are gone."""

    look: ToldLook
    entries: tuple[Opened, ...]
    more_entries: int
    check_ins: int
    only_check_in: UUID | None
    gone: int

    @property
    def event(self) -> Event:
        """Return the newest event of the look."""
        return self.look.event


@dataclass(frozen=True, slots=True)
class LogDay:
    """The lines of one day in the person's zone, the newest first."""

    day: date
    lines: tuple[LogLine, ...]


def looks(lines: Iterable[Line]) -> Iterator[Look]:
    """Put together what was only listed again that day; lines come newest first.

    Every event stays in the log and is counted; what was opened stands out between them.
    """
    for _day, of_day in groupby(lines, key=lambda line: local(line.glimpse.at).date()):
        found: dict[object, list[Line]] = {}
        for line in of_day:
            same = (line.log.target.grant_id, line.glimpse.records)
            alone = (line.log.target.grant_id, line.place)
            found.setdefault(same if line.glimpse.name == LISTED else alone, []).append(line)
        yield from (Look(tuple(equal)) for equal in found.values())


def by_day(looks: Iterable[ToldLook], there: Mapping[UUID, Opened]) -> list[LogDay]:
    """Group looks, which come newest first; there: the records that still exist."""
    lines = (_line(look, there) for look in looks)
    return [
        LogDay(day, tuple(of_day))
        for day, of_day in groupby(lines, key=lambda line: local(line.event.at).date())
    ]


def weight(look: ToldLook, there: Mapping[UUID, Opened]) -> int:
    """Return about how many bytes of a page a look takes."""
    line = _line(look, there)
    titles = sum(LINK + bytes_of(title_of(entry)) for entry in line.entries)
    return MARKUP + bytes_of(line.event.reader_name) + titles


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


def _line(look: ToldLook, there: Mapping[UUID, Opened]) -> LogLine:
    event = look.event
    found = [there[record] for record in event.records if record in there]
    entries = [record for record in found if record.kind == ENTRY]
    check_ins = [record for record in found if record.kind == CHECK_IN]
    return LogLine(
        look,
        tuple(entries[:NAMED]),
        len(entries[NAMED:]),
        len(check_ins),
        check_ins[0].id if len(check_ins) == 1 else None,
        len(event.records) - len(found),
    )
