"""Given back and taken in: what Tess could read is Ana's again, marked, and Tess's word alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from journal.core import (
    access_log,
    endings,
    pinning,
    reading,
    records,
    returning,
    rotation,
    taking_in,
)
from journal.core.errors import NotFound
from journal.core.models import Grant, Record, ReturnedRecord
from tests import builders, people
from tests.builders import Built, World
from tests.kills import Killed, killed_at
from tests.people import Person
from tests.unit.core.test_resetting import begin, link


def anew(world: World) -> tuple[Person, UUID]:
    """Ana after her new start, and Tess's grant under the new keys."""
    ana = begin(world, link(world))
    pinning.accept_pins(world.db, world.tess.keyring, now=ana.now)
    [fresh] = [one for one in people.grants_of(world.tess) if one != world.tess_grant]
    return ana, fresh


def give(world: World, grant_id: UUID) -> int:
    return returning.give_back(world.db, world.tess.keyring, grant_id, now=world.tess.now)


def take(ana: Person) -> int:
    return taking_in.take_in(ana.db, builders.fresh(ana.keyring), now=ana.now)


def hers(world: World) -> set[str]:
    """What Tess could read before."""
    mine = (world.before, world.after, world.check_in, world.shared)
    return {world.records[one] for one in mine}


def test_ana_has_again_what_tess_could_read_and_nothing_else(world: World) -> None:
    ana, fresh = anew(world)
    grant = reading.open_grant(world.db, world.tess.keyring, fresh, now=ana.now)
    assert returning.waiting(world.db, world.tess.keyring, grant, now=ana.now) == 4
    assert give(world, fresh) == 4
    assert take(ana) == 4
    assert set(people.owns(ana).values()) == hers(world)


def test_each_is_marked_with_who_gave_it_back_and_keeps_its_place_and_times(world: World) -> None:
    scope_of = {world.before: "journal", world.check_in: "check-ins", world.shared: "private"}
    first = {one: records.open_as_owner(world.db, world.ana.keyring, one) for one in scope_of}
    ana, fresh = anew(world)
    give(world, fresh)
    take(ana)
    for was, scope in scope_of.items():
        found = records.open_as_owner(world.db, ana.keyring, taking_in.own_id(fresh, was))
        assert found.returned == {"by": "Tess", "at": int(ana.now.timestamp()), "was": str(was)}
        assert found.scope == scope
        assert (found.kind, found.content) == (first[was].kind, first[was].content)
        assert found.occurred_at == first[was].occurred_at
        assert found.written_at == first[was].written_at
    order = [
        one.occurred_at
        for one in records.scan_as_owner(world.db, ana.keyring, scopes_named=("journal",))
    ]
    assert order == sorted(order, reverse=True)


def test_the_mark_outlives_an_edit_and_a_deletion_that_was_undone(world: World) -> None:
    ana, fresh = anew(world)
    give(world, fresh)
    take(ana)
    mine = taking_in.own_id(fresh, world.before)
    edited = records.edit(
        world.db,
        ana.keyring,
        record_id=mine,
        version=1,
        content={"body": "as I remember it"},
        occurred_at=ana.now,
        now=ana.now,
    )
    assert edited.returned is not None
    records.remove(world.db, ana.keyring, mine, now=ana.now)
    back = records.restore(world.db, ana.keyring, mine, now=ana.now)
    assert back.returned == edited.returned


def test_rows_from_before_stay_untouched(world: World) -> None:
    rows = select(Record.__table__).where(Record.account_id == world.ana.id)
    before = {row.id: tuple(row) for row in world.db.execute(rows)}
    ana, fresh = anew(world)
    give(world, fresh)
    take(ana)
    after = {row.id: tuple(row) for row in world.db.execute(rows)}
    assert {key: after[key] for key in before} == before


