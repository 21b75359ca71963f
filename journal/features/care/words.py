"""Sessions in words: which day it is, when the next one is."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import format_date
from flask_babel import gettext as _

from journal.features.care.anchored import WallTime, days_after
from journal.features.care.course import Course
from journal.features.care.medicine_session import MedicineSession
from journal.web.zone import zone

A_WEEK = 7
THIS_WEEK, LATER = "EEEE", "EEEE d MMMM"


def headline(course: Course, now: datetime) -> str:
    """Return what today is in the course of treatment, "" where it is nothing in particular."""
    days, ahead = course.day(now, zone()), course.next(now, zone())
    if ahead is not None and days_after(ahead.when, now, zone()) == 0:
        return str(_("Session %(number)s is today", number=course.held + 1))
    if days == 0:
        return str(_("Session %(number)s was today", number=course.held))
    if days is not None:
        return str(_("Day %(day)s after session %(number)s", day=days, number=course.held))
    if ahead is not None:
        return coming(ahead, course.held + 1, now)
    return ""


def coming(session: MedicineSession, number: int, now: datetime) -> str:
    """Return "Session 2 is on Tuesday"; further ahead, with the date."""
    days = -days_after(session.when, now, zone())
    if days == 0:
        return str(_("Session %(number)s is today", number=number))
    if days == 1:
        return str(_("Session %(number)s is tomorrow", number=number))
    day = format_date(session.when.day, THIS_WEEK if 0 < days < A_WEEK else LATER)
    return str(_("Session %(number)s is on %(day)s", number=number, day=day))


def clock(when: WallTime) -> str:
    """Return "10:00"; with the place where that is read by other clocks than the person's own."""
    shown = time(*divmod(when.minute, 60)).strftime("%H:%M")
    if local_offset(when, when.zone) == local_offset(when, zone()):
        return shown
    place = when.zone.rpartition("/")[2].replace("_", " ")
    return str(_("%(clock)s by the clocks of %(place)s", clock=shown, place=place))


def local_offset(when: WallTime, name: str) -> object:
    """Return how far a zone's clocks are from UTC at that time."""
    return when.at.astimezone(ZoneInfo(name)).utcoffset()
