"""A reader's new keys: announced by the old root key, and proved by the new one."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journal.crypto import crockford, primitives
from journal.crypto.errors import BadFormat, BadSignature, CryptoError
from journal.crypto.identity import PublicIdentity
from journal.crypto.primitives import SIGNATURE_BYTES, exactly, hkdf, hmac_sha256, sign

_VERSION: Final = 1
_BY_OLD: Final = "key announcement"
_BY_NEW: Final = "key announcement, the new key"
_HEAD: Final = struct.Struct(">B16sIQ32s")
_HASH_BYTES: Final = 32
_KEY_BYTES: Final = 32
_CODE_LETTERS: Final = 8


@dataclass(frozen=True, slots=True)
class Announcement:
    """One change of keys: `before` is the old identity's fingerprint, `at` epoch seconds."""

    seq: int
    at: int
    before: bytes
    identity: PublicIdentity


def announce(
    old: PublicIdentity, new: PublicIdentity, *, old_seed: bytes, new_seed: bytes, seq: int, at: int
) -> bytes:
    """01 | account[16] | seq u32 | at u64 | old fingerprint[32] | identity | two signatures[65].

    The seeds are those of the two root keys. The new key signs too: nobody announces a key that
    is somebody else's.
    """
    if old.account != new.account:
        raise BadFormat("an account announces its own keys only")
    head = _HEAD.pack(_VERSION, old.account.bytes, seq, at, old.fingerprint)
    said = head + new.encode()
    return said + sign(old_seed, _BY_OLD, said) + sign(new_seed, _BY_NEW, said)


def verify(announced: bytes, *, pinned: PublicIdentity, after: int) -> Announcement:
    """The announcement, when the pinned keys made it and its `seq` is above `after`.

    BadSignature or BadFormat otherwise: for another account, by another key, or an older one.
    """
    end = len(announced) - 2 * SIGNATURE_BYTES
    said, signatures = announced[:end], announced[end:]
    if end < _HEAD.size or said[0] != _VERSION:
        raise BadFormat("unknown version of an announcement")
    _version, account, seq, at, before = _HEAD.unpack(said[: _HEAD.size])
    identity = PublicIdentity.decode(said[_HEAD.size :])
    if not account == identity.account.bytes == pinned.account.bytes:
        raise BadSignature("the announcement is another account's")
    if before != pinned.fingerprint or seq <= after:
        raise BadSignature("the announcement does not follow these keys")
    primitives.verify(pinned.root_public, _BY_OLD, said, signatures[:SIGNATURE_BYTES])
    primitives.verify(identity.root_public, _BY_NEW, said, signatures[SIGNATURE_BYTES:])
    return Announcement(seq, at, before, identity)


def follow(pinned: PublicIdentity, announced: Sequence[bytes], *, after: int) -> list[Announcement]:
    """From the pinned keys to the newest, each announced by the one before; others are left out."""
    found: list[Announcement] = []
    for one in announced:
        try:
            found.append(verify(one, pinned=pinned, after=after))
        except CryptoError:
            continue
        pinned, after = found[-1].identity, found[-1].seq
    return found


def safety_code(grant_key: bytes, fingerprint: bytes) -> str:
    """`XXXX-XXXX`, 40 bits, for a changed key: the two who hold the grant key can compute it."""
    exactly(fingerprint, _HASH_BYTES, "a fingerprint")
    key = hkdf(exactly(grant_key, _KEY_BYTES, "a grant key"), info=b"AG1 grant code")
    code = hmac_sha256(key, fingerprint)[:5]
    return crockford.write(int.from_bytes(code, "big"), _CODE_LETTERS)
