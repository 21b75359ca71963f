"""Ways to damage bytes, and the one answer to expect."""

from collections.abc import Callable, Iterator

import pytest

from journal.crypto.errors import CryptoError


def flipped(sound: bytes) -> Iterator[bytes]:
    """`sound` once for each byte, with one bit of it turned."""
    for position in range(len(sound)):
        changed = bytearray(sound)
        changed[position] ^= 1 << (position % 8)
        yield bytes(changed)


def cut(sound: bytes) -> Iterator[bytes]:
    """`sound` at every shorter length, from either end, and once with a byte too many."""
    for length in range(len(sound)):
        yield sound[:length]
    for length in range(1, len(sound), 7):
        yield sound[length:]
    yield sound + b"\0"


def refuses_every_change(sound: bytes, read: Callable[[bytes], object]) -> None:
    """Asserts that `read` takes `sound`, and answers each change with a CryptoError."""
    read(sound)
    for changed in (*flipped(sound), *cut(sound)):
        with pytest.raises(CryptoError):
            read(changed)
