"""Marks: let the holder of a grant key find events by what they are about, unopened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from journal.crypto.primitives import KEY_BYTES, exactly, hkdf, hmac_sha256, make_bytes

if TYPE_CHECKING:
    from collections.abc import Collection

MARK_BYTES: Final = 4
AT_ONCE: Final = 64


def derive_mark_key(grant_key: bytes) -> bytes:
    """The key that marks this grant's access log."""
    return hkdf(exactly(grant_key, KEY_BYTES, "a grant key"), info=b"AG1 grant marks")


def mark(key: bytes, n: int, about: bytes) -> bytes:
    """4 bytes for one thing that the n-th event is about.

    The number goes in: two events about one record have no mark in common, so whoever steals
    the rows sees neither which record it was nor that it was the same again.
    """
    return hmac_sha256(key, n.to_bytes(8, "big") + about)[:MARK_BYTES]


def make(key: bytes, n: int, about: Collection[bytes]) -> bytes:
    """The marks of an event, among so many random ones that the next multiple of 64 is full.

    Sorted, so that the place of a mark does not tell the true ones from the others.
    """
    true = {mark(key, n, one) for one in about}
    missing = -len(true) % AT_ONCE if true else AT_ONCE
    others = [make_bytes(MARK_BYTES) for _ in range(missing)]
    return b"".join(sorted([*true, *others]))
