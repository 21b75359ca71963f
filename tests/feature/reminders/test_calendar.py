"""Ana's reminders in a calendar program of her own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from icalendar import Calendar

from journal import instance
from journal.core import reminding, sessions
from journal.core.reminder_times import Wanted
from journal.features.reminders.calendar_zone import NONE, changes
from tests.people import NOW
from tests.town import Town

SECOND = timedelta(seconds=1)
PAGE = "/account/reminders"


def feed_of(town: Town) -> str:
    town.ana.arrive(PAGE, f"{PAGE}/calendar")
    found = town.ana.page(PAGE).ids["feed"].strip()
    return found.removeprefix("http://127.0.0.1:8000")


def events(town: Town, path: str) -> list[object]:
    answer = town.stranger.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_it_shows_her_times_in_her_zone_and_says_nothing(town: Town) -> None:
    town.ana.arrive("/account", name="Ana", zone="Europe/Vienna", idle_minutes=15)
    town.ana.arrive(PAGE, on="y", time="20:00", days=["0", "4"])
    path = feed_of(town)
    [event] = events(town, path)
    assert str(event["summary"]) == "Reminder"  # type: ignore[index]
    raw = town.stranger.get(path).text
    assert "DTSTART;TZID=Europe/Vienna:20261123T200000" in raw
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,FR" in raw
    assert "BEGIN:VTIMEZONE" in raw
    for word in ("Ana", "ketamine", "therapy", "mood", "clinic", "Linden", "127.0.0.1"):
        assert word.casefold() not in raw.casefold()


def test_the_single_days_stand_there_too_and_say_as_little(town: Town) -> None:
    town.ana.arrive("/account", name="Ana", zone="Europe/Vienna", idle_minutes=15)
    town.ana.arrive(PAGE, on="y", course="y", time="20:00", days=["0"])
    path = feed_of(town)
    with town.database.session() as db:
        site = instance.read_site_key(town.settings)
        ana = sessions.resume(db, site, town.ana.cookies["session"], now=NOW)
        days = [Wanted(date(2026, 11, 25), 9 * 60), Wanted(date(2026, 11, 23), 20 * 60)]
        reminding.want(db, site, ana.account_id, days, now=NOW)
        db.commit()
    weekly, single = events(town, path)
    assert single["dtstart"].dt == datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Europe/Vienna"))  # type: ignore[index]
    assert "RRULE" not in single  # type: ignore[operator]
    alike = ("summary", "class", "transp", "duration")
    assert [weekly[name] for name in alike] == [single[name] for name in alike]  # type: ignore[index]
    assert weekly["uid"] != single["uid"]  # type: ignore[index]
    town.ana.post(PAGE, on="y", time="20:00", days=["0"])
    assert len(events(town, path)) == 1


def test_the_calendar_states_every_zones_changes_at_their_very_second() -> None:
    first = date(2026, 11, 22)
    for name in sorted(available_timezones()):
        zone, begun = ZoneInfo(name), True
        for change in changes(name, first, 400):
            at = change.wall.replace(tzinfo=UTC) - change.before
            offsets = [(at - ago).astimezone(zone).utcoffset() for ago in (SECOND, NONE)]
            expected = [change.after, change.after] if begun else [change.before, change.after]
            assert offsets == expected, (name, change)
            begun = False
    spring = [change for change in changes("Europe/Vienna", first, 400) if change.summer]
    assert [change.wall for change in spring] == [datetime(2027, 3, 28, 2, 0)]  # noqa: DTZ001


def test_it_follows_her_and_empties_when_she_stops(town: Town) -> None:
    town.ana.arrive(PAGE, on="y", time="20:00", days=["0"])
    path = feed_of(town)
    town.ana.arrive(PAGE, on="y", time="07:30", days=["0"])
    [event] = events(town, path)
    assert event["dtstart"].dt.astimezone(UTC) == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # type: ignore[index]
    town.ana.submit(PAGE, on="", time="07:30", days=["0"])
    town.ana.post(PAGE, time="07:30", days=["0"])
    assert events(town, path) == []


@pytest.mark.parametrize("end", ["calendar", "calendar/ending"])
def test_an_address_that_was_closed_or_never_was_leads_nowhere(town: Town, end: str) -> None:
    path = feed_of(town)
    town.ana.post(f"{PAGE}/{end}")
    gone = town.stranger.get(path)
    never = town.stranger.get("/calendar/never-was.ics")
    assert (gone.status_code, gone.data) == (404, never.data)


def test_the_database_holds_no_address_of_a_feed(town: Town) -> None:
    token = feed_of(town).removeprefix("/calendar/").removesuffix(".ics")
    for path in town.settings.instance_path.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes()
