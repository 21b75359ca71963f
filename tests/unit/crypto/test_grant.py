"""The grant key reaches one reader, and only the one that the statement names."""

from typing import Any
from uuid import UUID

import pytest

from journal.crypto import grant
from journal.crypto.context import Label, context
from journal.crypto.envelope import open_, seal
from journal.crypto.errors import BadFormat, CryptoError, WrongKey
from journal.crypto.primitives import hkdf, hpke_seal, sealing_public

from .changes import refuses_every_change

GRANT_KEY = bytes(range(32))
TESS_SEED, THEO_SEED = b"t" * 32, b"o" * 32
ANA, GRANT, SHRED = UUID(int=1), UUID(int=5), b"d" * 32
CHECK = grant.key_check(GRANT, GRANT_KEY)
TESS: dict[str, Any] = {
    "reader_seed": TESS_SEED,
    "patient_shred_key": SHRED,
    "patient": ANA,
    "grant": GRANT,
    "check": CHECK,
}


def sealed_for(seed: bytes, key: bytes = GRANT_KEY) -> bytes:
    return grant.seal_grant_key(
        key, reader_public=sealing_public(seed), patient_shred_key=SHRED, patient=ANA, grant=GRANT
    )


def test_tess_opens_what_ana_sealed_for_her() -> None:
    assert grant.open_grant_key(sealed_for(TESS_SEED), **TESS) == GRANT_KEY


@pytest.mark.parametrize(
    "wrong",
    [
        {"reader_seed": THEO_SEED},
        {"patient_shred_key": bytes(32)},
        {"patient": UUID(int=9)},
        {"grant": UUID(int=9)},
        {"check": grant.key_check(GRANT, bytes(32))},
        {"check": grant.key_check(UUID(int=9), GRANT_KEY)},
        {"check": ""},
    ],
    ids=str,
)
def test_one_wrong_thing_keeps_it_shut(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongKey):
        grant.open_grant_key(sealed_for(TESS_SEED), **(TESS | wrong))


def test_what_tess_keeps_opens_with_anas_shred_key_and_no_other() -> None:
    where: dict[str, Any] = {"patient_shred_key": SHRED, "patient": ANA, "grant": GRANT}
    pinned = grant.pin_grant_key(GRANT_KEY, **where)
    assert grant.open_pinned_key(pinned, **where) == GRANT_KEY
    for wrong in ({"patient_shred_key": bytes(32)}, {"patient": GRANT}, {"grant": ANA}):
        with pytest.raises(WrongKey):
            grant.open_pinned_key(pinned, **(where | wrong))


def test_a_forged_key_under_a_genuine_statement_is_refused() -> None:
    """Who writes to the database and holds its shred keys still can't slip in a known key."""
    forged = sealed_for(TESS_SEED, key=b"known to the forger".ljust(32))
    with pytest.raises(WrongKey):
        grant.open_grant_key(forged, **TESS)


def test_a_candidate_opens_and_is_proven_against_the_statement() -> None:
    """The statement lies sealed under the grant key, so the key is opened before it is proven."""
    unproven = {name: value for name, value in TESS.items() if name != "check"}
    assert grant.open_candidate(sealed_for(TESS_SEED), **unproven) == GRANT_KEY
    grant.prove_grant_key(GRANT, GRANT_KEY, CHECK)
    forged = grant.open_candidate(sealed_for(TESS_SEED, key=bytes(32)), **unproven)
    for wrong in (forged, GRANT_KEY[::-1]):
        with pytest.raises(WrongKey):
            grant.prove_grant_key(GRANT, wrong, CHECK)
    with pytest.raises(WrongKey):
        grant.prove_grant_key(UUID(int=9), GRANT_KEY, CHECK)


def test_the_inner_layer_is_bound_to_patient_and_grant_too() -> None:
    moved = hpke_seal(
        sealing_public(TESS_SEED), GRANT_KEY, label="grant key", context=ANA.bytes + bytes(16)
    )
    outer = hkdf(SHRED, info=b"AG1 grant outer")
    envelope = seal(outer, moved, context(Label.GRANT_SEALED, owner=ANA, object=GRANT))
    with pytest.raises(WrongKey):
        grant.open_grant_key(envelope, **TESS)


def test_without_the_shred_key_the_reader_opens_nothing() -> None:
    envelope = sealed_for(TESS_SEED)
    with pytest.raises(CryptoError):
        open_(TESS_SEED, envelope, context(Label.GRANT_SEALED, owner=ANA, object=GRANT))


def test_a_damaged_grant_never_opens() -> None:
    refuses_every_change(
        sealed_for(TESS_SEED), lambda changed: grant.open_grant_key(changed, **TESS)
    )


def test_log_and_names_have_keys_of_their_own() -> None:
    keys = {GRANT_KEY, grant.derive_log_key(GRANT_KEY), grant.derive_names_key(GRANT_KEY)}
    assert len(keys) == 3


def test_a_grant_key_of_another_length_is_refused() -> None:
    for read in (grant.derive_log_key, grant.derive_names_key):
        with pytest.raises(BadFormat):
            read(bytes(31))
    with pytest.raises(BadFormat):
        grant.key_check(GRANT, b"")
    with pytest.raises(BadFormat):
        sealed_for(TESS_SEED, key=b"")