def test_given_back_twice_and_taken_in_twice_is_once(world: World) -> None:
    ana, fresh = anew(world)
    give(world, fresh)
    assert give(world, fresh) == 0
    assert take(ana) == 4
    assert take(ana) == 0
    assert len(people.owns(ana)) == 4


def test_then_the_old_consent_is_over_and_what_is_new_goes_on(world: World) -> None:
    ana, fresh = anew(world)
    give(world, fresh)
    with pytest.raises(NotFound):
        people.reads(world.tess, world.tess_grant)
    assert people.grants_of(world.tess) == [fresh]
    take(ana)
    assert set(people.reads(world.tess, fresh).values()) == {"before Theo", "since Theo"}


def test_the_log_tells_of_it(world: World) -> None:
    ana, fresh = anew(world)
    give(world, fresh)
    newest = access_log.events(world.db, ana.keyring, now=ana.now)[0]
    assert (newest.name, newest.genuine, len(newest.records)) == ("returned", True, 4)
    assert newest.reader_name == "Tess"


def test_what_waits_is_taken_in_when_ana_next_signs_in(world: World) -> None:
    from journal.core import arrival

    ana, fresh = anew(world)
    give(world, fresh)
    assert arrival.settle_in(world.db, builders.fresh(ana.keyring), now=ana.now) == 4


def test_two_therapists_give_back_the_same_entry_once(world: World) -> None:
    ana, fresh = anew(world)
    theos = people.share_with(ana, world.theo, ("journal",))
    give(world, fresh)
    assert returning.give_back(world.db, world.theo.keyring, theos, now=ana.now) == 1
    assert take(ana) == 4
    assert sorted(people.owns(ana).values()) == sorted(hers(world))


def test_with_nothing_from_before_nothing_is_given_back(world: World) -> None:
    assert give(world, world.tess_grant) == 0
    assert people.reads(world.tess, world.tess_grant)
    grant = reading.open_grant(world.db, world.tess.keyring, world.tess_grant, now=world.tess.now)
    assert returning.waiting(world.db, world.tess.keyring, grant, now=world.tess.now) == 0


def test_killed_at_any_statement_of_giving_back_it_goes_on(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returning, "BATCH", 2)
    with built.world() as world:
        _, fresh = anew(world)
        with killed_at(world.db, 0) as count:
            give(world, fresh)
    for at in range(1, count[0] + 1, 4):
        with built.world() as world:
            ana, fresh = anew(world)
            with killed_at(world.db, at):
                try:
                    give(world, fresh)
                except Killed:
                    world.db.rollback()
            take(ana)
            give(world, fresh)
            take(ana)
            assert set(people.owns(ana).values()) == hers(world), at
            assert len(people.owns(ana)) == 4, at


def test_killed_at_any_statement_of_taking_in_it_goes_on(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in, "BATCH", 2)
    with built.world() as world:
        ana, fresh = anew(world)
        give(world, fresh)
        with killed_at(world.db, 0) as count:
            take(ana)
    for at in range(1, count[0] + 1, 4):
        with built.world() as world:
            ana, fresh = anew(world)
            give(world, fresh)
            with killed_at(world.db, at):
                try:
                    take(ana)
                except Killed:
                    world.db.rollback()
            take(ana)
            assert len(people.owns(ana)) == 4, at


def test_a_consent_that_ends_by_the_clock_gives_nothing_back(world: World) -> None:
    ana, fresh = anew(world)
    mine = (Grant.account_id == ana.id) & (Grant.id == world.tess_grant)
    soon = int((ana.now + timedelta(hours=1)).timestamp())
    world.db.execute(update(Grant).where(mine).values(not_after=soon))
    world.db.commit()
    world.tess.later(hours=2)
    endings.expire_due(world.db, now=world.tess.now)
    assert give(world, fresh) == 0
    left = select(func.count()).select_from(ReturnedRecord)
    assert world.db.scalar(left) == 0
    rotation.settle(world.db, builders.fresh(ana.keyring), now=ana.later(hours=2))
