"""Somebody's reminders as a calendar (RFC 5545), in words that tell a bystander nothing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from journal.core.reminding import Kept

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LASTS = timedelta(minutes=10)
# A calendar program reads the feed again every day; its clock changes are told this far.
AHEAD = timedelta(days=3 * 365)


def draw(kept: Kept | None, uid: str, now: datetime) -> bytes:
    """Return the calendar; without reminders it is empty, and what was in it goes away."""
    # It takes a while to load, and few workers ever need it.
    from icalendar import Alarm, Calendar, Event, Timezone

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Afterglow//EN")
    calendar.add("x-wr-calname", _("Reminders"))
    calendar.add("refresh-interval", timedelta(hours=12), {"VALUE": "DURATION"})
    if kept is None or not kept.wish.on:
        return bytes(calendar.to_ical())
    zone, wish = ZoneInfo(kept.zone), kept.wish
    first = _first_day(kept, now.astimezone(zone).date())
    begins = datetime.combine(first, time(*divmod(wish.minute, 60)), zone)
    calendar.add_component(Timezone.from_tzid(kept.zone, first_date=first, last_date=first + AHEAD))
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", begins)
    event.add("duration", LASTS)
    event.add("rrule", {"freq": "weekly", "byday": [CODES[day] for day in wish.days]})
    event.add("summary", _("Reminder"))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Reminder"))
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _first_day(kept: Kept, today: date) -> date:
    """The first day that counts: an event must begin on a day of its own rule."""
    days = (today + timedelta(days=ahead) for ahead in range(7))
    return next(day for day in days if day.weekday() in kept.wish.days)
