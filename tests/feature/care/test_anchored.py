"""A session is moved, and whatever hangs from it moves along."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from journal.features.care.anchored import Tie, WallTime, days_after, still_due, tied
from journal.web.due import Key

# With clocks that change in spring and autumn, by half an hour, at midnight, and never.
ZONES = (
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "UTC",
)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
MINUTES = st.integers(0, 1439)
WALLS = st.builds(WallTime, DAYS, MINUTES, st.sampled_from(ZONES))
SESSIONS = st.dictionaries(st.uuids(version=4), WALLS, min_size=1, max_size=4)
TIES = st.lists(
    st.builds(
        Tie,
        st.sampled_from("abcdef"),
        st.integers(-30, 200),
        MINUTES,
        st.none() | st.sampled_from(ZONES),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda tie: tie.name,
)


def shown(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def stands_right(day: date, minute: int, zone: str, at: datetime) -> bool:
    """The clocks of the zone show this time, or they skip it and this is where they go on."""
    wanted = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    if shown(at, zone) == wanted:
        # Of a time that comes twice it is the first.
        return all(shown(at - timedelta(minutes=back), zone) != wanted for back in (30, 60))
    return shown(at - timedelta(seconds=1), zone) < wanted < shown(at, zone)


@settings(max_examples=150)
@given(SESSIONS, TIES, st.sampled_from(ZONES), st.data())
def test_wherever_a_session_is_moved_to_each_event_keeps_its_local_day_and_hour(
    sessions, ties, zone, data
):
    moved = dict(sessions)
    for _ in range(data.draw(st.integers(0, 3))):
        moved[data.draw(st.sampled_from(sorted(moved)))] = data.draw(WALLS)
    events = tied(moved, ties, zone=zone)
    # None is lost, none is there twice, and none is known by another name than before.
    assert set(events) == set(tied(sessions, ties, zone="UTC"))
    assert len(events) == len(moved) * len(ties)
    for session, when in moved.items():
        for tie in ties:
            event = events[Key(session, tie.name)]
            assert event.day == when.day + timedelta(tie.days)
            assert stands_right(event.day, tie.minute, tie.zone or zone, event.at)


@settings(max_examples=60)
@given(SESSIONS, TIES, st.sampled_from(ZONES), st.sampled_from(ZONES), st.data())
def test_what_is_done_never_comes_again_and_what_is_not_done_still_comes(
    sessions, ties, home, abroad, data
):
    before = tied(sessions, ties, zone=home)
    done = set(data.draw(st.lists(st.sampled_from(sorted(before)), max_size=8)))
    session = data.draw(st.sampled_from(sorted(sessions)))
    after = tied({**sessions, session: data.draw(WALLS)}, ties, zone=abroad)
    left = still_due(after, done)
    assert sorted(left) == sorted(set(before) - done)
    assert [after[key].at for key in left] == sorted(after[key].at for key in left)


def test_a_cancelled_session_takes_its_events_with_it():
    one, other = UUID(int=1), UUID(int=2)
    when = WallTime(date(2026, 3, 27), 600, "Europe/Vienna")
    ties = [Tie("evening", 0, 20 * 60), Tie("morning after", 1, 9 * 60)]
    events = tied({one: when, other: when}, ties, zone="Europe/Vienna")
    assert len(events) == 4
    assert {key.session for key in tied({other: when}, ties, zone="Europe/Vienna")} == {other}


def test_nine_in_the_morning_stays_nine_when_the_clocks_change_in_between():
    session = UUID(int=1)
    when = WallTime(date(2026, 3, 27), 600, "Europe/Vienna")
    tie = Tie("morning", 3, 9 * 60)
    [event] = tied({session: when}, [tie], zone="Europe/Vienna").values()
    assert event.at.isoformat() == "2026-03-30T07:00:00+00:00"
    [abroad] = tied({session: when}, [tie], zone="America/New_York").values()
    assert (abroad.day, abroad.at.isoformat()) == (event.day, "2026-03-30T13:00:00+00:00")


def test_days_are_counted_by_the_calendar_where_ana_is():
    session = WallTime(date(2026, 11, 20), 23 * 60, "Europe/Vienna")
    late = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Vienna"))
    assert days_after(session, late, "Europe/Vienna") == 3
    assert days_after(session, late, "Pacific/Kiritimati") == 3
    assert days_after(session, late - timedelta(days=3), "Pacific/Honolulu") == -1
