"""Failures counted by address and by network, for a quarter of an hour."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from journal.core import throttle
from journal.core.errors import Throttled
from journal.core.models import Throttle
from tests.builders import World

HOME, AWAY = "192.0.2.0/24", "198.51.100.0/24"


def fail(world: World, times: int, address: str = "ana@example.org", network: str = HOME) -> None:
    for _ in range(times):
        throttle.note_failure(
            world.db, world.site, address=address, network=network, now=world.ana.now
        )
    world.db.commit()


def check(
    world: World, address: str = "ana@example.org", network: str = HOME, **later: float
) -> None:
    now = world.ana.now + timedelta(**later)
    throttle.check(world.db, world.site, address=address, network=network, now=now)


def test_ten_failures_close_an_address_on_every_network(world: World) -> None:
    fail(world, 9)
    check(world)
    fail(world, 1)
    for network in (HOME, AWAY):
        with pytest.raises(Throttled):
            check(world, " ANA@example.org", network)
    check(world, "otto@example.org")


def test_a_hundred_failures_close_a_network_for_every_address(world: World) -> None:
    for number in range(20):
        fail(world, 5, f"guess{number}@example.org")
    with pytest.raises(Throttled):
        check(world, "otto@example.org")
    check(world, "otto@example.org", AWAY)


def test_the_window_ends_and_says_when(world: World) -> None:
    fail(world, 10)
    with pytest.raises(Throttled) as caught:
        check(world, minutes=10)
    assert caught.value.retry_after == 5 * 60
    check(world, minutes=15)
    world.ana.later(minutes=16)
    fail(world, 1)
    check(world)


def test_who_proves_herself_begins_anew_and_her_network_does_not(world: World) -> None:
    fail(world, 10)
    fail(world, 90, "guess@example.org")
    throttle.clear(world.db, world.site, address="Ana@example.org")
    check(world, network=AWAY)
    with pytest.raises(Throttled):
        check(world)


def test_sweeping_forgets_what_is_over(world: World) -> None:
    fail(world, 1)
    count = select(func.count()).select_from(Throttle)
    throttle.sweep(world.db, now=world.ana.now + timedelta(minutes=14))
    assert world.db.scalar(count) == 2
    throttle.sweep(world.db, now=world.ana.now + timedelta(minutes=15))
    assert world.db.scalar(count) == 0
