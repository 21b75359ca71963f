"""The table of contexts: exactly its fields, and 66 bytes that differ when one differs."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.crypto import context as contexts
from journal.crypto.context import Context, Label, context
from journal.crypto.envelope import open_, seal
from journal.crypto.errors import BadFormat, CryptoError

OWNER = UUID(int=1)
NAMES = ("scope", "stratum", "generation", "object", "version")
VALUES: dict[str, Any] = {
    "scope": UUID(int=2),
    "stratum": 3,
    "generation": 4,
    "object": UUID(int=5),
    "version": 6,
}
# Written out a second time on purpose: a row changed by mistake shows here.
ROWS = {
    "RECORD_BODY": "scope stratum generation object version",
    "RECORD_KEY": "scope stratum generation object version",
    "ROOT_KEY": "",
    "CONTENT_KEY": "",
    "ROOT_SEED": "",
    "SEALING_SEED": "",
    "PRIVATE_STATE": "version",
    "SLOT_INNER": "object",
    "SLOT_OUTER": "object version",
    "SESSION_CONTENT": "object",
    "SESSION_SIGNER": "object",
    "SESSION_LABEL": "object",
    "SCOPE_KEY": "scope stratum generation",
    "SCOPE_NAME": "scope",
    "GRANT_SEALED": "object",
    "GRANT_KEPT": "object",
    "GRANT_SCOPE_KEY": "scope stratum generation object",
    "GRANT_RECORD_KEY": "scope object version",
    "GRANT_STATEMENT": "object version",
    "GRANT_NAMES": "object version",
    "ACCESS_EVENT": "object version",
    "RECEIPT": "object version",
    "INVITATION": "object",
    "CONTACT": "version",
    "LATE_POST": "object",
    "GRANT_PINNED": "object",
    "BROWSER_MARK": "",
    "REMINDER": "version",
    "PUSH_ENDPOINT": "object version",
    "PUSH_KEY": "version",
    "REMINDER_LINK": "version",
    "RETURNED_RECORD": "scope object",
    "PHONE": "object",
    "CARE_COPY": "object",
}


def fields(label: Label) -> dict[str, Any]:
    return {name: VALUES[name] for name in ROWS[label.name].split()}


def sound(label: Label) -> Context:
    return context(label, owner=OWNER, **fields(label))


def test_every_label_has_one_row_and_keeps_its_number() -> None:
    assert set(Label.__members__) == set(ROWS)
    # Two names of one number would be one label: members count both.
    assert len({int(label) for label in Label.__members__.values()}) == len(ROWS)
    assert [int(Label[name]) for name in list(ROWS)[:31]] == list(range(1, 32))
    assert set(contexts._FIELDS) == set(Label)


@pytest.mark.parametrize("label", Label)
def test_a_label_takes_exactly_its_fields(label: Label) -> None:
    for choice in product((False, True), repeat=len(NAMES)):
        chosen = {name: VALUES[name] for name, taken in zip(NAMES, choice, strict=True) if taken}
        if chosen == fields(label):
            context(label, owner=OWNER, **chosen)
        else:
            with pytest.raises(BadFormat):
                context(label, owner=OWNER, **chosen)


def test_an_unknown_label_is_refused() -> None:
    for unknown in (0, 26, 255, None):
        with pytest.raises(BadFormat):
            context(unknown, owner=OWNER)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [-1, 2**32])
@pytest.mark.parametrize("name", ["stratum", "generation", "version"])
def test_a_number_must_fit_its_field(name: str, number: int) -> None:
    chosen = fields(Label.RECORD_BODY) | {name: number}
    with pytest.raises(BadFormat):
        context(Label.RECORD_BODY, owner=OWNER, **chosen)


def test_the_associated_data_is_laid_out_as_documented() -> None:
    expected = (
        b"AG1\0"
        b"\x01\x01"
        + OWNER.bytes
        + VALUES["scope"].bytes
        + bytes([0, 0, 0, 3])
        + bytes([0, 0, 0, 4])
        + VALUES["object"].bytes
        + bytes([0, 0, 0, 6])
    )
    assert sound(Label.RECORD_BODY).aad(1) == expected
    assert len(expected) == contexts.AAD_BYTES == 66
    assert sound(Label.ROOT_KEY).aad(9) == b"AG1\0\x03\x09" + OWNER.bytes + bytes(44)


@pytest.mark.parametrize("label", Label)
def test_an_envelope_opens_in_its_own_context_only(label: Label) -> None:
    key = bytes(32)
    envelope = seal(key, b"words", sound(label))
    assert open_(key, envelope, sound(label)) == b"words"

    others = [context(label, owner=UUID(int=9), **fields(label))]
    for name, value in fields(label).items():
        other = UUID(int=9) if isinstance(value, UUID) else value + 1
        others.append(context(label, owner=OWNER, **(fields(label) | {name: other})))
    others += [sound(other) for other in Label if other is not label]
    for other_context in others:
        with pytest.raises(CryptoError):
            open_(key, envelope, other_context)


numbers = st.integers(0, 2**32 - 1)
record_fields = st.tuples(st.uuids(), st.uuids(), numbers, numbers, st.uuids(), numbers)


@given(record_fields, record_fields)
def test_two_contexts_share_their_bytes_only_if_they_are_one(
    one: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    def aad(values: tuple[Any, ...]) -> bytes:
        names = ("owner", *NAMES)
        return context(Label.RECORD_KEY, **dict(zip(names, values, strict=True))).aad(1)

    assert (aad(one) == aad(other)) == (one == other)
