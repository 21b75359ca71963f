"""Somebody changes receipts, drops or moves some, or passes off somebody else's as a patient's.

Red when `receipts.verify` skips one of its two signatures, `receipt_members.read` takes members
that differ from their statement, or `receipt_chain.check` forgets a kind of problem.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from journal.core import consent, receipt_chain, receipt_members, receipts
from journal.core.consent import Choice
from journal.core.errors import NotGenuine
from journal.core.slots import make_signer
from journal.crypto import canonical, primitives
from journal.crypto.statement import sign_statement
from tests.builders import World
from tests.unit.core.test_receipts import documents, signed_anew


@pytest.fixture
def chain(world: World) -> list[bytes]:
    """Four receipts of Ana: two beginnings, a change, an end."""
    now, ring = world.ana.now, world.ana.keyring
    until = now + timedelta(days=3)
    consent.change(world.db, ring, world.tess_grant, Choice(("journal",), "now", until), now=now)
    consent.revoke(world.db, ring, world.tess_grant, now=now)
    return documents(world)


def problems(*texts: bytes) -> list[tuple[str, int]]:
    found = receipt_chain.check([(str(at), text) for at, text in enumerate(texts)])
    return [(one.kind, one.n) for one in found.problems]


def test_whole_and_in_any_order_of_files_it_is_fine(chain: list[bytes]) -> None:
    for order in permutations(chain):
        assert problems(*order) == []
    assert problems(*chain, chain[2]) == [], "a second copy is no second receipt"


def test_every_byte_counts(chain: list[bytes]) -> None:
    text = chain[0]
    for at in range(len(text)):
        changed = bytearray(text)
        changed[at] ^= 32 if at % 8 == 7 else 1  # 32 turns small hex letters into large ones
        with pytest.raises(NotGenuine):
            receipts.verify(bytes(changed))


def test_a_dropped_one_is_missed(chain: list[bytes]) -> None:
    for at in range(len(chain) - 1):
        assert problems(*chain[:at], *chain[at + 1 :]) == [("missing", at + 1)]
    assert problems(chain[3]) == [("missing", 1), ("missing", 2), ("missing", 3)]


def test_two_can_not_change_places(world: World, chain: list[bytes]) -> None:
    """Renumbered by somebody with the patient's session even, they do not fit."""
    first, second = (canonical.loads(text)["receipt"] for text in chain[1:3])
    moved = [
        signed_anew(world, first | {"n": 3}),
        signed_anew(world, second | {"n": 2}),
    ]
    assert ("unlinked", 2) in problems(chain[0], *moved, chain[3])
    taken_apart = canonical.loads(chain[1]) | {"signature": canonical.loads(chain[2])["signature"]}
    assert problems(chain[0], canonical.dumps(taken_apart), *chain[2:])[0] == ("not-genuine", 0)


def test_a_second_one_under_a_number_that_is_taken(world: World, chain: list[bytes]) -> None:
    members = canonical.loads(chain[3])["receipt"]
    other = signed_anew(world, members | {"record_id": str(world.private)})
    assert ("twice", 4) in problems(*chain, other)


def test_another_patients_is_not_hers(world: World, chain: list[bytes]) -> None:
    [ottos] = documents(world, world.otto)
    assert problems(*chain, ottos) == [("other-patient", 1)]
    mixed = canonical.loads(ottos) | {"root_public": canonical.loads(chain[0])["root_public"]}
    with pytest.raises(NotGenuine):
        receipts.verify(canonical.dumps(mixed))


def test_one_in_her_name_under_a_key_of_ones_own(world: World, chain: list[bytes]) -> None:
    """It holds by itself, as anybody's would; beside hers, or asked for her key, it does not."""
    seed = primitives.make_key()
    signer = make_signer(seed, world.ana.id, now=world.ana.now)
    told = receipts.verify(chain[0]).told
    statement = sign_statement(told.statement.statement, seed=seed)
    members = canonical.loads(chain[0])["receipt"] | {"statement": statement.encode().hex()}
    signature = primitives.sign(signer.seed, receipts.NAMESPACE, canonical.dumps(members))
    forged = canonical.dumps(
        {
            "receipt": members,
            "signature": signature.hex(),
            "certificate": signer.certificate.hex(),
            "root_public": primitives.signing_public(seed).hex(),
        }
    )
    genuine = receipts.verify(forged)
    assert genuine.root_public != world.ana.keyring.identity.root_public
    assert ("other-key", 1) in problems(*chain[:1], forged)


def test_a_stolen_session_makes_no_receipt_of_more(world: World, chain: list[bytes]) -> None:
    signer = world.ana.keyring.signer
    before = receipts.verify(chain[1]).told.statement.statement
    wider = replace(before, seq=before.seq + 1, follows=True, not_after=before.made_at + 10**9)
    assert wider.not_after is not None
    narrow = replace(wider, not_after=None, scopes=())
    for event, statement, kind in (
        ("given", narrow, "not-genuine"),
        ("changed", replace(narrow, purpose="research"), "widened"),
    ):
        signed = sign_statement(statement, seed=signer.seed, certificate=signer.certificate)
        made = receipt_members.make(event, signed, world.ana.now)
        earlier = receipts.verify(chain[1]).link
        added = {"record_id": str(world.private), "n": 3, "previous": earlier.hex()}
        kinds = [one for one, _ in problems(*chain[:2], signed_anew(world, made | added))]
        assert kinds == [kind]


def test_a_stolen_session_can_not_put_words_into_the_roots_mouth(
    world: World, chain: list[bytes]
) -> None:
    said = receipts.verify(chain[1]).told.statement.statement
    made_up = sign_statement(replace(said, follows=True, seq=9), seed=primitives.make_key())
    made = receipt_members.make("given", made_up, world.ana.now)
    added = {"record_id": str(world.private), "n": 3, "previous": "00" * 32}
    with pytest.raises(NotGenuine):
        receipts.verify(signed_anew(world, made | added))
