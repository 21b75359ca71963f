"""The old kit at the door: it undoes a new start, whoever made that."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from journal.core import (
    accounts,
    coming_back,
    former,
    freshness,
    heads,
    receipts,
    reopening,
    sessions,
)
from journal.core.errors import NotFound, SessionEnded, WrongCredentials
from journal.core.models import FormerKeys
from tests import builders, people
from tests.builders import Built, World
from tests.kills import Killed, killed_at
from tests.people import PASSWORD, Person
from tests.unit.core.test_resetting import NEW_PASSWORD, begin, link
from tests.unit.core.test_returning import anew, give, take


def come_back(world: World, kit: str, email: str = "") -> Person:
    root = coming_back.unlock_with_any_kit(
        world.db, world.site, email=email or world.ana.email, kit=kit, now=world.ana.now
    )
    _, keyring = sessions.start(world.db, world.site, root, device="", now=world.ana.now)
    world.db.commit()
    return people.Person(world.db, world.site, world.ana.email, keyring, kit, root)


def test_ana_whom_somebody_locked_out_has_everything_back(world: World) -> None:
    begin(world, link(world))
    ana = come_back(world, world.ana.kit)
    assert ana.keyring.identity == world.ana.keyring.identity
    assert set(people.owns(ana).values()) == set(world.records.values())
    given = {"email": ana.email, "now": ana.now}
    assert accounts.unlock(world.db, world.site, password=PASSWORD, **given)
    with pytest.raises(WrongCredentials):
        accounts.unlock(world.db, world.site, password=NEW_PASSWORD, **given)


def test_who_held_the_account_in_between_is_out_with_sessions_and_consents(world: World) -> None:
    locked, fresh = anew(world)
    locked.write("words of the time between", scope="journal")
    cookie, _ = sessions.start(world.db, world.site, locked.root, device="", now=locked.now)
    world.db.commit()
    ana = come_back(world, world.ana.kit)
    with pytest.raises(SessionEnded):
        sessions.resume(world.db, world.site, cookie, now=ana.now)
    with pytest.raises(NotFound):
        people.reads(world.tess, fresh)
    assert people.grants_of(world.tess) == [world.tess_grant]
    assert world.before in people.reads(world.tess, world.tess_grant)
    assert former.living(world.db, ana.keyring, now=ana.now) == []


def test_what_was_written_in_between_opens_by_the_keys_of_that_time(world: World) -> None:
    between = begin(world, link(world))
    between.write("words of the time between")
    ana = come_back(world, world.ana.kit)
    assert former.count(world.db, ana.keyring) == 1
    old = reopening.unlock(world.db, world.site, ana.keyring, secret=between.kit)
    assert reopening.move(world.db, builders.fresh(ana.keyring), old, now=ana.now) == 1
    assert set(people.owns(ana).values()) == {
        *world.records.values(),
        "words of the time between",
    }
    left = select(func.count()).select_from(FormerKeys)
    assert world.db.scalar(left) == 0


def test_what_was_given_back_is_there_once(world: World) -> None:
    between, fresh = anew(world)
    give(world, fresh)
    take(between)
    ana = come_back(world, world.ana.kit)
    assert len(people.owns(ana)) == 5


def test_nothing_else_comes_in_that_way(world: World) -> None:
    between = begin(world, link(world))
    tries = [(world.otto.kit, ""), ("no kit at all", ""), (world.ana.kit, world.otto.email)]
    for kit, email in [*tries, (world.ana.kit, "nobody@example.org")]:
        with pytest.raises(WrongCredentials):
            come_back(world, kit, email)
        world.db.rollback()
    assert come_back(world, between.kit).keyring.identity == between.keyring.identity


def test_no_alarm_and_no_receipt_missing(world: World) -> None:
    mark = freshness.meet(world.db, world.ana.keyring, None, now=world.ana.now)
    world.db.commit()
    begin(world, link(world))
    ana = come_back(world, world.ana.kit)
    found = freshness.open_mark(ana.keyring, [mark])
    assert found is not None
    freshness.meet(world.db, ana.keyring, found[0], now=ana.now)
    assert freshness.told(world.db, ana.keyring) is None
    assert heads.missing_receipts(world.db, ana.keyring) == 0
    assert receipts.listed(world.db, ana.keyring)


def test_killed_at_any_statement_it_was_or_it_was_not(built: Built) -> None:
    with built.world() as world:
        begin(world, link(world))
        with killed_at(world.db, 0) as count:
            come_back(world, world.ana.kit)
    for at in range(1, count[0] + 1, 3):
        with built.world() as world:
            begin(world, link(world))
            with killed_at(world.db, at):
                try:
                    come_back(world, world.ana.kit)
                except Killed:
                    world.db.rollback()
            ana = come_back(world, world.ana.kit)
            assert set(people.owns(ana).values()) == set(world.records.values()), at
