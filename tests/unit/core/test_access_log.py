"""Who saw what and when: written before it is shown, and changed by nobody unnoticed."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from journal.core import access_log, consent, records, revealing
from journal.core.access_log import LogTarget
from journal.core.errors import NotFound
from journal.core.models import AccessEvent
from journal.crypto import chain
from tests import people, thief
from tests.builders import World


def events(world: World, **asked: Any) -> list[access_log.Event]:
    return access_log.events(world.db, world.ana.keyring, now=world.ana.now, **asked)


def target(world: World) -> LogTarget:
    pins = thief.opened_state(world.db, world.tess.keyring)["patients"]
    key = bytes.fromhex(pins[str(world.tess_grant)]["key"])
    return LogTarget(world.tess_grant, world.ana.id, key)


def open_one(world: World, record_id: Any) -> None:
    records.open_as_reader(
        world.db, world.tess.keyring, world.tess_grant, record_id, now=world.tess.now
    )


def rows(world: World) -> list[dict[str, Any]]:
    mine = AccessEvent.grant_id == world.tess_grant
    found = select(AccessEvent.__table__).where(mine).order_by(AccessEvent.n)
    return [dict(row) for row in world.db.execute(found).mappings()]


def replace_rows(world: World, changed: list[dict[str, Any]]) -> None:
    world.db.execute(delete(AccessEvent).where(AccessEvent.grant_id == world.tess_grant))
    world.db.execute(insert(AccessEvent), changed)
    world.db.commit()


def test_reading_is_logged_with_its_records_the_newest_first(world: World) -> None:
    world.tess.later(minutes=1)
    people.reads(world.tess, world.tess_grant, ("journal",))
    world.tess.later(minutes=1)
    open_one(world, world.before)
    newest, listed, *_ = events(world)
    assert (newest.name, newest.records, newest.at) == ("opened", (world.before,), world.tess.now)
    assert listed.name == "listed"
    assert set(listed.records) == {world.before, world.after, world.shared}
    assert newest.reader_name == "Tess"
    assert newest.genuine
    assert {one.name for one in events(world, record_id=world.before)} == {"listed", "opened"}
    assert len(events(world, limit=1)) == 1


def test_it_is_committed_before_anything_is_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(events(world))

    def die(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(revealing, "_reveal", die)
    with pytest.raises(RuntimeError):
        open_one(world, world.before)
    world.db.rollback()
    assert len(events(world)) == before + 1


def test_a_refusal_under_a_grant_she_held_is_logged_there(world: World) -> None:
    with pytest.raises(NotFound):
        open_one(world, world.private)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    with pytest.raises(NotFound):
        people.reads(world.tess, world.tess_grant)
    assert [one.name for one in events(world)].count("refused") == 2
    with pytest.raises(NotFound):
        people.reads(world.tess, world.otto_grant)
    assert people.grants_of(world.tess) == []
    assert [one.name for one in events(world)].count("refused") == 2


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("listed", {}),
        ("opened", {"records": [], "reason": "x"}),
        ("refused", {"records": []}),
        ("refused", {"reason": "x", "title": "words"}),
    ],
)
def test_an_event_has_its_fields_and_no_others(
    world: World, name: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="has the fields"):
        access_log.append(
            world.db, world.tess.keyring, target(world), name, now=world.tess.now, **fields
        )


def test_a_sound_log_is_genuine(world: World) -> None:
    assert [one.genuine for one in events(world)] == [True, True, True]


def test_a_deleted_row_shows(world: World) -> None:
    replace_rows(world, [row for row in rows(world) if row["n"] != 2])
    assert [one.genuine for one in events(world)] == [True, False]


def test_the_first_row_deleted_shows(world: World) -> None:
    replace_rows(world, [row for row in rows(world) if row["n"] != 1])
    assert [one.genuine for one in events(world)] == [False, False]


def test_rows_renumbered_after_a_deletion_show(world: World) -> None:
    """With links made anew, which need no key: the number is part of what was sealed."""
    kept, previous = [], chain.GENESIS
    for n, row in enumerate([row for row in rows(world) if row["n"] != 1], start=1):
        previous = chain.link(previous, row["sealed"], access_log.NAMESPACE)
        kept.append(row | {"n": n, "link": previous})
    replace_rows(world, kept)
    assert [one.genuine for one in events(world)] == [False, False]


def test_reordered_rows_show(world: World) -> None:
    first, second, third = rows(world)
    swapped = [first | {"n": 2}, second | {"n": 1}, third]
    replace_rows(world, swapped)
    assert [one.genuine for one in events(world)] == [False, False, False]


def test_an_inserted_row_shows(world: World) -> None:
    """Even one that is a genuine event of the same grant, and linked as it should be."""
    found = rows(world)
    copy = found[0]["sealed"]
    link = chain.link(found[-1]["link"], copy, access_log.NAMESPACE)
    replace_rows(world, [*found, found[0] | {"n": 4, "link": link}])
    assert sorted(one.genuine for one in events(world)) == [False, True, True, True]


def test_an_event_of_somebody_else_who_knows_the_grant_key_shows(world: World) -> None:
    """Signed by Theo: the pinned reader's root did not certify that."""
    access_log.append(
        world.db,
        world.theo.keyring,
        target(world),
        "opened",
        now=world.tess.now,
        records=[str(world.before)],
    )
    world.db.commit()
    assert sorted(one.genuine for one in events(world)) == [False, True, True, True]


def test_a_damaged_row_is_told_as_one_and_the_others_still_show(world: World) -> None:
    second = (AccessEvent.grant_id == world.tess_grant) & (AccessEvent.n == 2)
    world.db.execute(update(AccessEvent).where(second).values(sealed=b"\1\1" + bytes(60)))
    world.db.commit()
    found = events(world)
    assert len(found) == 3
    assert [one for one in found if not one.genuine and one.records == ()]
