"""Records lie in the order in which things happened, whenever they were written down."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from journal.core import positions, records, scopes
from journal.core.models import Record
from tests import people
from tests.builders import Built, World


def ordered(world: World) -> list[Any]:
    found = records.scan_as_owner(world.db, world.ana.keyring, scopes_named=scopes.NAMES)
    return [item.occurred_at for item in found if item.readable]


def move(world: World, record_id: Any, hours: int) -> None:
    was = records.open_as_owner(world.db, world.ana.keyring, record_id)
    records.edit(
        world.db,
        world.ana.keyring,
        record_id=record_id,
        version=was.version,
        content=was.content,
        occurred_at=world.ana.now - timedelta(hours=hours),
        now=world.ana.now,
    )


HOURS = st.integers(-5, 200)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(st.tuples(st.booleans(), HOURS, st.integers(0, 30)), max_size=20),
    gap=st.sampled_from([2, 8, positions.GAP]),
)
def test_any_writing_and_redating_lists_in_order(
    built: Built, steps: list[tuple[bool, int, int]], gap: int
) -> None:
    """With a gap of two, nearly every insertion finds the gaps used up and spreads."""
    with built.world() as world, pytest.MonkeyPatch.context() as patched:
        patched.setattr(positions, "GAP", gap)
        ids = list(world.records)
        for new, hours, which in steps:
            if new:
                ids.append(world.ana.write("words", hours=hours).id)
            else:
                move(world, ids[which % len(ids)], hours)
        found = ordered(world)
        assert found == sorted(found, reverse=True)
        assert len(found) == len(ids)


def test_spreading_keeps_the_order_and_what_it_says(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.db.execute(update(Record).values(position=Record.position / positions.GAP))
    world.db.commit()
    before = people.owns(world.ana)
    new = world.ana.write("in between", hours=50)
    found = ordered(world)
    assert found == sorted(found, reverse=True)
    assert people.owns(world.ana) == before | {new.id: "in between"}


def test_equal_times_keep_the_order_of_writing(world: World) -> None:
    ids = [world.ana.write(str(number)).id for number in range(4)]
    assert list(people.owns(world.ana))[:4] == ids[::-1]


@pytest.mark.parametrize("damaged", range(5))
@pytest.mark.parametrize("hours", [0, 30, 60, 80, 110, 130])
def test_a_damaged_neighbour_puts_nothing_out_of_order(
    world: World, damaged: int, hours: int
) -> None:
    ids = list(people.owns(world.ana))
    body = update(Record).where(Record.id == ids[damaged]).values(body=b"\1\1" + bytes(60))
    world.db.execute(body)
    world.db.commit()
    world.ana.write("words", hours=hours)
    found = ordered(world)
    assert found == sorted(found, reverse=True)


def test_all_damaged_still_takes_a_new_one(world: World) -> None:
    world.db.execute(update(Record).values(body=b"\1\1" + bytes(60)))
    world.db.commit()
    new = world.ana.write("words")
    assert people.owns(world.ana)[new.id] == "words"
    places = world.db.scalars(select(Record.position).where(Record.account_id == world.ana.id))
    assert len(set(places)) == len(world.records) + 1
