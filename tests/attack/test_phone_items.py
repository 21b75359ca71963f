"""What a phone leaves here: nobody who holds the database, or the phone, reads it or adds to it.

Red when journal/core/phones.py: the inbox seed is sealed under anything but the content key;
when journal/core/inbox.py: what does not open is dropped in silence, or a batch is opened without
the account's lock; when journal/crypto/phone_item.py: the mark is not compared.
"""

from __future__ import annotations

import pickle
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from journal.core import inbox, phones, records
from journal.crypto import phone_item, primitives
from journal.crypto.errors import CryptoError
from journal.db import Database
from tests import people, thief
from tests.builders import Built, World
from tests.phones import enrolled, open_waiting, plainly

WORDS = "a heron stood under the lantern"


def test_the_database_with_the_site_key_and_the_phones_secret_opens_nothing(world: World) -> None:
    phone = enrolled(world.ana)
    phone.send(world.db, phone.write(WORDS))
    known = {world.site.derive(name) for name in ("slot", "session", "contact", "index")}
    known |= {phone.mark_key, primitives.sha256(phone.secret.encode())}
    assert "phones.sealed" not in {item.column for item in thief.opened(world.db, known)}


def test_only_the_content_key_leads_to_the_seed(world: World) -> None:
    phone = enrolled(world.ana)
    found = thief.opened(world.db, {world.ana.keyring.content_key})
    [kept] = [plain for item, plain in found.items() if item.column == "phones.sealed"]
    assert phones.keys_of(world.db, world.ana.keyring, phone.id).seed in thief.keys_from(kept)


def test_all_that_lies_on_the_phone_opens_nothing(world: World) -> None:
    phone = enrolled(world.ana)
    item = phone.write(WORDS)
    lying = pickle.dumps((phone, item))
    assert WORDS.encode() not in lying
    seeds = {phone.mark_key, primitives.sha256(phone.public), phone.public[:32]}
    place = phone_item.Place(phone.account, phone.id, item.id)
    for seed in seeds:
        with pytest.raises(CryptoError):
            phone_item.open_item(seed, phone.mark_key, item.sealed, item.mark, place)


@pytest.mark.parametrize("column", ["sealed", "mark"])
def test_a_flipped_byte_is_told_and_not_read(world: World, column: str) -> None:
    phone = enrolled(world.ana)
    item = phone.write(WORDS)
    whole = bytearray(getattr(item, column))
    whole[len(whole) // 2] ^= 1
    setattr(item, column, bytes(whole))
    phone.send(world.db, item)
    assert open_waiting(world.ana) == (0, 1, 0)


def test_an_item_moved_to_otto_opens_for_nobody(world: World) -> None:
    phone, ottos = enrolled(world.ana), enrolled(world.otto)
    phone.send(world.db, phone.write(WORDS))
    world.db.execute(
        text("UPDATE inbox_items SET account_id = :otto, phone_id = :phone"),
        {"otto": world.otto.id.hex, "phone": ottos.id.hex}
        if world.db.get_bind().dialect.name == "sqlite"
        else {"otto": world.otto.id, "phone": ottos.id},
    )
    world.db.commit()
    assert open_waiting(world.ana) == (0, 0, 0)
    assert open_waiting(world.otto) == (0, 1, 0)
    assert inbox.refused(world.db, world.otto.keyring)[0].words == ()


def test_two_nodes_at_once_open_it_once(built: Built) -> None:
    """Really at once: each over its own connection, behind a barrier, committed for good."""
    database, first = built.database, built.first
    with database.session() as db:
        ana = first.ana.over(db)
        phone = enrolled(ana)
        for n in range(5):
            phone.send(db, phone.write(f"{WORDS} {n}"))
    outcomes, gate = [], Barrier(2)

    def node() -> None:
        own = Database(built.settings.database_url)
        with own.session() as db:
            ana = first.ana.over(db)
            gate.wait()
            outcomes.append(inbox.open_waiting(db, ana.keyring, plainly, now=ana.now))
        own.dispose()

    nodes = [Thread(target=node) for _ in range(2)]
    for one in nodes:
        one.start()
    for one in nodes:
        one.join()
    with database.session() as db:
        ana = first.ana.over(db)
        written = [body for body in people.owns(ana).values() if body.startswith(WORDS)]
        for record_id, body in people.owns(ana).items():
            if body.startswith(WORDS):
                records.erase(db, ana.keyring, record_id)
        phones.remove(db, ana.keyring, phone.id)
        db.commit()
    assert sorted(written) == [f"{WORDS} {n}" for n in range(5)]
    assert sum(one.opened for one in outcomes) == 5
    assert sum(one.refused for one in outcomes) == 0
