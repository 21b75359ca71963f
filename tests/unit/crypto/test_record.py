"""Records opened and sealed in bulk: the very bytes of one by one, and the same refusals."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.crypto import envelope, primitives
from journal.crypto.context import Label, context, make_place, make_stem
from journal.crypto.errors import BadFormat, CryptoError
from journal.crypto.record import ScopeCipher
from tests.unit.crypto.test_context import ROWS

numbers = st.integers(0, 2**32 - 1)
wheres = st.fixed_dictionaries(
    {"owner": st.uuids(), "scope": st.uuids(), "stratum": numbers, "generation": numbers}
)
WHERE = {"owner": UUID(int=1), "scope": UUID(int=2), "stratum": 3, "generation": 4}
RECORD = UUID(int=5)
FULL = "scope stratum generation object version"


def one_by_one(key: bytes, content_key: bytes, where: Any, record: UUID, version: int) -> Any:
    """The wrapped key and the body as the table's contexts bind them."""
    at = where | {"object": record, "version": version}
    wrapped = envelope.seal(key, content_key, context(Label.RECORD_KEY, **at))
    return wrapped, envelope.seal(content_key, b"words", context(Label.RECORD_BODY, **at))


@given(wheres, st.uuids(), numbers, st.integers(0, 255))
def test_stem_and_place_are_the_contexts_own_bytes(
    where: Any, record: UUID, version: int, alg: int
) -> None:
    for label in (Label.RECORD_KEY, Label.RECORD_BODY):
        whole = context(label, **where, object=record, version=version).aad(alg)
        assert make_stem(label, alg, **where) + make_place(record.bytes, version) == whole


@pytest.mark.parametrize("label", [label for label in Label if ROWS.get(label.name) != FULL])
def test_a_label_without_all_five_fields_has_no_stem(label: Label) -> None:
    with pytest.raises(BadFormat):
        make_stem(label, 1, **WHERE)  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "version"), [(15, 1), (17, 1), (0, 1), (16, -1), (16, 2**32)])
def test_a_place_that_does_not_fit_is_refused(size: int, version: int) -> None:
    with pytest.raises(BadFormat):
        make_place(bytes(size), version)


@given(wheres, st.uuids(), numbers)
def test_what_is_sealed_one_by_one_opens_in_bulk_and_the_other_way_round(
    where: Any, record: UUID, version: int
) -> None:
    key, place = primitives.make_key(), make_place(record.bytes, version)
    cipher = ScopeCipher(key, **where)
    assert cipher.open_(place, *one_by_one(key, primitives.make_key(), where, record, version)) == (
        b"words"
    )

    content_key, wrapped, body = cipher.seal(place, b"more words")
    at = where | {"object": record, "version": version}
    assert envelope.open_(key, wrapped, context(Label.RECORD_KEY, **at)) == content_key
    assert envelope.open_(content_key, body, context(Label.RECORD_BODY, **at)) == b"more words"


@pytest.mark.parametrize(
    "changed",
    [{"owner": RECORD}, {"scope": RECORD}, {"stratum": 9}, {"generation": 9}],
    ids=lambda changed: next(iter(changed)),
)
def test_another_address_opens_nothing(changed: Any) -> None:
    key, place = primitives.make_key(), make_place(RECORD.bytes, 1)
    boxes = one_by_one(key, primitives.make_key(), WHERE, RECORD, 1)
    with pytest.raises(CryptoError):
        ScopeCipher(key, **(WHERE | changed)).open_(place, *boxes)


@pytest.mark.parametrize("place", [make_place(RECORD.bytes, 2), make_place(bytes(16), 1)])
def test_another_record_or_version_opens_nothing(place: bytes) -> None:
    key = primitives.make_key()
    boxes = one_by_one(key, primitives.make_key(), WHERE, RECORD, 1)
    with pytest.raises(CryptoError):
        ScopeCipher(key, **WHERE).open_(place, *boxes)  # type: ignore[arg-type]


def test_no_body_opens_under_another_bodys_key_nor_a_key_of_another_length() -> None:
    """A key of 16 bytes would quietly be AES-128."""
    key, place = primitives.make_key(), make_place(RECORD.bytes, 1)
    cipher = ScopeCipher(key, **WHERE)  # type: ignore[arg-type]
    _, body = one_by_one(key, primitives.make_key(), WHERE, RECORD, 1)
    other, _ = one_by_one(key, primitives.make_key(), WHERE, RECORD, 1)
    with pytest.raises(CryptoError):
        cipher.open_(place, other, body)

    at: Any = WHERE | {"object": RECORD, "version": 1}
    short, nonce = bytes(16), bytes(12)
    weak = primitives.Cipher(short).encrypt(
        nonce, b"words", context(Label.RECORD_BODY, **at).aad(1)
    )
    wrapped = envelope.seal(key, short, context(Label.RECORD_KEY, **at))
    with pytest.raises(BadFormat):
        cipher.open_(place, wrapped, envelope.HEAD + nonce + weak)


def test_every_flipped_byte_and_every_cut_of_either_box_keeps_it_shut() -> None:
    key, place = primitives.make_key(), make_place(RECORD.bytes, 1)
    cipher = ScopeCipher(key, **WHERE)  # type: ignore[arg-type]
    wrapped, body = one_by_one(key, primitives.make_key(), WHERE, RECORD, 1)
    for box, beside in ((wrapped, (None, body)), (body, (wrapped, None))):
        for at in range(len(box)):
            flipped = box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :]
            for broken in (flipped, box[:at]):
                first, second = (broken if one is None else one for one in beside)
                with pytest.raises(CryptoError):
                    cipher.open_(place, first, second)
