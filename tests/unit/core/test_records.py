"""Writing, editing and deleting one's own records."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from journal.core import bin as recycled
from journal.core import consent, records, rotation, rows, scopes
from journal.core.errors import NotFound, StaleVersion
from journal.core.models import Record
from tests import builders, people, thief
from tests.builders import World
from tests.people import NOBODYS


def edit(world: World, record_id, version: int, body: str, **changed):
    was = world.ana.now
    return records.edit(
        world.db,
        world.ana.keyring,
        record_id=record_id,
        version=version,
        content={"body": body},
        occurred_at=changed.pop("occurred_at", was),
        now=was,
        **changed,
    )


def row(world: World, record_id):
    return rows.one(world.db, world.ana.id, record_id)


def readers_keys(world: World) -> set[bytes]:
    """Every key that Tess and Theo hold between them."""
    found: set[bytes] = set()
    for person in (world.tess, world.theo):
        pins = thief.opened_state(world.db, person.keyring)["patients"].values()
        found |= {bytes.fromhex(pin["key"]) for pin in pins}
    return thief.reach(
        world.db, found, ("grant_keys.wrapped", "grant_records.wrapped", "records.wrapped_key")
    )


def test_writing_twice_is_writing_once(world: World) -> None:
    record_id = uuid4()
    for body in ("first", "second"):
        opened = records.write(
            world.db,
            world.ana.keyring,
            record_id=record_id,
            kind="entry",
            scope="journal",
            content={"body": body},
            occurred_at=world.ana.now,
            now=world.ana.now,
        )
        assert (opened.content, opened.version) == ({"body": "first"}, 1)
    assert len(people.owns(world.ana)) == len(world.records) + 1


def test_two_people_may_choose_the_same_id(world: World) -> None:
    records.write(
        world.db,
        world.otto.keyring,
        record_id=world.before,
        kind="entry",
        scope="journal",
        content={"body": "Otto's"},
        occurred_at=world.otto.now,
        now=world.otto.now,
    )
    assert people.owns(world.otto)[world.before] == "Otto's"
    assert people.owns(world.ana) == world.records


def test_an_edit_over_an_older_version_shows_both(world: World) -> None:
    edit(world, world.before, 1, "mine")
    with pytest.raises(StaleVersion) as caught:
        edit(world, world.before, 1, "theirs")
    assert caught.value.current.content == {"body": "mine"}
    assert caught.value.current.version == 2


def test_the_same_edit_sent_twice_is_one_edit(world: World) -> None:
    for _ in range(2):
        assert edit(world, world.before, 1, "mine").version == 2


def test_an_edit_keeps_the_stratum_and_takes_the_newest_generation(world: World) -> None:
    """Else an edited old entry would reach whom "from now on" keeps out, or let in the gone."""
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    edit(world, world.before, 1, "edited")
    after = row(world, world.before)
    assert (after.stratum, after.generation) == (1, 2)
    assert set(people.reads(world.theo, world.theo_grant)) == {world.after}


def test_a_record_that_changes_its_scope_takes_todays_stratum(world: World) -> None:
    edit(world, world.private, 1, "no longer private", scope="journal")
    assert row(world, world.private).stratum == 2
    assert people.reads(world.theo, world.theo_grant)[world.private] == "no longer private"
    edit(world, world.private, 2, "private again", scope="private")
    assert world.private not in people.reads(world.tess, world.tess_grant)
    assert world.private not in thief.bodies(world.db, readers_keys(world))


def test_every_version_has_a_key_of_its_own(world: World) -> None:
    pins = thief.opened_state(world.db, world.tess.keyring)["patients"].values()
    kept = readers_keys(world) - {bytes.fromhex(pin["key"]) for pin in pins}
    assert world.shared in thief.bodies(world.db, kept)
    edit(world, world.shared, 1, "edited")
    assert world.shared not in thief.bodies(world.db, kept)
    assert people.reads(world.tess, world.tess_grant)[world.shared] == "edited"


def test_a_short_and_a_longer_entry_weigh_the_same(world: World) -> None:
    """What a thief learns of a check-in or an entry is not how much was written."""
    ids = [world.ana.write("x" * length).id for length in (0, 100, 350)]
    assert len({len(row(world, record_id).body) for record_id in ids}) == 1


def test_a_scope_that_is_none(world: World) -> None:
    with pytest.raises(NotFound):
        world.ana.write("words", scope="diary")


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    found, cursor = [], None
    while True:
        page = records.newest_as_owner(
            world.db, world.ana.keyring, scopes_named=scopes.NAMES, before=cursor, limit=2
        )
        found += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == list(people.owns(world.ana))
    assert len(found) == len(world.records)


@pytest.mark.parametrize("text", ["", "x", "1", "1.x", f"{1 << 70}.{NOBODYS}", "-1.2.3"])
def test_a_cursor_that_we_did_not_give_is_none(world: World, text: str) -> None:
    page = records.newest_as_owner(
        world.db, world.ana.keyring, scopes_named=scopes.NAMES, before=text
    )
    assert len(page.items) == len(world.records)


def test_deleting_hides_from_every_reader_at_once_at_the_level_of_keys(world: World) -> None:
    kept = readers_keys(world)
    for record_id in (world.before, world.after, world.shared):
        records.remove(world.db, world.ana.keyring, record_id, now=world.ana.now)
    world.db.commit()
    gone = {world.before, world.after, world.shared}
    assert not gone & thief.bodies(world.db, kept | readers_keys(world))
    assert not gone & set(people.reads(world.tess, world.tess_grant))
    assert not gone & set(people.owns(world.ana))
    with pytest.raises(NotFound, match="deleted"):
        records.open_as_owner(world.db, world.ana.keyring, world.before)
    with pytest.raises(NotFound, match="deleted"):
        edit(world, world.before, 2, "words")


def test_undo_brings_back_scope_stratum_and_shares(world: World) -> None:
    read = people.reads(world.tess, world.tess_grant)
    theos = people.reads(world.theo, world.theo_grant)
    for record_id in (world.before, world.after, world.shared):
        for _ in range(2):
            records.remove(world.db, world.ana.keyring, record_id, now=world.ana.now)
        for _ in range(2):
            records.restore(world.db, world.ana.keyring, record_id, now=world.ana.now)
    world.db.commit()
    assert people.reads(world.tess, world.tess_grant) == read
    assert people.reads(world.theo, world.theo_grant) == theos
    assert people.owns(world.ana) == world.records


def test_undo_gives_nothing_to_a_grant_that_ended_meanwhile(world: World) -> None:
    records.remove(world.db, world.ana.keyring, world.shared, now=world.ana.now)
    world.db.commit()
    keys = readers_keys(world)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, world.ana.keyring, now=world.ana.now)
    records.restore(world.db, world.ana.keyring, world.shared, now=world.ana.now)
    world.db.commit()
    assert people.owns(world.ana) == world.records
    assert world.shared not in thief.bodies(world.db, keys | readers_keys(world))


def test_after_a_day_the_deleted_is_erased(world: World) -> None:
    records.remove(world.db, world.ana.keyring, world.before, now=world.ana.now)
    almost = world.ana.now + timedelta(hours=23, minutes=59)
    assert recycled.empty(world.db, world.ana.keyring, now=almost) == 0
    assert row(world, world.before) is not None
    late = world.ana.now + timedelta(hours=24)
    assert recycled.empty(world.db, builders.fresh(world.ana.keyring), now=late) == 1
    assert row(world, world.before) is None
    with pytest.raises(NotFound):
        records.restore(world.db, world.ana.keyring, world.before, now=late)


def test_what_was_restored_is_not_erased(world: World) -> None:
    records.remove(world.db, world.ana.keyring, world.before, now=world.ana.now)
    records.restore(world.db, world.ana.keyring, world.before, now=world.ana.now)
    late = world.ana.now + timedelta(days=3)
    assert recycled.empty(world.db, world.ana.keyring, now=late) == 0
    assert people.owns(world.ana) == world.records


def test_erasing_leaves_nothing(world: World) -> None:
    records.erase(world.db, world.ana.keyring, world.shared)
    world.db.commit()
    assert row(world, world.shared) is None
    left = [item for item in thief.sealed(world.db) if world.shared in item.row]
    assert left == []
    with pytest.raises(NotFound):
        records.erase(world.db, world.ana.keyring, world.shared)
    with pytest.raises(NotFound):
        records.erase(world.db, world.ana.keyring, world.ottos)


def test_a_row_tells_no_time_and_no_kind() -> None:
    columns = {column.name for column in select(Record).selected_columns}
    assert columns == {
        "account_id",
        "id",
        "scope_id",
        "position",
        "stratum",
        "generation",
        "version",
        "wrapped_key",
        "body",
    }
