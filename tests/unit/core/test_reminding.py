"""Ana wishes to be reminded; a worker with nobody's key finds when, and sends it once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from journal.core import (
    calendar_feeds,
    leaving,
    outbox,
    outer_layers,
    push_endpoints,
    reminding,
)
from journal.core.errors import NotFound
from journal.core.outbox import Message
from journal.core.reminder_models import Outgoing, Reminder
from journal.core.reminder_times import Wanted
from journal.core.reminding import Wish
from journal.core.site import SiteKey
from tests.builders import World

EVENING = Wish(minute=20 * 60, on=True, email=True)
AT_EIGHT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/made-up"


def wishes(world: World, wish: Wish = EVENING) -> None:
    now = world.ana.now
    reminding.save(world.db, world.site, world.ana.id, wish, zone="Europe/Vienna", now=now)
    world.db.commit()


def next_at(world: World) -> datetime | None:
    found = world.db.scalar(select(Reminder.next_at))
    return None if found is None else datetime.fromtimestamp(found, UTC)


def plan(world: World, now: datetime, site: SiteKey | None = None) -> int:
    """Run the job; how many messages there are then."""
    reminding.plan_due(world.db, site or world.site, now=now)
    return world.db.scalar(select(func.count()).select_from(Outgoing)) or 0


def claim(world: World, now: datetime, holder: str = "north") -> Message:
    found = outbox.claim_next(world.db, holder, now=now)
    assert found is not None
    return found


def test_it_comes_at_eight_once_and_then_tomorrow(world: World) -> None:
    wishes(world)
    assert next_at(world) == AT_EIGHT
    assert plan(world, AT_EIGHT - timedelta(seconds=1)) == 0
    assert plan(world, AT_EIGHT + timedelta(seconds=29)) == 1
    assert plan(world, AT_EIGHT + timedelta(seconds=59)) == 1
    assert next_at(world) == AT_EIGHT + timedelta(days=1)


def test_one_goes_to_the_address_and_to_each_browser(world: World) -> None:
    wishes(world)
    for end in ("a", "b", "a"):
        push_endpoints.add(world.db, world.site, world.ana.id, ENDPOINT + end)
    world.db.commit()
    assert plan(world, AT_EIGHT) == 3
    channels = sorted(world.db.scalars(select(Outgoing.channel)))
    assert channels == ["email", "push", "push"]
    address = reminding.address_for(world.db, world.site, world.ana.id)
    assert address == "ana@example.org"


def test_a_server_that_slept_sends_what_is_not_too_late(world: World) -> None:
    wishes(world)
    assert plan(world, AT_EIGHT + timedelta(minutes=119)) == 1
    assert plan(world, AT_EIGHT + timedelta(days=1, hours=3)) == 1
    assert next_at(world) == AT_EIGHT + timedelta(days=2)


def test_two_workers_take_two_messages_and_a_dead_ones_is_sent_after_all(world: World) -> None:
    wishes(world)
    push_endpoints.add(world.db, world.site, world.ana.id, ENDPOINT)
    world.db.commit()
    plan(world, AT_EIGHT)
    first, second = claim(world, AT_EIGHT), claim(world, AT_EIGHT, "south")
    assert first.id != second.id
    assert outbox.claim_next(world.db, "east", now=AT_EIGHT) is None
    outbox.done(world.db, second)
    # North was killed: nobody gives its message back.
    assert outbox.claim_next(world.db, "east", now=AT_EIGHT + timedelta(seconds=119)) is None
    again = claim(world, AT_EIGHT + timedelta(seconds=outbox.HELD_SECONDS), "east")
    assert (again.id, again.tries) == (first.id, 2)


def test_what_failed_waits_longer_each_time_and_is_given_up_after_two_hours(world: World) -> None:
    wishes(world)
    plan(world, AT_EIGHT)
    now, waits = AT_EIGHT, []
    while True:
        message = claim(world, now)
        at = outbox.again_at(message, now=now)
        waits.append((at - now) // timedelta(minutes=1))
        if not outbox.later(world.db, message, at):
            break
        assert outbox.claim_next(world.db, "north", now=at - timedelta(seconds=1)) is None
        now = at
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert plan(world, now) == 0


def test_what_nobody_could_send_is_swept_away(world: World) -> None:
    wishes(world)
    plan(world, AT_EIGHT)
    outbox.sweep(world.db, now=AT_EIGHT + timedelta(hours=2, seconds=1))
    assert plan(world, AT_EIGHT) == 0


def test_ana_changes_her_mind_and_takes_it_back(world: World) -> None:
    wishes(world)
    wishes(world, Wish(minute=7 * 60, days=(0,), on=True))
    assert next_at(world) == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert reminding.undo(world.db, world.site, world.ana.id, now=world.ana.now)
    assert next_at(world) == AT_EIGHT
    assert not reminding.undo(world.db, world.site, world.ana.id, now=world.ana.now)
    wishes(world, Wish(on=False))
    assert next_at(world) is None


def test_a_later_time_on_the_same_evening_brings_no_second_one(world: World) -> None:
    wishes(world)
    plan(world, AT_EIGHT)
    world.ana.now = AT_EIGHT + timedelta(minutes=10)
    wishes(world, Wish(minute=21 * 60, on=True, email=True))
    assert next_at(world) == AT_EIGHT + timedelta(days=1, hours=1)


def test_it_travels_with_her(world: World) -> None:
    wishes(world)
    plan(world, AT_EIGHT)
    later = AT_EIGHT + timedelta(hours=2)
    reminding.move(world.db, world.site, world.ana.id, zone="America/New_York", now=later)
    assert next_at(world) == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_nothing_comes_while_she_is_leaving(world: World) -> None:
    wishes(world)
    leaving.ask(world.db, world.ana.keyring, now=world.ana.now)
    assert plan(world, AT_EIGHT) == 0


def test_a_thief_of_the_database_learns_no_address_and_no_wall_time(world: World) -> None:
    wishes(world)
    push_endpoints.add(world.db, world.site, world.ana.id, ENDPOINT)
    plan(world, AT_EIGHT)
    for table in (Reminder, Outgoing):
        for row in world.db.execute(select(table.__table__)):
            told = "|".join(str(value) for value in row)
            for word in ("ana", "Vienna", "mozilla", "minute"):
                assert word not in told


def test_what_does_not_open_is_set_aside_and_told_by_doctor(world: World) -> None:
    wishes(world)
    world.db.execute(update(Reminder).values(sealed=b"\1\1" + bytes(600)))
    world.db.commit()
    assert outer_layers.layers(world.db, world.site).closed == 1
    assert plan(world, AT_EIGHT) == 0
    assert next_at(world) == AT_EIGHT + reminding.UNOPENED
    wishes(world)
    assert next_at(world) == AT_EIGHT


def test_everything_moves_to_a_new_site_key(world: World) -> None:
    wishes(world)
    push_endpoints.make_key(world.db, world.site)
    public = push_endpoints.public_key(world.db, world.site)
    push_endpoints.add(world.db, world.site, world.ana.id, ENDPOINT)
    world.db.commit()
    site = world.site.rotate()
    sum(outer_layers.seal_anew(world.db, site))
    assert set(outer_layers.versions(world.db)) == {2}
    newest = site.without_older()
    assert push_endpoints.public_key(world.db, newest) == public
    assert reminding.address_for(world.db, newest, world.ana.id) == "ana@example.org"
    plan(world, AT_EIGHT, newest)
    endpoint = world.db.scalar(select(Outgoing.endpoint_id).where(Outgoing.channel == "push"))
    found = push_endpoints.address_of(world.db, newest, world.ana.id, endpoint)
    assert found == ENDPOINT
    assert outer_layers.layers(world.db, newest).closed == 0


def test_the_links_token_stops_her_mail_and_names_nobody(world: World) -> None:
    wishes(world)
    plan(world, AT_EIGHT)
    token = reminding.stop_token(world.site, world.ana.id)
    assert world.ana.id.hex not in token
    reminding.stop_email(world.db, world.site, token, now=world.ana.now)
    assert reminding.address_for(world.db, world.site, world.ana.id) is None
    assert plan(world, AT_EIGHT) == 0
    for other in ("", "x", token[:-4] + "AAAA", token + "A", "AAAAAQ"):
        with pytest.raises(NotFound):
            reminding.stop_email(world.db, world.site, other, now=world.ana.now)


def test_a_calendars_address_leads_to_her_until_it_is_closed(world: World) -> None:
    first = calendar_feeds.make(world.db, world.ana.keyring)
    second = calendar_feeds.make(world.db, world.ana.keyring)
    assert calendar_feeds.owner_of(world.db, second) == world.ana.id
    assert calendar_feeds.token_of(world.db, world.ana.keyring) == second
    calendar_feeds.end(world.db, world.ana.keyring)
    for token in (first, second, ""):
        with pytest.raises(NotFound):
            calendar_feeds.owner_of(world.db, token)


def test_single_days_are_kept_for_nobody_who_did_not_ask(world: World) -> None:
    days = [Wanted(date(2026, 11, 24), 9 * 60)]
    for asked in (False, True, False):
        wishes(world, Wish(on=True, course=asked))
        reminding.want(world.db, world.site, world.ana.id, days, now=world.ana.now)
        reminding.want_soon(world.db, world.site, world.ana.id, now=world.ana.now)
        kept = reminding.read(world.db, world.site, world.ana.id)
        assert kept is not None
        assert bool(kept.wanted) == asked
