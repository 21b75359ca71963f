"""Numbers of check-ins by local day, as a picture and its table need them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import cycle
from string import ascii_lowercase
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import format_date
from flask_babel import gettext as _

from journal.web.happened import Happened
from journal.web.usual import Usual, usual

PICTURES = (("mood", "anxiety"), ("energy", "connection"), ("sleep_hours",))
MEASURED = tuple(measure for measures in PICTURES for measure in measures)
RANGES = (7, 30, 90, 365)
USUAL_RANGE = 30
ENOUGH_DAYS = 3
STRETCHES = {90: 7, 365: 14}  # by range: the days that one number tells of
DAY_AND_MONTH = "d MMM"
TENTHS = (10, 10)
TOPS = {"sleep_hours": (12, 24)}  # where a scale ends, and where for somebody beyond that

Value = Decimal | None
Row = tuple[int, str, list[Value]]
Stretch = tuple[date, date, list[Value]]


class Mark(NamedTuple):
    """What is marked in a picture: when, its words, its shape and label, the local day's words."""

    at: datetime
    words: str
    shape: str
    label: str
    day: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a series: its measures, each one's column of the table, and its scale.

    columns: counted from 1, past the days; usuals: by measure, as Series.usuals says; top: where
    the scale from 0 ends.
    """

    measures: tuple[str, ...]
    columns: tuple[int, ...]
    usuals: Sequence[Usual | None]
    top: int


@dataclass(frozen=True, slots=True)
class Series:
    """One person's days: each measure's mean, days without any left out.

    days: length of the range; last: its last day; means: by day, oldest first; several: whether
    any mean is over more than one check-in; earlier: the days before the range, as far as they
    were given; happened: what is marked in the picture, such as medicine sessions.
    """

    days: int
    last: date
    means: Mapping[date, Mapping[str, Value]]
    several: bool
    earlier: Mapping[date, Mapping[str, Value]] = field(default_factory=dict)
    happened: Sequence[Happened] = ()

    @property
    def enough(self) -> bool:
        """Tell whether there are days enough to speak of a course at all."""
        return len(self.means) >= ENOUGH_DAYS

    @property
    def edges(self) -> tuple[date, date]:
        """Return the first and the last day of the range, so that who stopped is seen to stop."""
        return self.last - timedelta(self.days - 1), self.last

    @property
    def marks(self) -> list[Mark]:
        """Return what happened in the range, those without a label under letters."""
        letters = cycle(ascii_lowercase)
        return [
            Mark(at, words, shape, label or next(letters), self._words(at.date(), at.date()))
            for at, words, shape, label in self.happened
        ]

    @property
    def pictures(self) -> list[Picture]:
        """Return the pictures of what was ever set; their columns side by side are the table's."""
        found: list[Picture] = []
        for measures in PICTURES:
            if self._days_with(measures):
                before = sum(len(picture.measures) for picture in found)
                columns = tuple(range(before + 1, before + len(measures) + 1))
                found.append(
                    Picture(measures, columns, self.usuals(*measures), self._top(measures))
                )
        return found

    def span(self, measure: str) -> tuple[Decimal, Decimal] | None:
        """Return the lowest and the highest daily mean, None when it was never set."""
        found = [value for mean in self.means.values() if (value := mean[measure]) is not None]
        return (min(found), max(found)) if found else None

    def usuals(self, *measures: str) -> list[Usual | None]:
        """Return for each measure what is usual by the days before the last seven."""
        known = {**self.earlier, **self.means}
        return [
            usual(
                {day: value for day, mean in known.items() if (value := mean[name]) is not None},
                self.last,
            )
            for name in measures
        ]

    @property
    def stretch(self) -> int:
        """Return the days of one point: a season of days is a hedge, nobody sees a course in it."""
        return STRETCHES.get(self.days, 1)

    def rows(self, *measures: str) -> list[Row]:
        """Return the table's rows, newest first: days ago, the days' words, a value a measure.

        Days ago: from the last day of the range to the row's first. What has no value at all
        becomes one empty row, so that no line is drawn across it.
        """
        rows: list[Row] = []
        previous: date | None = None
        for first, last, values in self._stretches(measures):
            if previous is not None and first - previous > timedelta(1):
                gap = previous + timedelta(1), first - timedelta(1)
                rows.append((self._ago(gap[0]), self._words(*gap), [None] * len(measures)))
            rows.append((self._ago(first), self._words(first, last), values))
            previous = last
        return rows[::-1]

    def _stretches(self, measures: Sequence[str]) -> list[Stretch]:
        """The days' means by stretch, counted back from the last day; the first may be shorter."""
        found: dict[int, list[Mapping[str, Value]]] = {}
        for day in self._days_with(measures):
            found.setdefault(self._ago(day) // self.stretch, []).append(self.means[day])
        return [
            (
                self.last - timedelta(min((ago + 1) * self.stretch, self.days) - 1),
                self.last - timedelta(ago * self.stretch),
                [_mean(means, measure) for measure in measures],
            )
            for ago, means in found.items()
        ]

    def _days_with(self, measures: Sequence[str]) -> list[date]:
        return [
            day
            for day, mean in self.means.items()
            if any(mean[measure] is not None for measure in measures)
        ]

    def _top(self, measures: Sequence[str]) -> int:
        usual_top, most = TOPS.get(measures[0], TENTHS)
        spans = [span for measure in measures if (span := self.span(measure))]
        return most if any(high > usual_top for _low, high in spans) else usual_top

    def _ago(self, day: date) -> int:
        return (self.last - day).days

    def _words(self, first: date, last: date) -> str:
        """The days in words; a month and a year are said where they change."""
        end = str(format_date(last, _pattern(last, self.last) or DAY_AND_MONTH))
        if first == last:
            return end
        begin = str(format_date(first, _pattern(first, last) or "d"))
        return str(_("%(first)s to %(last)s", first=begin, last=end))


def range_of(text: str | None) -> int:
    """Return the days that an address asks for, the usual range when it asks for no known one."""
    return next((days for days in RANGES if text == str(days)), USUAL_RANGE)


def start_of(days: int, *, today: date, zone: str) -> datetime:
    """Return the moment at which the first day of the range begins."""
    first = today - timedelta(days - 1)
    return datetime.combine(first, time(0), ZoneInfo(zone)).astimezone(UTC)


def read_from(days: int, *, today: date, zone: str) -> datetime:
    """Return where the owner's own reading begins: a week alone would say nothing of before."""
    return start_of(max(days, USUAL_RANGE), today=today, zone=zone)


def by_day(
    check_ins: Iterable[tuple[datetime, Mapping[str, Any]]],
    *,
    days: int,
    today: date,
    zone: str,
    happened: Iterable[Happened] = (),
) -> Series:
    """Return the series of (occurred at, content of the check-in) pairs, in any order.

    A day is the local one of `zone`. What lies before the range counts only for what is usual;
    what is yet to come is left out.
    """
    local = ZoneInfo(zone)
    found: dict[date, list[Mapping[str, Any]]] = {}
    for occurred_at, content in check_ins:
        found.setdefault(occurred_at.astimezone(local).date(), []).append(content)
    first = today - timedelta(days - 1)
    told = [one._replace(at=one.at.astimezone(local)) for one in sorted(happened)]
    inside = [day for day in sorted(found) if first <= day <= today]
    return Series(
        days,
        today,
        {day: _means(found[day]) for day in inside},
        any(len(found[day]) > 1 for day in inside),
        {day: _means(found[day]) for day in sorted(found) if day < first},
        [one for one in told if first <= one.at.date() <= today],
    )


def _means(contents: Sequence[Mapping[str, Any]]) -> Mapping[str, Value]:
    return {measure: _mean(contents, measure) for measure in MEASURED}


def _mean(contents: Sequence[Mapping[str, Any]], measure: str) -> Value:
    values = [
        Decimal(str(content[measure])) for content in contents if content.get(measure) is not None
    ]
    if not values:
        return None
    exact = sum(values, Decimal(0)) / len(values)
    step = Decimal("0.01") if measure == "sleep_hours" else Decimal("0.1")
    return _plain(exact.quantize(step, ROUND_HALF_UP))


def _plain(value: Decimal) -> Decimal:
    return Decimal(f"{value.normalize():f}")


def _pattern(day: date, beside: date) -> str:
    """What has to be said of a day beside another, "" where the month is the same."""
    if day.year != beside.year:
        return "d MMM y"
    return "" if day.month == beside.month else DAY_AND_MONTH
