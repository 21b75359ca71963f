"""Tombstones: an ending leaves one, and replaying it ends again what an older database revived."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from journal.core import access_log, consent, endings, receipts, replaying, rotation, shares
from journal.core import tombstones as stones
from journal.core.consent import Choice
from journal.core.errors import NotFound
from journal.core.models import Account, Grant, GrantKey, GrantRecord, Record, Tombstone
from tests import builders, people
from tests.builders import World

ALL = ("journal", "check-ins")


def kinds(world: World) -> list[str]:
    return sorted(world.db.scalars(select(Tombstone.kind)))


def restored(world: World, kind: str, **what: object) -> None:
    """A tombstone from the newer file of shred keys, over a database that is older than it."""
    stones.add(world.db, kind, world.ana.id, now=world.ana.now, **what)
    assert replaying.replay(world.db, set()) == 1
    world.db.commit()


def ana(world: World):
    return builders.fresh(world.ana.keyring)


def arrives(world: World) -> None:
    rotation.settle(world.db, ana(world), now=world.ana.now)


def raised(world: World) -> int:
    newest = select(func.max(Record.generation)).where(Record.account_id == world.ana.id)
    return world.db.scalar(newest)


def scope_of(world: World, record_id: object):
    return world.db.scalar(select(Record.scope_id).where(Record.id == record_id))


def test_revoking_leaves_one(world: World) -> None:
    consent.revoke(world.db, ana(world), world.tess_grant, now=world.ana.now)
    assert kinds(world) == ["ended"]


def test_narrowing_leaves_one_for_each_scope_and_for_an_earlier_end(world: World) -> None:
    until = world.ana.now + timedelta(days=3)
    consent.change(
        world.db, ana(world), world.tess_grant, Choice(("journal",), not_after=until),
        now=world.ana.now,
    )  # fmt: skip
    assert kinds(world) == ["scope", "term"]


def test_widening_leaves_none(world: World) -> None:
    consent.change(world.db, world.ana.root, world.tess_grant, Choice((*ALL, "care")),
                   now=world.ana.now)  # fmt: skip
    assert kinds(world) == []


def test_expiry_and_the_end_of_one_share_leave_one_each(world: World) -> None:
    shares.unshare(world.db, ana(world), world.tess_grant, world.shared, now=world.ana.now)
    past = int(world.ana.now.timestamp()) - 1
    world.db.execute(update(Grant).where(Grant.id == world.theo_grant).values(not_after=past))
    world.db.commit()
    endings.expire_due(world.db, now=world.ana.now)
    assert kinds(world) == ["expired", "record"]


def test_a_revocation_is_replayed_and_signed_when_ana_arrives(world: World) -> None:
    restored(world, "ended", grant_id=world.tess_grant)
    with pytest.raises(NotFound):
        people.reads(world.tess, world.tess_grant)
    before = raised(world)
    arrives(world)
    told = consent.one_grant(world.db, ana(world), world.tess_grant, now=world.ana.now)
    assert (told.status, told.statement.status) == ("ended", "ended")
    assert raised(world) > before
    assert receipts.listed(world.db, ana(world))[0].event == "ended"
    assert people.owns(world.ana.over(world.db)) == world.records
    assert world.db.scalar(select(func.count()).where(Tombstone.due)) == 0
    assert world.theo_grant in people.grants_of(world.theo)
    assert access_log.events(world.db, ana(world), now=world.ana.now)


def test_a_narrowing_is_replayed_and_nothing_hands_the_scope_out_again(world: World) -> None:
    journal = scope_of(world, world.before)
    restored(world, "scope", grant_id=world.tess_grant, object_id=journal)
    left = {world.check_in, world.shared}
    assert set(people.reads(world.tess, world.tess_grant)) == left
    # Theo's ending raises the journal's key before Ana's own sign-in could narrow anything.
    consent.revoke(world.db, ana(world), world.theo_grant, now=world.ana.now)
    world.db.commit()
    held = select(func.count()).where(GrantKey.scope_id == journal)
    assert world.db.scalar(held.where(GrantKey.grant_id == world.tess_grant)) == 0
    arrives(world)
    told = consent.one_grant(world.db, ana(world), world.tess_grant, now=world.ana.now)
    assert set(told.scopes) == {"check-ins"}
    assert set(people.reads(world.tess, world.tess_grant)) == left


def test_an_earlier_end_is_replayed(world: World) -> None:
    soon = int(world.ana.now.timestamp()) + 60
    restored(world, "term", grant_id=world.tess_grant, not_after=soon)
    arrives(world)
    told = consent.one_grant(world.db, ana(world), world.tess_grant, now=world.ana.now)
    assert told.statement.not_after == soon
    assert set(told.scopes) == set(ALL)


def test_the_end_of_one_share_is_replayed_under_a_fresh_key(world: World) -> None:
    sealed = select(Record.body).where(Record.id == world.shared)
    before = world.db.scalar(sealed)
    restored(world, "record", grant_id=world.tess_grant, object_id=world.shared)
    assert world.db.scalar(select(func.count()).select_from(GrantRecord)) == 0
    arrives(world)
    assert world.db.scalar(sealed) != before
    assert world.shared not in people.reads(world.tess, world.tess_grant)
    assert people.owns(world.ana.over(world.db)) == world.records


def test_what_came_with_the_database_is_not_replayed(world: World) -> None:
    """Narrowed, then widened again, then saved: the older ending must not undo the newer yes."""
    stones.add(world.db, "ended", world.ana.id, grant_id=world.tess_grant, now=world.ana.now)
    known = set(world.db.scalars(select(Tombstone.id)))
    assert replaying.replay(world.db, known) == 0
    assert world.before in people.reads(world.tess, world.tess_grant)


def test_an_erased_account_is_erased_again(world: World) -> None:
    restored(world, "account")
    assert world.db.scalar(select(func.count()).where(Account.id == world.ana.id)) == 0
    assert world.db.scalar(select(func.count()).where(Record.account_id == world.ana.id)) == 0
    assert people.grants_of(world.tess) == []
    assert people.owns(world.otto.over(world.db)) == {world.ottos: "Otto's own words"}


def test_an_erased_therapist_holds_nothing_any_more(world: World) -> None:
    stones.add(world.db, "account", world.tess.id, now=world.ana.now)
    replaying.replay(world.db, set())
    world.db.commit()
    assert world.db.scalar(select(Grant.sealed_key).where(Grant.id == world.tess_grant)) is None
