"""Consent: every order of change, its end by the clock, and what needs the password."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from journal.core import consent, endings, receipts, rotation
from journal.core.consent import Choice
from journal.core.errors import NotFound, StepUpNeeded
from journal.core.models import Grant, GrantKey
from tests import builders, people
from tests.builders import World

JOURNAL, CHECK_INS = ("journal",), ("check-ins",)
BOTH = ("journal", "check-ins")


def change(world: World, choice: Choice, *, root: bool = True) -> consent.GrantView:
    ring = world.ana.root if root else world.ana.keyring
    view = consent.change(world.db, ring, world.tess_grant, choice, now=world.ana.now)
    world.db.commit()
    return view


def journal_and_check_ins(world: World) -> dict[str, set]:
    return {
        "journal": {world.before, world.after},
        "check-ins": {world.check_in},
    }


@pytest.mark.parametrize("order", list(permutations([(), JOURNAL, CHECK_INS, BOTH])))
def test_every_order_of_changes_ends_where_it_ends(world: World, order: tuple) -> None:
    for names in order:
        change(world, Choice(names, "everything"))
        rotation.finish(world.db, world.ana.keyring, now=world.ana.now)
        read = people.reads(world.tess, world.tess_grant)
        there = journal_and_check_ins(world)
        assert set(read) == {world.shared}.union(*(there[name] for name in names))
        assert "" not in read.values()
        assert people.owns(world.ana) == world.records


def test_a_scope_that_stays_keeps_its_start(world: World) -> None:
    view = change(world, Choice((*BOTH, "care"), "now"))
    assert view.scopes["journal"] is None
    assert view.scopes["care"] == world.ana.now
    assert world.before in people.reads(world.tess, world.tess_grant)


def test_a_choice_that_changes_nothing_leaves_no_trace(world: World) -> None:
    before = len(receipts.listed(world.db, world.ana.keyring))
    change(world, Choice(BOTH, "now"), root=False)
    assert len(receipts.listed(world.db, world.ana.keyring)) == before


@pytest.mark.parametrize(
    ("first", "then", "needed"),
    [
        (None, None, False),
        (None, 1, False),
        (2, 1, False),
        (1, 2, True),
        (1, None, True),
    ],
)
def test_a_later_end_needs_the_password_and_an_earlier_one_does_not(
    world: World, first: int | None, then: int | None, *, needed: bool
) -> None:
    ends = [days and world.ana.now + timedelta(days=days) for days in (first, then)]
    change(world, Choice(BOTH, "now", ends[0]))
    if needed:
        with pytest.raises(StepUpNeeded):
            change(world, Choice(BOTH, "now", ends[1]), root=False)
        world.db.rollback()
    view = change(world, Choice(BOTH, "now", ends[1]), root=needed)
    assert view.not_after == ends[1]
    assert people.reads(world.tess, world.tess_grant)


def test_a_scope_less_and_a_scope_more_at_once_needs_the_password(world: World) -> None:
    with pytest.raises(StepUpNeeded):
        change(world, Choice(("journal", "care")), root=False)
    world.db.rollback()
    assert set(
        consent.one_grant(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now).scopes
    ) == set(BOTH)


@pytest.mark.parametrize("name", ["private", "diary", ""])
def test_what_can_not_be_shared(world: World, name: str) -> None:
    with pytest.raises(NotFound):
        change(world, Choice((*BOTH, name), "everything"))


def test_the_job_ends_what_is_due_and_needs_no_key(world: World) -> None:
    change(world, Choice(BOTH, "now", world.ana.now + timedelta(hours=1)))
    until = world.ana.now + timedelta(hours=1)
    early = until - timedelta(seconds=1)
    assert endings.expire_due(world.db, now=early) == 0
    assert endings.expire_due(world.db, now=until) == 1
    wraps = select(func.count()).where(GrantKey.grant_id == world.tess_grant)
    assert world.db.scalar(wraps) == 0
    grant = world.db.execute(select(Grant.__table__).where(Grant.id == world.tess_grant)).one()
    assert (grant.sealed_key, grant.status, grant.rotation) == (None, "expired", "due")
    assert endings.expire_due(world.db, now=until) == 0


def test_settling_raises_the_generation_and_leaves_a_receipt(world: World) -> None:
    until = world.ana.now + timedelta(hours=1)
    change(world, Choice(BOTH, "now", until))
    for _ in range(2):
        rotation.settle(world.db, builders.fresh(world.ana.keyring), now=until)
    events = [one.event for one in receipts.listed(world.db, world.ana.keyring)]
    assert events[0] == "expired"
    assert events.count("expired") == 1
    assert people.reads(world.theo, world.theo_grant) == {world.after: "since Theo"}


def test_ending_what_has_ended_changes_nothing(world: World) -> None:
    for _ in range(2):
        consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
        world.db.commit()
    events = [one.event for one in receipts.listed(world.db, world.ana.keyring)]
    assert events.count("ended") == 1
    with pytest.raises(NotFound):
        change(world, Choice(BOTH))


def test_nobody_changes_somebody_elses_grant(world: World) -> None:
    for ring in (world.otto.root, world.theo.root, world.tess.root):
        with pytest.raises(NotFound):
            consent.change(world.db, ring, world.tess_grant, Choice(()), now=world.ana.now)
        with pytest.raises(NotFound):
            consent.revoke(world.db, ring, world.tess_grant, now=world.ana.now)
        with pytest.raises(NotFound):
            consent.one_grant(world.db, ring, world.tess_grant, now=world.ana.now)
    assert people.reads(world.tess, world.tess_grant)


def test_after_an_end_the_same_two_can_begin_again(world: World) -> None:
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, world.ana.keyring, now=world.ana.now)
    again = people.share_with(world.ana, world.tess, CHECK_INS)
    assert people.reads(world.tess, again) == {world.check_in: "a calm morning"}
    assert people.grants_of(world.tess) == [again]
