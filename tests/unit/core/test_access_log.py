"""Who saw what and when: written before it is shown, and changed by nobody unnoticed."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from journal.core import access_log, consent, records, revealing, scopes, sealed_log
from journal.core.access_log import LogTarget, SealedLog
from journal.core.errors import NotFound
from journal.core.models import AccessEvent
from journal.crypto import chain
from tests import people, thief
from tests.builders import World


def events(world: World, **asked: Any) -> list[access_log.Event]:
    return access_log.events(world.db, world.ana.keyring, now=world.ana.now, **asked)


def tess_log(world: World) -> SealedLog:
    return access_log.logs(world.db, world.ana.keyring, now=world.ana.now)[world.tess_grant]


def scope_of(world: World, name: str) -> UUID:
    return scopes.id_of(world.db, world.ana.keyring, name)


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

    monkeypatch.setattr(revealing, "reveal", die)
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
    assert [one.genuine for one in events(world)] == [False, True]  # after the gap, before it


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


def hide(world: World, place: int) -> None:
    """Take an event's marks away and link what follows anew: that needs no key."""
    found = rows(world)
    found[place]["marks"] = bytes(len(found[place]["marks"]))
    replace_rows(world, relinked(found))


def relinked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    previous, made = chain.GENESIS, []
    for row in found:
        previous = sealed_log.link_over(previous, row["sealed"], row["marks"])
        made.append(row | {"link": previous})
    return made


def test_only_what_is_about_a_record_is_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        people.reads(world.tess, world.tess_grant, ("journal",))
        open_one(world, world.after)
    open_one(world, world.before)
    people.reads(world.tess, world.tess_grant, ("journal",))
    opened = []
    genuine = SealedLog._document
    monkeypatch.setattr(
        SealedLog, "_document", lambda log, place: opened.append(place) or genuine(log, place)
    )
    [found] = events(world, record_id=world.before, names=("opened",))
    assert found.records == (world.before,)
    assert found.genuine
    last = len(rows(world)) - 1
    assert set(opened) == {last - 1, last}  # the newest proves those before it


def test_it_tells_when_something_of_a_scope_was_last_opened(world: World) -> None:
    at = world.tess.later(minutes=5)
    open_one(world, world.before)
    world.tess.later(minutes=5)
    people.reads(world.tess, world.tess_grant, ("check-ins",))
    log = tess_log(world)
    assert log.last_opened(scope_of(world, "journal")) == at
    assert log.last_opened() == at
    assert log.last_opened(scope_of(world, "check-ins")) is None
    assert log.was_opened(world.before)
    assert not log.was_opened(world.shared)


def test_marks_tell_a_thief_nothing(world: World) -> None:
    for _ in range(2):
        open_one(world, world.before)
    people.reads(world.tess, world.tess_grant)
    with pytest.raises(NotFound):
        open_one(world, world.private)
    found = [row["marks"] for row in rows(world)]
    assert {len(marks) for marks in found} == {256}
    single = [marks[at : at + 4] for marks in found for at in range(0, 256, 4)]
    assert len(set(single)) == len(single)


@pytest.mark.parametrize("place", [3, 4])
def test_taking_marks_away_hides_no_opening(world: World, place: int) -> None:
    open_one(world, world.before)
    open_one(world, world.before)
    assert len(events(world, record_id=world.before, names=("opened",))) == 2
    hide(world, place)
    assert len(events(world, record_id=world.before, names=("opened",))) == 2
    assert not all(one.genuine for one in events(world))
    assert not tess_log(world).sound


def test_a_scratched_line_linked_anew_shows_in_the_newest(world: World) -> None:
    found = rows(world)
    found[0]["sealed"] = b"\1\1" + bytes(60)
    replace_rows(world, relinked(found))
    assert not tess_log(world).sound


def test_lines_from_before_there_were_marks_are_found(world: World) -> None:
    open_one(world, world.before)
    open_one(world, world.before)
    found = rows(world)
    for row in found:
        row["marks"] = None
        row["link"] = b""
    # As they were written then: each signed over a chain without marks.
    replace_rows(world, relinked(found))
    assert len(events(world, record_id=world.before, names=("opened",))) == 2
    assert tess_log(world).was_opened(world.before)
    assert not tess_log(world).was_opened(world.after)
