"""Receipts: one a change, chained, verifiable without a database."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from journal.core import consent, heads, receipt_chain, receipt_members, receipts, rotation
from journal.core.consent import Choice
from journal.core.errors import Damaged, NotFound, NotGenuine
from journal.core.models import Receipt
from journal.crypto import canonical, chain, envelope, primitives
from journal.crypto.context import Label, context
from tests.builders import World
from tests.people import Person


def documents(world: World, person: Person | None = None) -> list[bytes]:
    """Every receipt of Ana, or of somebody else, the oldest first."""
    ring = (person or world.ana).keyring
    found = receipts.listed(world.db, ring)[::-1]
    return [receipts.document(world.db, ring, one.id) for one in found]


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
        genuine = receipts.verify(text)
        assert genuine.told.previous == previous.hex()
        members = canonical.loads(text)["receipt"]
        previous = chain.link(previous, canonical.dumps(members), receipts.NAMESPACE)
        assert genuine.link == previous


def test_it_has_the_sections_of_the_record_structure(world: World) -> None:
    [text, *_] = documents(world)
    members = canonical.loads(text)["receipt"]
    told = receipts.verify(text).told
    assert members["schema_version"] == receipt_members.FORMAT
    assert members["record_id"] == str(told.id)
    assert members["pii_principal_id"] == str(world.ana.id)
    assert set(members["pii_processing"]) >= {
        *("privacy_notice", "language", "purposes", "pii_information", "pii_controllers"),
        *("storage_locations", "retention_period", "jurisdiction", "recipient_third_parties"),
        "withdrawal_method",
    }
    types = [one["pii_type"] for one in members["pii_processing"]["pii_information"]]
    assert types == [scope.name for scope in told.scopes]
    assert sorted(types) == ["check-ins", "journal"]
    parties = {one["party_role"]: one["party_id"] for one in members["party_identification"]}
    assert parties == {"pii-principal": str(world.ana.id), "pii-controller": str(world.tess.id)}
    assert [one["event_state"] for one in members["events"]] == ["consent-given"]


def test_receipts_of_the_first_format_are_genuine_for_ever() -> None:
    lines = (Path(__file__).parent / "receipts_of_format_1.txt").read_bytes().splitlines()
    told = [receipts.verify(line).told for line in lines]
    assert [one.format for one in told] == [1] * 6
    events = ["given", "given", "changed", "changed", "ended", "expired"]
    assert [one.event for one in told] == events
    assert not receipt_chain.check([("a file", line) for line in lines]).problems


def test_one_of_the_first_format_is_followed_by_one_of_the_second(world: World) -> None:
    """The database of an older version goes on under this one."""
    newest, *_ = receipts.listed(world.db, world.ana.keyring)
    old = rewritten_as_format_1(world, newest)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    found = documents(world)
    assert found[1] == old
    assert [receipts.verify(text).told.format for text in found] == [2, 1, 2]
    assert not receipt_chain.check([(str(at), text) for at, text in enumerate(found)]).problems


def rewritten_as_format_1(world: World, newest: receipts.ReceiptView) -> bytes:
    ring = world.ana.keyring
    told = receipts.read(receipts.document(world.db, ring, newest.id))
    members = {
        "format": "AG1 receipt",
        "event": told.event,
        "at": told.at,
        "patient": str(told.patient),
        "reader": str(told.reader),
        "reader_fingerprint": told.reader_fingerprint,
        "grant": str(told.grant),
        "purpose": told.purpose,
        "scopes": [
            {"name": one.name, "since": one.since, "added_at": one.added_at} for one in told.scopes
        ],
        "not_after": told.not_after,
        "statement": told.statement.encode().hex(),
        "id": str(told.id),
        "n": told.n,
        "previous": told.previous,
    }
    document = signed_anew(world, members)
    where = context(Label.RECEIPT, owner=ring.account_id, object=told.id, version=told.n)
    sealed = envelope.seal(ring.content_key, envelope.pad(document, 2048), where)
    world.db.execute(update(Receipt).where(Receipt.id == told.id).values(sealed=sealed))
    world.db.commit()
    link = chain.link(bytes.fromhex(told.previous), canonical.dumps(members), receipts.NAMESPACE)
    heads.keep_receipt(world.db, ring, heads.Head(told.n, link))
    world.db.commit()
    return document


def signed_anew(world: World, members: dict[str, Any]) -> bytes:
    ring = world.ana.keyring
    signature = primitives.sign(ring.signer.seed, receipts.NAMESPACE, canonical.dumps(members))
    return canonical.dumps(
        {
            "receipt": members,
            "signature": signature.hex(),
            "certificate": ring.signer.certificate.hex(),
            "root_public": ring.identity.root_public.hex(),
        }
    )


def test_a_receipt_says_nothing_that_its_statement_does_not(world: World) -> None:
    """Not even the patient's own session can sign a receipt that says more."""
    [text, *_] = documents(world)
    members = canonical.loads(text)["receipt"]
    assert signed_anew(world, members) == text
    processing = members["pii_processing"]
    for changed in (
        {"pii_processing": processing | {"pii_information": []}},
        {"consent_id": str(world.otto_grant)},
        {"party_identification": members["party_identification"][:1]},
        {"name": "Ana"},
        {"events": [members["events"][0] | {"valid_until": "2030-01-01T00:00:00Z"}]},
        {"events": members["events"] * 2},
    ):
        with pytest.raises(NotGenuine):
            receipts.verify(signed_anew(world, members | changed))


def test_a_receipt_holds_codes_and_no_personal_word(world: World) -> None:
    text = b"".join(documents(world)).decode()
    for word in ("Ana", "Tess", "example.org", "Vienna"):
        assert word not in text


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
