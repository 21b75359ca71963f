"""What Ana's phone sent becomes a record once, with its own times; all else is told to her.

Red when journal/core/inbox.py: the item stays after its record is written; the mark is not
compared (`phone_item.open_item`); the hash of what was sent is not kept with the record; the
quota is not asked.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from journal.core import erasing, inbox, key_change, phones, records
from journal.core.errors import Damaged, Full, NotFound, Taken
from journal.core.models import ScopeKey
from journal.core.scopes import NAMES
from tests import people
from tests.builders import World, fresh
from tests.people import NOW, Person
from tests.phones import Phone, enrolled, open_waiting


def entry_of(person: Person, item_id):
    return records.open_as_owner(person.db, fresh(person.keyring), item_id)


def said(occurred_at: str) -> bytes:
    there = {"occurred_at": occurred_at, "written_at": NOW.isoformat()}
    return json.dumps({"v": 1, "kind": "entry", "fields": {"body": "x"}, **there}).encode()


def reasons(person: Person) -> list[str]:
    return [one.reason for one in inbox.refused(person.db, person.keyring)]


def test_it_becomes_a_record_with_its_own_times_and_its_phone(world: World) -> None:
    phone = enrolled(world.ana)
    there = "2026-11-20T23:30:00+05:30"
    item = phone.write("by the lake", occurred_at=there, written_at=there)
    assert phone.send(world.db, item)
    assert inbox.waiting(world.db, world.ana.keyring) == (1, 0)
    assert open_waiting(world.ana) == (1, 0, 0)
    opened = entry_of(world.ana, item.id)
    assert opened.content == {"body": "by the lake"}
    assert opened.occurred_at == opened.written_at == datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    assert opened.phone is not None
    assert opened.phone["id"] == str(phone.id)
    assert inbox.waiting(world.db, world.ana.keyring) == (0, 0)


def test_sent_twice_is_written_once_even_after_it_was_opened_and_changed(world: World) -> None:
    phone, ana = enrolled(world.ana), world.ana
    item = phone.write()
    before = len(people.owns(ana))
    assert [phone.send(world.db, item) for _ in range(3)] == [True, False, False]
    open_waiting(ana)
    assert phone.send(world.db, item)
    assert open_waiting(ana) == (1, 0, 0)
    records.edit(
        world.db,
        ana.keyring,
        record_id=item.id,
        version=1,
        content={"body": "better words"},
        occurred_at=NOW,
        now=NOW,
    )
    world.db.commit()
    assert phone.send(world.db, item)
    assert open_waiting(ana) == (1, 0, 0)
    assert entry_of(ana, item.id).content == {"body": "better words"}
    assert entry_of(ana, item.id).phone["id"] == str(phone.id)
    records.remove(world.db, ana.keyring, item.id, now=NOW)
    world.db.commit()
    assert phone.send(world.db, item)
    assert open_waiting(ana) == (1, 0, 0)
    with pytest.raises(NotFound):
        entry_of(ana, item.id)
    assert len(people.owns(ana)) == before


def test_ten_of_two_days_come_in_their_own_order(world: World) -> None:
    phone = enrolled(world.ana)
    start = NOW - timedelta(days=2)
    times = [start + timedelta(hours=5 * n) for n in range(9)]
    items = [
        phone.write(f"no. {n}", occurred_at=at.isoformat(), written_at=at.isoformat())
        for n, at in enumerate(times)
    ]
    for at in (4, 0, 8, 2, 6, 1, 7, 3, 5):
        phone.send(world.db, items[at])
    open_waiting(world.ana)
    found = records.scan_as_owner(world.db, world.ana.keyring, scopes_named=NAMES)
    mine = [(one.content["body"], one.occurred_at) for one in found if one.phone]
    assert mine == [(f"no. {n}", at) for n, at in reversed(list(enumerate(times)))]


def test_a_phone_whose_clock_runs_ahead_writes_nothing_into_the_future(world: World) -> None:
    phone = enrolled(world.ana)
    ahead = (NOW + timedelta(days=400)).isoformat()
    item = phone.write(occurred_at=ahead, written_at=ahead)
    phone.send(world.db, item)
    open_waiting(world.ana)
    opened = entry_of(world.ana, item.id)
    assert opened.occurred_at == opened.written_at == NOW


def test_other_words_under_an_id_that_waits_are_not_taken(world: World) -> None:
    phone = enrolled(world.ana)
    item = phone.write("the first")
    phone.send(world.db, item)
    with pytest.raises(Taken):
        phone.send(world.db, phone.write("the second", item_id=item.id))
    world.db.rollback()
    open_waiting(world.ana)
    assert entry_of(world.ana, item.id).content == {"body": "the first"}


def test_other_words_under_a_records_id_are_told_and_shown(world: World) -> None:
    phone = enrolled(world.ana)
    phone.send(world.db, phone.write("the second", item_id=world.private))
    assert open_waiting(world.ana) == (0, 1, 0)
    assert entry_of(world.ana, world.private).content == {"body": "for nobody else"}
    [told] = inbox.refused(world.db, world.ana.keyring)
    assert (told.reason, told.words) == (inbox.TAKEN, ("the second",))
    inbox.throw_away(world.db, world.ana.keyring, told.id)
    assert reasons(world.ana) == []


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"not json",
        b"[" * 100_000,
        b'{"v": 2}',
        b'{"v": 1, "kind": "entry", "fields": []}',
        b'{"v": 1, "kind": "entry", "fields": {"body": 7}, "occurred_at": "", "written_at": ""}',
        said("2026-11-20T10:00:00"),
        said("0001-01-01T00:00:00+14:00"),
        said("yesterday"),
    ],
)
def test_what_is_no_item_is_told_and_stops_nothing(world: World, plain: bytes) -> None:
    phone = enrolled(world.ana)
    phone.send(world.db, phone.seal(plain))
    phone.send(world.db, phone.seal(plain, padded=False))
    good = phone.write()
    phone.send(world.db, good)
    assert open_waiting(world.ana) == (1, 2, 0)
    assert reasons(world.ana) == [inbox.UNREAD] * 2
    assert open_waiting(world.ana) == (0, 0, 0)


def test_half_an_emoji_is_kept_as_a_mark_that_pages_can_show(world: World) -> None:
    phone = enrolled(world.ana)
    item = phone.write("cut \ud83d here")
    phone.send(world.db, item)
    open_waiting(world.ana)
    assert entry_of(world.ana, item.id).content == {"body": "cut � here"}


def test_a_kind_that_phones_do_not_write_is_told_with_its_words(world: World) -> None:
    phone = enrolled(world.ana)
    phone.send(world.db, phone.write("a plan", kind="safety-plan"))
    assert open_waiting(world.ana) == (0, 1, 0)
    assert inbox.refused(world.db, world.ana.keyring)[0].words == ("a plan",)


def test_an_inbox_has_an_end_and_the_others_keep_theirs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST_ITEMS", 3)
    phone, ottos = enrolled(world.ana), enrolled(world.otto)
    kept = [phone.write(f"{n}") for n in range(3)]
    for item in kept:
        phone.send(world.db, item)
    with pytest.raises(Full):
        phone.send(world.db, phone.write("one too many"))
    world.db.rollback()
    assert not phone.send(world.db, kept[0]), "what is here already is here"
    assert ottos.send(world.db, ottos.write())
    open_waiting(world.ana)
    assert phone.send(world.db, phone.write("room again"))


def test_an_inbox_has_an_end_in_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_BYTES", 4000)
    phone = enrolled(world.ana)
    phone.send(world.db, phone.write())
    with pytest.raises(Full):
        phone.send(world.db, phone.write("x" * 4000))


def test_what_waits_survives_new_keys_of_the_account(world: World) -> None:
    phone = enrolled(world.ana)
    item = phone.write("from before")
    root = key_change.change_keys(world.db, world.ana.root, now=NOW)
    world.db.commit()
    phone.send(world.db, item)
    person = Person(world.db, world.site, world.ana.email, root, "", root)
    assert open_waiting(person) == (1, 0, 0)


def test_a_removed_phone_sends_nothing_more_and_what_it_sent_is_in(world: World) -> None:
    phone, ana = enrolled(world.ana), world.ana
    item = phone.write()
    phone.send(world.db, item)
    phones.close(world.db, ana.keyring, phone.id)
    world.db.commit()
    assert phones.sender(world.db, phone.secret) is None
    open_waiting(ana)
    phones.remove(world.db, ana.keyring, phone.id)
    world.db.commit()
    assert entry_of(ana, item.id).phone == {
        "id": str(phone.id),
        "sent": entry_of(ana, item.id).phone["sent"],
    }
    assert phones.phones(world.db, ana.keyring) == []
    with pytest.raises(NotFound):
        phones.close(world.db, ana.keyring, phone.id)


def test_nobody_enrols_an_eleventh_phone(world: World) -> None:
    for _ in range(phones.MOST_PHONES):
        enrolled(world.ana)
    with pytest.raises(Full):
        enrolled(world.ana)


def test_theo_and_otto_remove_no_phone_of_anas_and_see_none(world: World) -> None:
    phone = enrolled(world.ana)
    phone.send(world.db, phone.seal(b"junk"))
    open_waiting(world.ana)
    [told] = inbox.refused(world.db, world.ana.keyring)
    for other in (world.otto, world.theo):
        with pytest.raises(NotFound):
            phones.close(world.db, other.keyring, phone.id)
        with pytest.raises(NotFound):
            inbox.throw_away(world.db, other.keyring, told.id)
        assert phones.phones(world.db, other.keyring) == []
    assert reasons(world.ana) == [inbox.UNREAD]


def test_erasing_the_account_erases_phones_and_inbox(world: World) -> None:
    phone = enrolled(world.ana)
    phone.send(world.db, phone.write())
    erasing.erase(world.db, world.ana.id, now=NOW)
    world.db.commit()
    assert phones.sender(world.db, phone.secret) is None
    assert inbox.waiting(world.db, world.ana.keyring) == (0, 0)


@pytest.mark.parametrize("secret", ["", "x", "é", "A" * 43, "====", "A" * 100_000])
def test_no_made_up_secret_is_a_phones(world: World, secret: str) -> None:
    enrolled(world.ana)
    assert phones.sender(world.db, secret) is None


def test_an_item_that_nobody_sent_through_its_own_phone_is_told(world: World) -> None:
    """The attacker knows everything but the phone's own key: the public key seals for anybody."""
    phone, other = enrolled(world.ana), enrolled(world.ana)
    forged = Phone(phone.account, phone.id, phone.secret, phone.public, other.mark_key)
    phone.send(world.db, forged.write("planted words"))
    moved = other.write("from the other phone")
    phone.send(world.db, moved)
    ottos = enrolled(world.otto)
    phone.send(world.db, Phone(world.otto.id, ottos.id, "", ottos.public, ottos.mark_key).write())
    renamed = phone.write("under another id")
    renamed.id = uuid4()
    phone.send(world.db, renamed)
    assert open_waiting(world.ana) == (0, 4, 0)
    assert reasons(world.ana) == [inbox.UNOPENED] * 4
    assert not any(one.words for one in inbox.refused(world.db, world.ana.keyring))


def test_a_scratched_key_of_hers_costs_no_item(world: World) -> None:
    phone = enrolled(world.ana)
    phone.send(world.db, phone.write())
    keys = select(ScopeKey).where(ScopeKey.account_id == world.ana.id)
    before = {key.scope_id: key.wrapped for key in world.db.scalars(keys)}
    world.db.execute(update(ScopeKey).values(wrapped=b"\1\1" + bytes(60)))
    world.db.commit()
    scratched = Person(world.db, world.site, "", fresh(world.ana.keyring), "", world.ana.root)
    with pytest.raises(Damaged):
        open_waiting(scratched)
    world.db.rollback()
    assert inbox.waiting(world.db, world.ana.keyring) == (1, 0)
    for scope_id, wrapped in before.items():
        mine = ScopeKey.scope_id == scope_id
        world.db.execute(update(ScopeKey).where(mine).values(wrapped=wrapped))
    world.db.commit()
    assert open_waiting(world.ana) == (1, 0, 0)
