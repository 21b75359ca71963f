"""Boxes and signatures refuse what was not made for them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from journal.crypto import primitives
from journal.crypto.errors import BadFormat, BadSignature, CryptoError, WrongKey

from .changes import cut, flipped, refuses_every_change

SEED = bytes(range(32))


def test_a_box_sealed_to_tess_opens_for_tess_only() -> None:
    box = primitives.hpke_seal(
        primitives.sealing_public(SEED), b"words", label="item", context=b"Ana"
    )
    assert primitives.hpke_open(SEED, box, label="item", context=b"Ana") == b"words"
    for seed, label, context in (
        (bytes(32), "item", b"Ana"),
        (SEED, "grant key", b"Ana"),
        (SEED, "item", b"Bea"),
    ):
        with pytest.raises(WrongKey):
            primitives.hpke_open(seed, box, label=label, context=context)


def test_a_damaged_box_never_opens() -> None:
    box = primitives.hpke_seal(
        primitives.sealing_public(SEED), b"words", label="item", context=b"Ana"
    )

    def read(changed: bytes) -> bytes:
        return primitives.hpke_open(SEED, changed, label="item", context=b"Ana")

    refuses_every_change(box, read)


def test_bytes_that_are_no_sealing_key_are_refused() -> None:
    public = primitives.sealing_public(SEED)
    for wrong in (b"", public[:-1], b"\xff" * 1216, public[:1184] + bytes(32)):
        with pytest.raises(BadFormat):
            primitives.hpke_seal(wrong, b"words", label="item", context=b"")


def test_a_damaged_signature_or_message_never_holds() -> None:
    public = primitives.signing_public(SEED)
    signature = primitives.sign(SEED, "receipt", b"words")
    primitives.verify(public, "receipt", b"words", signature)
    for changed in (*flipped(signature), *cut(signature)):
        with pytest.raises(BadSignature):
            primitives.verify(public, "receipt", b"words", changed)
    for wrong in (b"", b"Words", b"words\0"):
        with pytest.raises(BadSignature):
            primitives.verify(public, "receipt", wrong, signature)


def test_a_signature_holds_in_one_namespace_and_for_one_key() -> None:
    public = primitives.signing_public(SEED)
    signature = primitives.sign(SEED, "receipt", b"words")
    primitives.verify(public, "receipt", b"words", signature)
    with pytest.raises(BadSignature):
        primitives.verify(public, "access event", b"words", signature)
    for other in (primitives.signing_public(bytes(32)), b"", bytes(31)):
        with pytest.raises(BadSignature):
            primitives.verify(other, "receipt", b"words", signature)


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_key_of_another_length_is_never_used(length: int) -> None:
    with pytest.raises(BadFormat):
        primitives.aes_seal(bytes(length), b"words", b"")
    with pytest.raises(BadFormat):
        primitives.aes_open(bytes(length), bytes(40), b"")


def test_a_password_that_is_no_text_is_refused_before_any_work() -> None:
    with pytest.raises(BadFormat):
        primitives.argon2id("\ud800", b"s" * 16, b"")
    with pytest.raises(BadFormat):
        primitives.argon2id("fine", b"short", b"")


def test_an_error_never_holds_what_was_sealed() -> None:
    key = primitives.make_key()
    box = primitives.aes_seal(key, b"a private word", b"")
    with pytest.raises(CryptoError) as caught:
        primitives.aes_open(key, box[:-1], b"")
    assert caught.value.__cause__ is None
    assert "private" not in str(caught.value)


def test_what_held_is_worked_out_once_and_what_did_not_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only hashes are remembered, and so many at most."""
    worked_out = []

    class Counted:
        """Stands where the library's own key does."""

        @staticmethod
        def from_public_bytes(public: bytes) -> Ed25519PublicKey:
            worked_out.append(public)
            return Ed25519PublicKey.from_public_bytes(public)

    monkeypatch.setattr(primitives, "Ed25519PublicKey", Counted)
    monkeypatch.setattr(primitives, "_held", set())
    monkeypatch.setattr(primitives, "_MOST_HELD", 3)
    public = primitives.signing_public(SEED)
    for number in range(5):
        message = b"words %d" % number
        signature = primitives.sign(SEED, "receipt", message)
        for _ in range(3):
            primitives.verify(public, "receipt", message, signature)
            with pytest.raises(BadSignature):
                primitives.verify(public, "receipt", message + b"!", signature)
    assert len(worked_out) == 5 + 5 * 3
    assert all(len(one) == 32 for one in primitives._held)
    assert len(primitives._held) == 2
