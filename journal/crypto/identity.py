"""Who somebody is to others: two public keys and a fingerprint over them."""

from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from journal.crypto.errors import BadFormat
from journal.crypto.primitives import (
    SEALING_PUBLIC_BYTES,
    SIGNING_PUBLIC_BYTES,
    exactly,
    sha256,
)

_VERSION: Final = 1
_ENCODED_BYTES: Final = 1 + 16 + SIGNING_PUBLIC_BYTES + SEALING_PUBLIC_BYTES


@dataclass(frozen=True, slots=True)
class PublicIdentity:
    """An account's root signing key (32 bytes) and sealing key (1,216 bytes)."""

    account: UUID
    root_public: bytes
    sealing_public: bytes

    def __post_init__(self) -> None:
        exactly(self.root_public, SIGNING_PUBLIC_BYTES, "a root public key")
        exactly(self.sealing_public, SEALING_PUBLIC_BYTES, "a sealing public key")

    @property
    def fingerprint(self) -> bytes:
        """32 bytes over account and both keys: swapping any one of them shows."""
        return sha256(b"AG1 identity\0", self.encode())

    def encode(self) -> bytes:
        """01 | account[16] | root_public[32] | sealing_public[1216]."""
        return bytes([_VERSION]) + self.account.bytes + self.root_public + self.sealing_public

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """The identity of `encode`; BadFormat for another length or version."""
        exactly(encoded, _ENCODED_BYTES, "an encoded identity")
        if encoded[0] != _VERSION:
            raise BadFormat("unknown version of an identity")
        root_end = 17 + SIGNING_PUBLIC_BYTES
        return cls(UUID(bytes=encoded[1:17]), encoded[17:root_end], encoded[root_end:])
