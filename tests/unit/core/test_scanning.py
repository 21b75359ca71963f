"""Bulk reading says of every record what opening it alone says."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from journal.core import bin as recycled
from journal.core import owning, records, rows, scopes
from journal.core.models import Record
from journal.core.opened import Opened
from tests import builders
from tests.builders import World


def scan(world: World, **asked) -> list[Opened]:
    named = asked.pop("scopes_named", scopes.NAMES)
    return list(
        records.scan_as_owner(
            world.db, builders.fresh(world.ana.keyring), scopes_named=named, **asked
        )
    )


def write(world: World, body: str, **further) -> UUID:
    return records.write(
        world.db,
        world.ana.keyring,
        record_id=uuid4(),
        kind=further.pop("kind", "entry"),
        scope="journal",
        content={"body": body},
        occurred_at=world.ana.now - timedelta(hours=3),
        now=world.ana.now,
    ).id


@pytest.fixture
def crowded(world: World) -> World:
    """Beside what there is, more at one moment, one of another kind and one in the bin."""
    for body in ("one", "two", "three"):
        write(world, body)
    write(world, "something else", kind="letter")
    recycled.remove(world.db, world.ana.keyring, write(world, "deleted"), now=world.ana.now)
    world.db.commit()
    return world


def test_it_says_what_one_by_one_says(crowded: World) -> None:
    alone = [
        owning.open_row(crowded.db, crowded.ana.keyring, row)
        for row in rows.newest(crowded.db, crowded.ana.id, Record.position.is_not(None))
    ]
    found = scan(crowded)
    assert found == [one for one in alone if one.binned is None]
    assert scan(crowded, kind="letter") == [one for one in found if one.kind == "letter"]


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_the_size_of_a_batch_changes_nothing(crowded: World, batch: int) -> None:
    """Records of one position, parted by a batch, come neither twice nor never."""
    crowded.db.execute(update(Record).where(Record.account_id == crowded.ana.id).values(position=7))
    assert scan(crowded, batch=batch) == scan(crowded)
    assert len(scan(crowded)) == len(crowded.records) + 4


def test_it_goes_on_from_any_of_its_cursors(crowded: World) -> None:
    found = scan(crowded)
    for at, one in enumerate(found):
        assert scan(crowded, before=one.cursor) == found[at + 1 :]


def test_what_does_not_open_is_a_gap_in_its_place(crowded: World) -> None:
    found = scan(crowded)
    for change in ({"version": 2**40}, {"generation": 9}, {"body": b""}, {"wrapped_key": b"\1"}):
        mine = Record.id == found[2].id
        crowded.db.execute(update(Record).where(mine).values(**change))
        again = scan(crowded)
        assert [one.readable for one in again] == [at != 2 for at in range(len(found))]
        assert again[2].id == found[2].id
        crowded.db.rollback()


def test_a_sieve_sees_each_record_unparsed_and_what_it_turns_away_is_left_out(
    crowded: World,
) -> None:
    seen: list[bytes] = []

    def may_be(said: bytes) -> bool:
        seen.append(said)
        return b'"two"' in said

    assert [one.content for one in scan(crowded, may_be=may_be)] == [{"body": "two"}]
    assert all(said.startswith(b"{") and said.rstrip(b"\0").endswith(b"}") for said in seen)
