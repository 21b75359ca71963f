"""Receipts: one a change, chained, verifiable without a database."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from journal.core import consent, receipts, rotation
from journal.core.consent import Choice
from journal.core.errors import Damaged, NotFound, NotGenuine
from journal.core.models import Receipt
from journal.crypto import canonical, chain
from tests.builders import World


def documents(world: World) -> list[bytes]:
    """Every receipt of Ana, the oldest first."""
    found = receipts.listed(world.db, world.ana.keyring)[::-1]
    return [receipts.document(world.db, world.ana.keyring, one.id) for one in found]


def some(world: World) -> None:
    now, ring = world.ana.now, world.ana.keyring
    until = now + timedelta(hours=1)
    consent.change(
        world.db, world.ana.root, world.theo_grant, Choice(("journal",), "now", until), now=now
    )
    consent.change(world.db, ring, world.tess_grant, Choice(("journal",)), now=now)
    consent.revoke(world.db, ring, world.tess_grant, now=now)
    world.db.commit()
    rotation.settle(world.db, ring, now=until)


def test_each_change_leaves_one(world: World) -> None:
    some(world)
    found = receipts.listed(world.db, world.ana.keyring)[::-1]
    events = [one.event for one in found]
    assert events == ["given", "given", "changed", "changed", "ended", "expired"]
    assert [one.n for one in found] == [1, 2, 3, 4, 5, 6]
    assert found[3].scopes == ("journal",)


def test_each_is_genuine_and_linked_to_the_one_before(world: World) -> None:
    some(world)
    previous = chain.GENESIS
    for text in documents(world):
        members = receipts.verify(text)
        assert members["previous"] == previous.hex()
        previous = chain.link(previous, canonical.dumps(members), receipts.NAMESPACE)


def test_a_receipt_holds_codes_and_no_personal_word(world: World) -> None:
    text = b"".join(documents(world)).decode()
    for word in ("Ana", "Tess", "example.org", "Vienna"):
        assert word not in text


def test_every_flipped_byte_shows(world: World) -> None:
    [text, *_] = documents(world)
    assert receipts.verify(text)
    for at in range(len(text)):
        changed = bytearray(text)
        changed[at] ^= 1
        with pytest.raises(NotGenuine):
            receipts.verify(bytes(changed))


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"null", b'{"receipt":1}', b"\xff", b"{"])
def test_what_is_no_receipt(text: bytes) -> None:
    with pytest.raises(NotGenuine):
        receipts.verify(text)


def test_one_patients_signature_under_anothers_key(world: World) -> None:
    """A document is taken apart and put together again: nothing of it can be exchanged."""
    [first, second, *_] = [json.loads(text) for text in documents(world)]
    for member in ("receipt", "signature"):
        mixed = first | {member: second[member]}
        with pytest.raises(NotGenuine):
            receipts.verify(canonical.dumps(mixed))
    others = first | {"root_public": world.otto.keyring.identity.root_public.hex()}
    with pytest.raises(NotGenuine):
        receipts.verify(canonical.dumps(others))


def test_nobody_reads_somebody_elses(world: World) -> None:
    [one, *_] = receipts.listed(world.db, world.ana.keyring)
    for ring in (world.otto.keyring, world.tess.keyring):
        with pytest.raises(NotFound):
            receipts.document(world.db, ring, one.id)


def test_a_damaged_one_is_a_gap_and_the_next_is_still_made(world: World) -> None:
    newest, *_ = receipts.listed(world.db, world.ana.keyring)
    world.db.execute(
        update(Receipt).where(Receipt.id == newest.id).values(sealed=b"\1\1" + bytes(60))
    )
    world.db.commit()
    with pytest.raises(Damaged):
        receipts.document(world.db, world.ana.keyring, newest.id)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    found = receipts.listed(world.db, world.ana.keyring)
    assert [one.n for one in found] == [3, 1]
    assert receipts.verify(receipts.document(world.db, world.ana.keyring, found[0].id))
