"""Key slots: what a person has or knows, and the account key that it opens."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from journal.crypto import crockford
from journal.crypto.context import Context, Label, context
from journal.crypto.envelope import open_, seal
from journal.crypto.errors import BadFormat, WrongKey
from journal.crypto.primitives import (
    KEY_BYTES,
    argon2id,
    equal,
    exactly,
    hkdf,
    make_bytes,
    sha256,
)
from journal.crypto.sitekey import SiteKey

KIND_PASSWORD: Final = 1
KIND_KIT: Final = 2
KIND_PASSKEY: Final = 3

KIT_BYTES: Final = 20
_KIT_LETTERS: Final = 36
_CHECKSUM_BITS: Final = 20
_COMMITMENT_BYTES: Final = 32
_KINDS: Final = frozenset({KIND_PASSWORD, KIND_KIT, KIND_PASSKEY})


@dataclass(frozen=True, slots=True)
class LockedSlot:
    """A slot as it is stored: the site key's version, and the outer envelope."""

    site_version: int
    body: bytes = field(repr=False)


def lock(
    account_key: bytes,
    *,
    secret: bytes,
    kind: int,
    account: UUID,
    slot: UUID,
    shred_key: bytes,
    site: SiteKey,
) -> LockedSlot:
    """Locks the 32-byte account key behind `secret`, for one kind, account and slot."""
    exactly(account_key, KEY_BYTES, "an account key")
    kek, commitment = _derive(secret, kind, account, slot, shred_key)
    inner = commitment + seal(kek, account_key, _inner(account, slot))
    return _wrap(inner, account, slot, site)


def unlock(
    locked: LockedSlot,
    *,
    secret: bytes,
    kind: int,
    account: UUID,
    slot: UUID,
    shred_key: bytes,
    site: SiteKey,
) -> bytes:
    """The account key; WrongKey for a wrong secret, slot, account, kind, shred or site key."""
    inner = _unwrap(locked, account, slot, site)
    kek, commitment = _derive(secret, kind, account, slot, shred_key)
    # AES-GCM does not commit to its key: a crafted ciphertext can open under many passwords
    # at once and answer thousands of guesses with one question. The commitment can't.
    if not equal(commitment, inner[:_COMMITMENT_BYTES]):
        raise WrongKey
    return open_(kek, inner[_COMMITMENT_BYTES:], _inner(account, slot))


def rewrap(locked: LockedSlot, *, account: UUID, slot: UUID, site: SiteKey) -> LockedSlot:
    """The same slot under the current site key; nobody needs to be present."""
    return _wrap(_unwrap(locked, account, slot, site), account, slot, site)


def password_secret(password: str, *, salt: bytes, account: UUID, slot: UUID) -> bytes:
    """32 bytes by Argon2id; 16-byte salt; about 180 ms and 64 MiB."""
    return argon2id(password, salt, account.bytes + slot.bytes)


def make_kit() -> str:
    """A recovery kit: 160 random bits as eight groups of four letters, and a ninth as checksum."""
    return render_kit(make_bytes(KIT_BYTES))


def render_kit(secret: bytes) -> str:
    """The 20 bytes of a kit as people see it."""
    exactly(secret, KIT_BYTES, "a recovery kit")
    value = int.from_bytes(secret, "big") << _CHECKSUM_BITS | _kit_checksum(secret)
    return crockford.write(value, _KIT_LETTERS)


def parse_kit(text: str) -> bytes:
    """The 20 bytes of a kit as people type it; BadFormat for a slip of the pen."""
    value = crockford.read(text, _KIT_LETTERS)
    secret = (value >> _CHECKSUM_BITS).to_bytes(KIT_BYTES, "big")
    if value & ((1 << _CHECKSUM_BITS) - 1) != _kit_checksum(secret):
        raise BadFormat("the recovery kit has a typing mistake")
    return secret


def _kit_checksum(secret: bytes) -> int:
    return int.from_bytes(sha256(b"AG1 kit checksum", secret)[:3], "big") >> 4


def _derive(
    secret: bytes, kind: int, account: UUID, slot: UUID, shred_key: bytes
) -> tuple[bytes, bytes]:
    if kind not in _KINDS:
        raise BadFormat("unknown kind of key slot")
    info = b"AG1 slot" + bytes([kind]) + account.bytes + slot.bytes
    salt = exactly(shred_key, KEY_BYTES, "a shred key")
    both = hkdf(secret, salt=salt, info=info, length=KEY_BYTES + _COMMITMENT_BYTES)
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _wrap(inner: bytes, account: UUID, slot: UUID, site: SiteKey) -> LockedSlot:
    version = site.current
    outer = context(Label.SLOT_OUTER, owner=account, object=slot, version=version)
    return LockedSlot(version, seal(site.derive("slot", version), inner, outer))


def _unwrap(locked: LockedSlot, account: UUID, slot: UUID, site: SiteKey) -> bytes:
    version = locked.site_version
    key = site.derive("slot", version)
    return open_(
        key, locked.body, context(Label.SLOT_OUTER, owner=account, object=slot, version=version)
    )


def _inner(account: UUID, slot: UUID) -> Context:
    return context(Label.SLOT_INNER, owner=account, object=slot)
