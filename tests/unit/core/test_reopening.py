"""The old kit turns up: everything from before is there again, each thing once; or it is erased."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from journal.core import (
    accounts,
    consent,
    former,
    heads,
    receipt_chain,
    receipts,
    records,
    reopening,
)
from journal.core.errors import NotFound, WrongCredentials
from journal.core.models import FormerKeys, Grant, KeySlot, Record, Scope, ScopeKey
from tests import builders, people
from tests.builders import Built, World
from tests.kills import Killed, killed_at
from tests.people import PASSWORD, Person
from tests.unit.core.test_resetting import NEW_PASSWORD, begin, link
from tests.unit.core.test_returning import anew, give, take


def reopen(world: World, ana: Person, secret: str) -> int:
    ring = builders.fresh(ana.keyring)
    old = reopening.unlock(world.db, world.site, ring, secret=secret)
    return reopening.move(world.db, ring, old, now=ana.now)


def left(world: World, table: type) -> int:
    mine = select(func.count()).select_from(table)
    return world.db.scalar(mine.where(table.account_id == world.ana.id)) or 0


@pytest.mark.parametrize("by", ["kit", "password"])
def test_the_old_kit_or_password_opens_everything_again(world: World, by: str) -> None:
    ana = begin(world, link(world))
    ana.write("written since", scope="journal")
    assert reopen(world, ana, world.ana.kit if by == "kit" else PASSWORD) == 5
    assert list(people.owns(ana).values()) == [
        "written since",
        *("a calm morning", "since Theo", "before Theo", "for nobody else", "for Tess alone"),
    ]
    found = records.open_as_owner(world.db, ana.keyring, world.private)
    assert (found.scope, found.returned) == ("private", None)


def test_then_the_old_keys_and_consents_are_gone(world: World) -> None:
    ana = begin(world, link(world))
    reopen(world, ana, world.ana.kit)
    assert left(world, FormerKeys) == 0
    assert (left(world, Scope), left(world, KeySlot)) == (7, 2)
    assert former.count(world.db, ana.keyring) == 0
    with pytest.raises(NotFound):
        people.reads(world.theo, world.theo_grant)
    assert set(people.grants_of(world.tess)) == set()
    with pytest.raises(WrongCredentials):
        reopen(world, ana, world.ana.kit)


def test_the_new_password_and_kit_and_anybody_elses_open_nothing_old(world: World) -> None:
    ana = begin(world, link(world))
    for secret in (NEW_PASSWORD, ana.kit, world.otto.kit, "", "never mind"):
        with pytest.raises(WrongCredentials):
            reopening.unlock(world.db, world.site, ana.keyring, secret=secret)
    assert people.owns(ana) == {}


def test_what_was_given_back_is_there_once_unless_it_was_changed(world: World) -> None:
    ana, fresh = anew(world)
    give(world, fresh)
    take(ana)
    changed = next(one for one, words in people.owns(ana).items() if words == "since Theo")
    records.edit(
        world.db,
        ana.keyring,
        record_id=changed,
        version=1,
        content={"body": "as I see it now"},
        occurred_at=ana.now,
        now=ana.now,
    )
    world.db.commit()
    reopen(world, ana, world.ana.kit)
    assert sorted(people.owns(ana).values()) == sorted([*world.records.values(), "as I see it now"])


def test_the_receipts_from_before_are_readable_again_and_none_is_missing(world: World) -> None:
    before = receipts.listed(world.db, world.ana.keyring)
    ana = begin(world, link(world))
    reopen(world, ana, world.ana.kit)
    assert receipts.listed(world.db, ana.keyring)[1:] == before
    assert heads.missing_receipts(world.db, ana.keyring) == 0


def test_a_chain_over_a_new_start_is_told_where_its_key_changed(world: World) -> None:
    def documents(keyring) -> list[bytes]:
        found = receipts.listed(world.db, keyring)
        return [receipts.document(world.db, keyring, one.id) for one in reversed(found)]

    def problems(texts: list[bytes]) -> list[tuple[str, int]]:
        chain = receipt_chain.check([(str(at), text) for at, text in enumerate(texts)])
        return [(one.kind, one.n) for one in chain.problems]

    before = documents(world.ana.keyring)
    ana = begin(world, link(world))
    since = documents(ana.keyring)
    first = len(before) + 1
    assert problems(before + since) == [("new-key", first)]
    assert problems(since) == [("missing", n) for n in range(1, first)]
    assert ("missing", 1) in problems(before[1:] + since)
    reopen(world, ana, world.ana.kit)
    assert documents(ana.keyring) == before + since


def test_after_two_new_starts_each_kit_opens_its_own_part(world: World) -> None:
    first, fresh = anew(world)
    first.write("between the two", scope="journal")
    from journal.core import restarts

    made = restarts.make(world.db, world.tess.keyring, fresh, now=world.tess.now)
    world.db.commit()
    second = begin(world, made.token)
    assert reopen(world, second, world.ana.kit) == 5
    assert left(world, FormerKeys) == 1
    assert "between the two" not in people.owns(second).values()
    assert reopen(world, second, first.kit) == 1
    assert "between the two" in people.owns(second).values()
    assert left(world, FormerKeys) == 0


def test_killed_at_any_statement_the_kit_typed_again_goes_on(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reopening, "BATCH", 2)
    with built.world() as world:
        ana = begin(world, link(world))
        with killed_at(world.db, 0) as count:
            reopen(world, ana, world.ana.kit)
    for at in range(1, count[0] + 1, 7):
        with built.world() as world:
            ana = begin(world, link(world))
            with killed_at(world.db, at):
                try:
                    reopen(world, ana, world.ana.kit)
                except Killed:
                    world.db.rollback()
            if left(world, FormerKeys):
                reopen(world, ana, world.ana.kit)
            assert set(people.owns(ana).values()) == set(world.records.values()), at
            assert left(world, FormerKeys) == 0, at


def test_a_row_that_does_not_open_keeps_the_old_keys(world: World) -> None:
    from sqlalchemy import update

    ana = begin(world, link(world))
    spoilt = (Record.account_id == ana.id) & (Record.id == world.private)
    world.db.execute(update(Record).where(spoilt).values(body=b"\x01" * 90))
    world.db.commit()
    assert reopen(world, ana, world.ana.kit) == 4
    assert left(world, FormerKeys) == 1
    assert former.count(world.db, ana.keyring) == 1


def test_erasing_takes_what_is_sealed_and_its_keys_and_leaves_the_rest(world: World) -> None:
    ana, fresh = anew(world)
    give(world, fresh)
    take(ana)
    since = ana.write("written since")
    assert former.erase(world.db, ana.keyring, now=ana.now) == 5
    world.db.commit()
    assert len(people.owns(ana)) == 5
    assert since.id in people.owns(ana)
    assert (left(world, FormerKeys), left(world, KeySlot), left(world, Scope)) == (0, 2, 7)
    keys = select(ScopeKey.scope_id).where(ScopeKey.account_id == ana.id)
    assert set(world.db.scalars(keys)) <= set(
        world.db.scalars(select(Scope.id).where(Scope.account_id == ana.id))
    )
    with pytest.raises(WrongCredentials):
        reopening.unlock(world.db, world.site, ana.keyring, secret=world.ana.kit)
    assert heads.missing_receipts(world.db, ana.keyring) == 0


def test_ana_sees_who_still_reads_from_before_and_ends_it(world: World) -> None:
    ana, _ = anew(world)
    told = former.before(world.db, ana.keyring, now=ana.now)
    assert told is not None
    assert (told.start.by, told.sealed, told.kept_keys) == ("Tess", 5, 1)
    assert {(one.id, one.reader_name) for one in told.grants} == {
        (world.tess_grant, "Tess"),
        (world.theo_grant, ""),
    }
    former.end(world.db, ana.keyring, world.theo_grant, now=ana.now)
    world.db.commit()
    with pytest.raises(NotFound):
        people.reads(world.theo, world.theo_grant)
    assert len(former.living(world.db, ana.keyring, now=ana.now)) == 1


def test_a_consent_of_today_is_not_ended_that_way_nor_anybody_elses(world: World) -> None:
    ana, fresh = anew(world)
    for other in (fresh, world.otto_grant):
        with pytest.raises(NotFound):
            former.end(world.db, ana.keyring, other, now=ana.now)
    assert former.before(world.db, world.otto.keyring, now=ana.now) is None
    with pytest.raises(NotFound):
        former.end(world.db, world.otto.keyring, world.otto_grant, now=ana.now)
    status = select(Grant.status).where(Grant.id.in_((fresh, world.otto_grant)))
    assert set(world.db.scalars(status)) == {"live"}
    consent.one_grant(world.db, ana.keyring, fresh, now=ana.now)


def test_after_a_reopening_ana_signs_in_and_recovers_as_anybody(world: World) -> None:
    ana = begin(world, link(world))
    reopen(world, ana, world.ana.kit)
    given = {"email": ana.email, "now": ana.now}
    assert accounts.unlock(world.db, world.site, password=NEW_PASSWORD, **given)
    assert accounts.unlock_with_kit(world.db, world.site, kit=ana.kit, **given)
