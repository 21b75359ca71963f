"""Signed-in devices: how they begin, lock and end, and what is left of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from journal.core import sessions
from journal.core.errors import NotFound, SessionEnded
from journal.core.models import Session
from journal.crypto import primitives
from tests import builders
from tests.builders import World

KEYS = ("content_key", "signer", "certificate", "label")


def row(world: World, cookie: str):
    row_id = primitives.sha256(sessions._secret(cookie))
    return world.db.execute(select(Session.__table__).where(Session.id == row_id)).first()


def resume(world: World, cookie: str, **later: float):
    now = world.ana.now + timedelta(**later)
    return sessions.resume(world.db, world.site, cookie, now=now)


def erased(world: World, cookie: str) -> bool:
    kept = row(world, cookie)
    return all(getattr(kept, name) is None for name in KEYS)


def test_the_cookie_opens_the_session(world: World) -> None:
    cookie, ring = builders.sign_in(world, world.ana)
    found = resume(world, cookie)
    assert found.content_key == ring.content_key
    assert found.signer == ring.signer
    assert found.identity == world.ana.root.identity
    assert cookie.encode() not in b"".join(
        value for value in row(world, cookie) if isinstance(value, bytes)
    )


@pytest.mark.parametrize("cookie", ["", "x", "ä", "A" * 43, "A" * 44, "=" * 8, "../../etc"])
def test_a_cookie_that_is_none(world: World, cookie: str) -> None:
    with pytest.raises(SessionEnded) as caught:
        resume(world, cookie)
    assert caught.value.account_id is None
    assert sessions.account_of(world.db, cookie, now=world.ana.now) is None


def test_idle_for_fifteen_minutes_it_locks_and_its_keys_are_erased(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    resume(world, cookie, minutes=14, seconds=59)
    resume(world, cookie, minutes=29)
    with pytest.raises(SessionEnded) as caught:
        resume(world, cookie, minutes=44)
    assert caught.value.account_id == world.ana.id
    assert erased(world, cookie)
    with pytest.raises(SessionEnded):
        resume(world, cookie, minutes=30)


def test_after_twelve_hours_it_is_over_however_busy(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    for minutes in range(10, 12 * 60, 10):
        resume(world, cookie, minutes=minutes)
    with pytest.raises(SessionEnded) as caught:
        resume(world, cookie, hours=12)
    assert caught.value.account_id is None
    late = world.ana.now + timedelta(hours=12)
    assert sessions.account_of(world.db, cookie, now=late) is None


def test_signing_out_erases_the_keys_and_keeps_whose_it_was(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    sessions.end(world.db, cookie)
    world.db.commit()
    assert erased(world, cookie)
    with pytest.raises(SessionEnded) as caught:
        resume(world, cookie)
    assert caught.value.account_id == world.ana.id
    late = world.ana.now + timedelta(hours=11, minutes=59)
    assert sessions.account_of(world.db, cookie, now=late) == world.ana.id


def test_the_list_of_devices_and_ending_one(world: World) -> None:
    cookie, ring = builders.sign_in(world, world.ana, "a library's computer")
    other, _ = builders.sign_in(world, world.ana, "a tablet")
    listed = sessions.devices(world.db, ring, now=world.ana.now)
    assert {device.label for device in listed} == {"a phone", "a library's computer", "a tablet"}
    [mine] = [device for device in listed if device.current]
    assert mine.label == "a library's computer"
    [tablet] = [device for device in listed if device.label == "a tablet"]
    sessions.end_device(world.db, ring, tablet.id)
    world.db.commit()
    with pytest.raises(SessionEnded):
        resume(world, other)
    assert erased(world, other)
    assert resume(world, cookie)


def test_nobody_ends_somebody_elses_device(world: World) -> None:
    cookie, ring = builders.sign_in(world, world.otto)
    [ottos] = [one for one in sessions.devices(world.db, ring, now=world.otto.now) if one.current]
    for device in (ottos.id, "", "0" * 32):
        with pytest.raises(NotFound):
            sessions.end_device(world.db, world.ana.keyring, device)
    assert resume(world, cookie)


def test_ending_the_others_leaves_this_one(world: World) -> None:
    cookie, ring = builders.sign_in(world, world.ana)
    other, _ = builders.sign_in(world, world.ana)
    ottos, _ = builders.sign_in(world, world.otto)
    sessions.end_others(world.db, ring)
    world.db.commit()
    assert resume(world, cookie)
    assert resume(world, ottos)
    with pytest.raises(SessionEnded):
        resume(world, other)
    [left] = sessions.devices(world.db, ring, now=world.ana.now)
    assert left.current


def test_sweeping_erases_idle_keys_and_old_rows(world: World) -> None:
    cookie, ring = builders.sign_in(world, world.ana)
    sessions.sweep(world.db, now=world.ana.now + timedelta(minutes=14))
    assert not erased(world, cookie)
    sessions.sweep(world.db, now=world.ana.now + timedelta(minutes=16))
    assert erased(world, cookie)
    assert sessions.devices(world.db, ring, now=world.ana.now) == []
    sessions.sweep(world.db, now=world.ana.now + timedelta(hours=13))
    assert row(world, cookie) is None


def test_another_site_key_opens_no_session(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    with pytest.raises(SessionEnded):
        sessions.resume(world.db, type(world.site).make(), cookie, now=world.ana.now)
