"""Record bodies: what is inside one, and how a row is sealed and opened."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from journal.core.opened import Content
from journal.core.scopes import KeyAddress
from journal.crypto import envelope, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.record import ScopeCipher

if TYPE_CHECKING:
    from journal.core.keyring import Keyring
    from journal.crypto.primitives import Cipher


PADDED_TO = {"measure": 1024}
PADDED_TO_OTHERWISE = 512


class SealedRecord(NamedTuple):
    """A row of `records` as bulk reads fetch it."""

    id: UUID
    scope_id: UUID
    position: int
    stratum: int
    generation: int
    version: int
    wrapped_key: bytes
    body: bytes

    @property
    def key_address(self) -> KeyAddress:
        return KeyAddress(self.scope_id, self.stratum, self.generation)


@dataclass(frozen=True, slots=True)
class Body:
    """A record's plaintext; `binned` tells, for a deleted one, where it lay and until when.

    `phone` tells, for one written while nobody was signed in, on which phone (its id), and the
    hash of what that phone sent. `returned` tells, for one from before a new start, who gave it
    back and when, and which record it was.
    """

    kind: str
    content: Content
    occurred_at: datetime
    written_at: datetime
    binned: Content | None = field(default=None)
    phone: Content | None = field(default=None)
    returned: Content | None = field(default=None)

    def dumps(self) -> bytes:
        """JSON in UTF-8, padded; all letters stand in it as they were typed.

        But for a quote, a backslash and control characters, which are escaped.
        """
        plain: Content = {
            "kind": self.kind,
            "at": self.occurred_at.isoformat(),
            "written": self.written_at.isoformat(),
            "content": self.content,
        }
        if self.binned is not None:
            plain["binned"] = self.binned
        if self.phone is not None:
            plain["phone"] = self.phone
        if self.returned is not None:
            plain["returned"] = self.returned
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        floor = PADDED_TO.get(self.kind, PADDED_TO_OTHERWISE)
        return envelope.pad(text.encode("utf-8", "surrogatepass"), floor)

    @classmethod
    def loads(cls, padded: bytes) -> Body:
        plain = json.loads(envelope.unpad(padded).decode("utf-8", "surrogatepass"))
        return cls(
            plain["kind"],
            plain["content"],
            datetime.fromisoformat(plain["at"]),
            datetime.fromisoformat(plain["written"]),
            plain.get("binned"),
            plain.get("phone"),
            plain.get("returned"),
        )


def seal_body(
    owner: UUID, scope_key: bytes, address: KeyAddress, record_id: UUID, version: int, padded: bytes
) -> tuple[bytes, bytes, bytes]:
    """Seal under a fresh content key: content key, wrapped key, body."""
    content_key = primitives.make_key()
    at = (owner, address, record_id, version)
    wrapped = envelope.seal(scope_key, content_key, _context(Label.RECORD_KEY, *at))
    body = envelope.seal(content_key, padded, _context(Label.RECORD_BODY, *at))
    return content_key, wrapped, body


def cipher_of(owner: UUID, scope_key: bytes, address: KeyAddress) -> ScopeCipher:
    """A scope key made ready for many records; opens and seals what the functions here do."""
    return ScopeCipher(
        scope_key,
        owner=owner,
        scope=address.scope_id,
        stratum=address.stratum,
        generation=address.generation,
    )


def open_content_key(owner: UUID, scope_key: bytes | Cipher, row: SealedRecord) -> bytes:
    where = _context(Label.RECORD_KEY, owner, row.key_address, row.id, row.version)
    return envelope.open_(scope_key, row.wrapped_key, where)


def open_body(owner: UUID, content_key: bytes, row: SealedRecord) -> bytes:
    """The padded plaintext of a row, or CryptoError."""
    where = _context(Label.RECORD_BODY, owner, row.key_address, row.id, row.version)
    return envelope.open_(content_key, row.body, where)


def open_own(keyring: Keyring, scope_key: bytes | Cipher, row: SealedRecord) -> Body:
    content_key = open_content_key(keyring.account_id, scope_key, row)
    return Body.loads(open_body(keyring.account_id, content_key, row))


def _context(
    label: Label, owner: UUID, address: KeyAddress, record_id: UUID, version: int
) -> Context:
    return context(
        label,
        owner=owner,
        scope=address.scope_id,
        stratum=address.stratum,
        generation=address.generation,
        object=record_id,
        version=version,
    )
