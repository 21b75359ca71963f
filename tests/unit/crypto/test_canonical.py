"""JSON that can be signed: one spelling for each value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.crypto import canonical
from journal.crypto.errors import BadFormat


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ([], "[]"),
        (None, "null"),
        ([True, False, None], "[true,false,null]"),
        ({"b": 1, "a": [2, {"d": "", "c": -3}]}, '{"a":[2,{"c":-3,"d":""}],"b":1}'),
        ({"aa": 1, "a": 2, "B": 3, "": 4}, '{"":4,"B":3,"a":2,"aa":1}'),
        ([2**53 - 1, -(2**53) + 1, 0], "[9007199254740991,-9007199254740991,0]"),
        ('\b\t\n\f\r"\\', r'"\b\t\n\f\r\"\\"'),
        ("\x00\x1f\x7f/", '"\\u0000\\u001f\x7f/"'),
        ("\u00e9\u2028\u20ac", '"\u00e9\u2028\u20ac"'),
        # In UTF-16 the clef begins with a surrogate, D834, so it sorts before FB01.
        ({"\ufb01": 1, "\U0001d11e": 2}, '{"\U0001d11e":2,"\ufb01":1}'),
    ],
)
def test_a_value_has_one_spelling(value: object, text: str) -> None:
    assert canonical.dumps(value) == text.encode()
    assert canonical.loads(text.encode()) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        float("inf"),
        2**53,
        -(2**53),
        b"bytes",
        (1, 2),
        {1: "a"},
        {None: "a"},
        {True: "a"},
        {"a": {1.5}},
        "\ud800",
        {"\udfff": 1},
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadFormat):
        canonical.dumps(value)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b' {"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b"1.0",
        b"1e2",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b'"\\u0061"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\ud800"',
        b'"\xff"',
        b'\xef\xbb\xbf""',
        b"[" * 100_000,
    ],
)
def test_another_spelling_is_refused(document: bytes) -> None:
    with pytest.raises(BadFormat):
        canonical.loads(document)


def test_nesting_without_end_is_refused() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(BadFormat):
        canonical.dumps(value)


texts = st.text(st.characters(exclude_categories=["Cs"]))
leaves = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(values)
def test_what_was_written_reads_back(value: object) -> None:
    document = canonical.dumps(value)
    assert canonical.loads(document) == value
    assert json.loads(document) == value
