"""Crockford's base32: codes that people read aloud and type."""

import unicodedata
from typing import Final

from journal.crypto.errors import BadFormat

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)} | {
    "O": 0,
    "I": 1,
    "L": 1,
}


def write(value: int, letters: int) -> str:
    """`value` as that many letters, most significant first, in groups of four."""
    text = "".join(_ALPHABET[(value >> (5 * place)) & 31] for place in reversed(range(letters)))
    return "-".join(text[start : start + 4] for start in range(0, letters, 4))


def read(text: str, letters: int) -> int:
    """The value of a code however it was typed: case, spaces, dashes, O for 0, I or L for 1.

    Raises BadFormat for another length or a letter that Crockford leaves out (U).
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    typed = [letter for letter in plain if letter.isalnum()]
    if len(typed) != letters:
        raise BadFormat("the code has another length")
    value = 0
    for letter in typed:
        if letter not in _VALUES:
            raise BadFormat("the code has a letter that is not used")
        value = value << 5 | _VALUES[letter]
    return value
