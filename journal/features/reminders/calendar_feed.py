"""Somebody's reminders as a calendar (RFC 5545), in words that tell a bystander nothing."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from journal.core.reminding import Kept
from journal.features.reminders.calendar_zone import changes

if TYPE_CHECKING:
    from icalendar import Event, Timezone

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LASTS = timedelta(minutes=10)
# A calendar program reads the feed again every day; its clock changes are told this far.
DAYS_AHEAD = 3 * 365


def draw(kept: Kept | None, uid: str, now: datetime) -> bytes:
    """Return the calendar; without reminders it is empty, and what was in it goes away."""
    # It takes a while to load, and few workers ever need it.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Afterglow//EN")
    calendar.add("x-wr-calname", _("Reminders"))
    calendar.add("refresh-interval", timedelta(hours=12), {"VALUE": "DURATION"})
    events = [] if kept is None else [*_events(kept, uid, now)]
    if kept is not None and events:
        calendar.add_component(_zone(kept.zone, now.astimezone(ZoneInfo(kept.zone)).date()))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(kept: Kept, uid: str, now: datetime) -> Iterator["Event"]:
    """The weekly one, and one for each single day: alike, so that nothing tells them apart."""
    zone, wish = ZoneInfo(kept.zone), kept.wish
    if wish.on:
        first = _first_day(kept, now.astimezone(zone).date())
        begins = datetime.combine(first, time(*divmod(wish.minute, 60)), zone)
        event = _event(uid, begins, now)
        event.add("rrule", {"freq": "weekly", "byday": [CODES[day] for day in wish.days]})
        yield event
    for due in kept.singles(now):
        yield _event(f"{due.day:%Y%m%d}-{uid}", due.at.astimezone(zone), now)


def _event(uid: str, begins: datetime, now: datetime) -> "Event":
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", begins)
    event.add("duration", LASTS)
    event.add("summary", _("Reminder"))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Reminder"))
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event


def _zone(name: str, first: date) -> "Timezone":
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    made = Timezone()
    made.add("tzid", name)
    for change in changes(name, first, DAYS_AHEAD):
        part = TimezoneDaylight() if change.summer else TimezoneStandard()
        part.add("dtstart", change.wall)
        part.add("tzoffsetfrom", change.before)
        part.add("tzoffsetto", change.after)
        part.add("tzname", change.name)
        made.add_component(part)
    return made


def _first_day(kept: Kept, today: date) -> date:
    """The first day that counts: an event must begin on a day of its own rule."""
    days = (today + timedelta(days=ahead) for ahead in range(7))
    return next(day for day in days if day.weekday() in kept.wish.days)
