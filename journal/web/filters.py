"""Dates, durations, numbers and written words, ready for a template."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, ngettext
from flask_babel import gettext as _

from journal import clock
from journal.web.markdown import markdown
from journal.web.zone import zone

DAY = "d MMMM y"
CLOCK = "HH:mm"


def register(app: Flask) -> None:
    """Give the templates every filter of this module."""
    every = (day, short_day, weekday, at_clock, moment, when, local_input, duration, number)
    for named in (*every, markdown):
        app.jinja_env.filters[named.__name__] = named


def day(value: datetime | date) -> str:
    """Return "22 November 2026", in the person's zone."""
    text = format_datetime(value, DAY) if isinstance(value, datetime) else format_date(value, DAY)
    return str(text)


def short_day(value: datetime | date) -> str:
    """Return "22 Nov 2026" on one line, in the person's zone, for a narrow column."""
    told = value if not isinstance(value, datetime) else local(value).date()
    return str(format_date(told, "d MMM y")).replace(" ", "\u00a0")


def weekday(value: date) -> str:
    """Return "Sunday 22 November", with the year when it is not this one."""
    this_year = value.year == clock.today(zone()).year
    return str(format_date(value, "EEEE d MMMM" if this_year else "EEEE d MMMM y"))


def at_clock(value: datetime) -> str:
    """Return "14:05", in the person's zone."""
    return str(format_datetime(value, CLOCK))


def moment(value: datetime) -> str:
    """Return "22 November 2026, 14:05", in the person's zone."""
    return str(format_datetime(value, f"{DAY}, {CLOCK}"))


def when(value: datetime) -> str:
    """Return "today, 14:05", so for yesterday and tomorrow, or the moment, in the person's zone."""
    days_ago = clock.today(zone()) - local(value).date()
    if days_ago == timedelta(-1):
        return str(_("tomorrow, %(clock)s", clock=at_clock(value)))
    if days_ago == timedelta(0):
        return str(_("today, %(clock)s", clock=at_clock(value)))
    if days_ago == timedelta(1):
        return str(_("yesterday, %(clock)s", clock=at_clock(value)))
    return moment(value)


def local_input(value: datetime) -> str:
    """Return the value of a datetime-local field, "2026-11-22T14:05", in the person's zone."""
    return local(value).strftime("%Y-%m-%dT%H:%M")


def local(value: datetime) -> datetime:
    """Return the moment in the signed-in person's zone."""
    return value.astimezone(ZoneInfo(zone()))


def duration(minutes: int) -> str:
    """Return "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    texts = [
        ngettext("%(num)s hour", "%(num)s hours", hours) if hours else "",
        ngettext("%(num)s minute", "%(num)s minutes", rest) if rest or not hours else "",
    ]
    return " ".join(text for text in texts if text)


def number(value: float | Decimal) -> str:
    """Return the number as the person's language writes it."""
    return str(format_decimal(value))
