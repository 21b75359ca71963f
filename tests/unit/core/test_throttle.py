"""Failures counted by address and by network, for a quarter of an hour."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from journal.core import throttle
from journal.core.errors import Throttled
from journal.core.models import Throttle
from tests.builders import World

HOME, AWAY = "192.0.2.0/24", "198.51.100.0/24"


def fail(
    world: World,
    times: int,
    address: str = "ana@example.org",
    network: str = HOME,
    **how: str,
) -> None:
    for _ in range(times):
        counters = throttle.at_address(address, network, **how)
        throttle.note_failure(world.db, world.site, counters, now=world.ana.now)
    world.db.commit()


def check(
    world: World,
    address: str = "ana@example.org",
    network: str = HOME,
    later: timedelta = timedelta(),
    **how: str,
) -> None:
    counters = throttle.at_address(address, network, **how)
    throttle.check(world.db, world.site, counters, now=world.ana.now + later)


def test_ten_failures_close_an_address_for_the_network_they_came_from(world: World) -> None:
    fail(world, 9)
    check(world)
    fail(world, 1)
    with pytest.raises(Throttled):
        check(world, " ANA@example.org")
    check(world, "otto@example.org")
    check(world, network=AWAY)


def test_fifty_failures_from_many_networks_close_an_address_everywhere(world: World) -> None:
    for number in range(5):
        fail(world, 10, network=f"203.0.{number}.0/24")
    with pytest.raises(Throttled):
        check(world)
    check(world, "otto@example.org")


def test_a_known_browser_is_closed_by_its_own_mistakes_only(world: World) -> None:
    for number in range(5):
        fail(world, 10, network=f"203.0.{number}.0/24")
    fail(world, 10)
    check(world, browser="hers")
    fail(world, 10, browser="hers")
    with pytest.raises(Throttled):
        check(world, browser="hers")
    check(world, browser="her phone's")


def test_wrong_kits_do_not_close_the_password_nor_wrong_passwords_the_kit(world: World) -> None:
    fail(world, 10, by="kit")
    check(world)
    fail(world, 10, "otto@example.org")
    check(world, "otto@example.org", by="kit")


def test_an_account_behind_a_session_is_closed_on_every_network(world: World) -> None:
    for _ in range(10):
        counters = throttle.at_account("ana", HOME)
        throttle.note_failure(world.db, world.site, counters, now=world.ana.now)
    with pytest.raises(Throttled):
        throttle.check(world.db, world.site, throttle.at_account("ana", AWAY), now=world.ana.now)


def test_a_hundred_failures_close_a_network_for_every_address(world: World) -> None:
    for number in range(20):
        fail(world, 5, f"guess{number}@example.org")
    with pytest.raises(Throttled):
        check(world, "otto@example.org")
    check(world, "otto@example.org", AWAY)


def test_the_window_ends_and_says_when(world: World) -> None:
    fail(world, 10)
    with pytest.raises(Throttled) as caught:
        check(world, later=timedelta(minutes=10))
    assert caught.value.retry_after == 5 * 60
    check(world, later=timedelta(minutes=15))
    world.ana.later(minutes=16)
    fail(world, 1)
    check(world)


def test_who_proves_herself_begins_anew_and_her_network_does_not(world: World) -> None:
    fail(world, 10)
    throttle.clear(world.db, world.site, throttle.at_address("Ana@example.org", HOME))
    check(world)
    fail(world, 90, "guess@example.org")
    with pytest.raises(Throttled):
        check(world)


def test_her_success_does_not_forgive_the_strangers_elsewhere(world: World) -> None:
    for number in range(5):
        fail(world, 10, network=f"203.0.{number}.0/24")
    throttle.clear(world.db, world.site, throttle.at_address("ana@example.org", HOME))
    with pytest.raises(Throttled):
        check(world)


def test_sweeping_forgets_what_is_over(world: World) -> None:
    fail(world, 1)
    count = select(func.count()).select_from(Throttle)
    throttle.sweep(world.db, now=world.ana.now + timedelta(minutes=14))
    assert world.db.scalar(count) == 3
    throttle.sweep(world.db, now=world.ana.now + timedelta(minutes=15))
    assert world.db.scalar(count) == 0
