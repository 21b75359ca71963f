"""The keys of one unlocked account; nothing here prints them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from uuid import UUID

    from journal.crypto.identity import PublicIdentity

Role = Literal["patient", "therapist"]
ScopeKeyId = tuple["UUID", int, int]


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A session signing key (32-byte seed) with the root's certificate for it."""

    seed: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """What a session can do: read and write the account's own, sign what narrows."""

    identity: PublicIdentity
    role: Role
    content_key: bytes
    signer: Signer
    session_id: bytes | None = None
    scope_keys: dict[ScopeKeyId, bytes] = field(default_factory=dict)

    @property
    def account_id(self) -> UUID:
        return self.identity.account

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.account_id}>"


@dataclass(frozen=True, slots=True, repr=False)
class RootKeyring(Keyring):
    """What a key slot opened a moment ago can do: sign statements, make slots."""

    account_key: bytes = b""
    root_key: bytes = b""
    root_seed: bytes = b""
