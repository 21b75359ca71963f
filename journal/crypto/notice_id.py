"""Ids that the holders of a grant key tell from all others: of records meant for one reader."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from journal.crypto.primitives import KEY_BYTES, equal, exactly, hkdf, hmac_sha256

HALF: Final = 8  # bytes
_VERSION_AT, _VARIANT_AT = 6, 8


def derive_id(*, content_key: bytes, grant_key: bytes, label: str, about: bytes) -> UUID:
    """The one UUIDv4 for this label and what it is about: derived twice it is the same.

    Its first half is keyed by the writer's content key, its second by the grant key over the
    first: whoever steals the rows sees a random id, and no other reader can tell it from one.
    """
    key = hkdf(exactly(content_key, KEY_BYTES, "a content key"), info=b"AG1 notice about")
    message = len(label).to_bytes(1, "big") + label.encode() + about
    first = bytearray(hmac_sha256(key, message)[:HALF])
    first[_VERSION_AT] = first[_VERSION_AT] & 0x0F | 0x40
    return UUID(bytes=bytes(first) + _second(grant_key, label, bytes(first)))


def is_one(grant_key: bytes, label: str, record_id: UUID) -> bool:
    """Whether an id was derived for this label by a holder of this grant key."""
    first, second = record_id.bytes[:HALF], record_id.bytes[HALF:]
    return equal(_second(grant_key, label, first), second)


def _second(grant_key: bytes, label: str, first: bytes) -> bytes:
    key = hkdf(exactly(grant_key, KEY_BYTES, "a grant key"), info=b"AG1 notice " + label.encode())
    half = bytearray(hmac_sha256(key, first)[:HALF])
    half[_VARIANT_AT - HALF] = half[_VARIANT_AT - HALF] & 0x3F | 0x80
    return bytes(half)
