"""Envelopes and padding."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.crypto import primitives
from journal.crypto.context import Label, context
from journal.crypto.envelope import OVERHEAD_BYTES, open_, pad, padme, seal, unpad
from journal.crypto.errors import BadFormat, CryptoError, WrongKey

from .changes import refuses_every_change

KEY = bytes(range(32))
ANA = context(Label.PRIVATE_STATE, owner=UUID(int=1), version=1)


@given(st.binary(max_size=2048))
def test_what_was_sealed_opens_again(words: bytes) -> None:
    envelope = seal(KEY, words, ANA)
    assert envelope[:2] == b"\1\1"
    assert len(envelope) == len(words) + OVERHEAD_BYTES
    assert open_(KEY, envelope, ANA) == words


@pytest.mark.parametrize("words", [b"", b"a", b"a morning that felt lighter" * 5])
def test_a_damaged_envelope_never_opens(words: bytes) -> None:
    refuses_every_change(seal(KEY, words, ANA), lambda changed: open_(KEY, changed, ANA))


def test_a_cut_envelope_looks_like_a_wrong_key() -> None:
    envelope = seal(KEY, b"words", ANA)
    for length in range(len(envelope)):
        with pytest.raises(WrongKey):
            open_(KEY, envelope[:length], ANA)


@given(st.binary(max_size=200))
def test_made_up_bytes_never_open(envelope: bytes) -> None:
    with pytest.raises(CryptoError):
        open_(KEY, envelope, ANA)


@given(st.binary(min_size=32, max_size=32).filter(lambda key: key != KEY))
def test_another_key_never_opens(key: bytes) -> None:
    with pytest.raises(WrongKey):
        open_(key, seal(KEY, b"words", ANA), ANA)


def test_an_unknown_version_or_algorithm_is_named_as_such() -> None:
    envelope = seal(KEY, b"words", ANA)
    for head in (b"\2\1", b"\0\1", b"\1\2", b"\1\0"):
        with pytest.raises(BadFormat):
            open_(KEY, head + envelope[2:], ANA)


def test_the_algorithm_byte_is_authenticated() -> None:
    box = primitives.aes_seal(KEY, b"words", ANA.aad(2))
    with pytest.raises(WrongKey):
        open_(KEY, b"\1\1" + box, ANA)


def test_sealing_twice_never_looks_the_same() -> None:
    nonces = {seal(KEY, b"words", ANA)[2:14] for _ in range(500)}
    assert len(nonces) == 500


@pytest.mark.parametrize(
    ("length", "size"),
    [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (8, 8),
        (9, 10),  # exponent 3, two bits for it, one bit cleared: a multiple of 2
        (512, 512),
        (513, 544),  # exponent 9, four bits, five cleared: a multiple of 32
        (1000, 1024),
        (2049, 2176),  # exponent 11, four bits, seven cleared: a multiple of 128
        (1_000_000, 1_015_808),  # exponent 19, five bits, fourteen cleared: 62 x 16,384
    ],
)
def test_padme_agrees_with_values_worked_by_hand(length: int, size: int) -> None:
    assert padme(length) == size


@given(st.integers(2, 2**40))
def test_padme_never_shrinks_and_costs_at_most_an_eighth(length: int) -> None:
    assert length <= padme(length) <= length + length // 8 + 1


@pytest.mark.parametrize(
    ("length", "floor", "size"), [(0, 512, 512), (508, 512, 512), (509, 512, 544), (0, 1024, 1024)]
)
def test_short_words_are_all_of_one_size(length: int, floor: int, size: int) -> None:
    assert len(pad(b"w" * length, floor)) == size


@given(st.binary(max_size=3000), st.sampled_from([0, 512, 1024]))
def test_padding_comes_off_again(words: bytes, floor: int) -> None:
    padded = pad(words, floor)
    assert padded[:4] == len(words).to_bytes(4, "big")
    assert unpad(padded) == words


@pytest.mark.parametrize("padded", [b"", b"\0\0\0", b"\0\0\0\2a", b"\0\0\0\1a\0\1", b"\xff" * 8])
def test_padding_that_does_not_add_up_is_refused(padded: bytes) -> None:
    with pytest.raises(BadFormat):
        unpad(padded)
