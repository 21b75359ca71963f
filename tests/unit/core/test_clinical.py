"""Tess records a medicine session; Ana gets her copy of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select

from journal.core import (
    care_copies,
    clinical,
    consent,
    covering,
    erasing,
    key_change,
    records,
    scopes,
)
from journal.core.errors import Full, NotFound, StaleVersion
from journal.core.models import CareCopy, Record, Scope
from tests import people
from tests.builders import World, fresh

PLANNED = {"status": "planned", "day": "2026-11-24", "minute": 600, "zone": "Europe/Vienna"}
MOVED = PLANNED | {"day": "2026-11-25"}


def plan(world: World, **changed):
    """Tess plans a session with Ana."""
    asked = {"record_id": uuid4(), "grant_id": world.tess_grant, "says": PLANNED, **changed}
    planned = clinical.begin(
        world.db,
        world.tess.keyring,
        kind="session-record",
        copied_as="medicine-session",
        occurs=world.tess.now + timedelta(days=2),
        now=world.tess.now,
        **asked,
    )
    world.db.commit()
    return planned


def move(world: World, planned, says=MOVED, **changed):
    """Tess moves it by a day."""
    asked = {"record_id": planned.id, "version": planned.version, "grant_id": world.tess_grant}
    moved = clinical.change(
        world.db,
        world.tess.keyring,
        kind="session-record",
        says=says,
        occurs=world.tess.now + timedelta(days=3),
        now=world.tess.now,
        **(asked | changed),
    )
    world.db.commit()
    return moved


def takes_in(world: World, check=lambda kind, says: None):
    return care_copies.take_in(world.db, fresh(world.ana.keyring), check, now=world.ana.now)


def copies(world: World):
    """What Ana has of it: the last report of each."""
    found = records.scan_as_owner(
        world.db, fresh(world.ana.keyring), scopes_named=("care",), kind="medicine-session"
    )
    return [one.content["reports"][-1]["report"]["says"] for one in found]


def pass_time(world: World) -> None:
    """A minute goes by for both."""
    for person in (world.tess, world.ana):
        person.later(minutes=1)


def lies_there(world: World) -> int:
    return world.db.scalar(select(func.count()).select_from(CareCopy)) or 0


def test_ana_gets_a_copy_once_and_tess_keeps_her_own(world: World) -> None:
    planned = plan(world)
    assert takes_in(world) == (1, 0)
    assert copies(world) == [PLANNED]
    assert (takes_in(world), lies_there(world)) == ((0, 0), 0)
    [hers] = clinical.about(world.db, world.tess.keyring, world.tess_grant, kind="session-record")
    assert hers.id == planned.id
    assert hers.content["reports"][0]["report"]["says"] == PLANNED


def test_nothing_in_the_clear_ties_tess_record_to_ana(world: World) -> None:
    planned = plan(world)
    takes_in(world)
    rows = world.db.execute(select(Record.account_id, Record.id, Record.scope_id)).all()
    assert len({row.id for row in rows}) == len(rows)
    names = (str(world.ana.id), str(world.tess_grant), "session-record", "2026-11-24")
    [row] = world.db.execute(select(Record).where(Record.id == planned.id)).scalars()
    raw = row.body + row.wrapped_key
    assert not any(name.encode() in raw for name in names)


def test_what_is_moved_replaces_the_copy_and_keeps_what_was_said_before(world: World) -> None:
    planned = plan(world)
    takes_in(world)
    move(world, planned)
    assert takes_in(world) == (1, 0)
    assert copies(world) == [MOVED]
    [hers] = records.scan_as_owner(
        world.db, fresh(world.ana.keyring), scopes_named=("care",), kind="medicine-session"
    )
    assert [one["report"]["says"] for one in hers.content["reports"]] == [PLANNED, MOVED]


def test_what_is_moved_before_ana_was_here_comes_as_one(world: World) -> None:
    move(world, plan(world))
    assert lies_there(world) == 1
    takes_in(world)
    assert copies(world) == [MOVED]


def test_posting_a_plan_twice_is_planning_once(world: World) -> None:
    planned = plan(world)
    again = plan(world, record_id=planned.id)
    assert again.content == planned.content
    assert takes_in(world).looked_at == 1
    assert len(copies(world)) == 1


def test_a_plan_posted_again_with_another_day_is_not_told_as_saved(world: World) -> None:
    """Its answer was lost and Tess changed the day before she pressed again."""
    planned = plan(world)
    with pytest.raises(StaleVersion):
        plan(world, record_id=planned.id, says=MOVED)
    world.db.rollback()
    move(world, planned)
    assert plan(world, record_id=planned.id).content["reports"][0]["report"]["says"] == PLANNED
    takes_in(world)
    assert copies(world) == [MOVED]


def test_a_stale_change_says_so_and_sends_nothing(world: World) -> None:
    planned = plan(world)
    move(world, planned)
    with pytest.raises(StaleVersion):
        move(world, planned, says=PLANNED)
    world.db.rollback()
    takes_in(world)
    assert copies(world) == [MOVED]


def test_a_record_of_another_patient_is_not_there_under_this_grant(world: World) -> None:
    planned = plan(world)
    grant = people.share_with(world.otto, world.tess, ("journal",))
    with pytest.raises(NotFound):
        move(world, planned, grant_id=grant)
    with pytest.raises(NotFound):
        plan(world, record_id=planned.id, grant_id=grant)


def test_theo_can_not_write_under_tess_grant(world: World) -> None:
    with pytest.raises(NotFound):
        plan(replace(world, tess=world.theo))
    assert lies_there(world) == 0


def test_a_copy_shares_nothing_with_anybody(world: World) -> None:
    before = people.reads(world.tess, world.tess_grant)
    plan(world)
    takes_in(world)
    assert people.reads(world.tess, world.tess_grant) == before


def test_what_came_before_the_end_is_read_after_it_and_nothing_comes_after(world: World) -> None:
    planned = plan(world)
    pass_time(world)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    pass_time(world)
    assert takes_in(world) == (1, 0)
    assert copies(world) == [PLANNED]
    with pytest.raises(NotFound):
        move(world, planned)
    with pytest.raises(NotFound):
        plan(world)
    world.db.rollback()
    assert takes_in(world) == (0, 0)
    # Her own record stays hers.
    found = clinical.about(world.db, world.tess.keyring, world.tess_grant, kind="session-record")
    assert [one.id for one in found] == [planned.id]


def test_a_therapist_from_before_gets_her_scope_when_she_needs_it(world: World) -> None:
    world.db.execute(delete(Scope).where(Scope.account_id == world.tess.id))
    world.db.commit()
    assert not list(clinical.about(world.db, world.tess.keyring, world.tess_grant, kind="x"))
    plan(world)
    assert list(scopes.ids(world.db, fresh(world.tess.keyring))) == [scopes.CLINICAL]
    assert takes_in(world).looked_at == 1


def test_tess_new_keys_do_not_undo_what_her_old_ones_signed(world: World) -> None:
    plan(world)
    pass_time(world)
    root = key_change.change_keys(world.db, world.tess.root, now=world.tess.now)
    world.db.commit()
    assert takes_in(world) == (1, 0)
    renewed = replace(world, tess=replace(world.tess, keyring=root))
    plan(renewed)
    assert takes_in(world) == (1, 0)
    assert len(copies(world)) == 2


def test_a_copy_that_no_page_can_show_is_not_taken_in(world: World) -> None:
    def check(kind, says):
        raise ValueError

    plan(world)
    assert takes_in(world, check) == (1, 1)
    assert care_copies.refused(world.db, world.ana.keyring) == 1
    assert copies(world) == []


def test_nobody_can_fill_anas_account_with_copies(world: World, monkeypatch) -> None:
    monkeypatch.setattr(clinical, "MOST_WAITING", 4)  # of two who read with her
    planned = plan(world)
    plan(world)
    with pytest.raises(Full):
        plan(world)
    world.db.rollback()
    move(world, planned)
    assert takes_in(world) == (2, 0)


def test_a_therapist_who_says_too_much_leaves_the_other_her_share(
    world: World, monkeypatch
) -> None:
    monkeypatch.setattr(clinical, "MOST_WAITING", 4)
    first = plan(world)
    for _ in range(3):
        first = move(world, first)
    plan(world)
    with pytest.raises(Full):
        plan(world)
    world.db.rollback()
    theos = replace(world, tess=world.theo, tess_grant=world.theo_grant)
    plan(theos)
    plan(theos)
    assert takes_in(world) == (4, 0)


def test_what_was_refused_leaves_its_place_to_what_comes(world: World, monkeypatch) -> None:
    def check(kind, says):
        raise ValueError

    monkeypatch.setattr(clinical, "MOST_WAITING", 2)
    plan(world)
    assert takes_in(world, check) == (1, 1)
    plan(world)


def test_who_leaves_takes_along_what_waits_for_her(world: World) -> None:
    plan(world)
    erasing.erase(world.db, world.ana.id, now=world.ana.now)
    world.db.commit()
    assert lies_there(world) == 0
    world.db.rollback()


def test_her_therapist_leaving_takes_no_copy_from_ana(world: World) -> None:
    plan(world)
    erasing.erase(world.db, world.tess.id, now=world.tess.now)
    world.db.commit()
    assert takes_in(world) == (1, 0)
    assert copies(world) == [PLANNED]


def test_tess_takes_her_records_along(world: World) -> None:
    planned = plan(world)
    found = covering.several(world.db, fresh(world.tess.keyring), [planned.id])
    assert found[planned.id].readable
