"""The root's word for one session's signing key, for a while."""

import struct
from typing import Final
from uuid import UUID

from journal.crypto import primitives
from journal.crypto.errors import BadFormat, BadSignature
from journal.crypto.primitives import SIGNATURE_BYTES, SIGNING_PUBLIC_BYTES, exactly, sign

LIFETIME_SECONDS: Final = 12 * 60 * 60

_VERSION: Final = 1
_NAMESPACE: Final = "session certificate"
_BODY: Final = struct.Struct(">B16s32sQQ")
CERTIFICATE_BYTES: Final = _BODY.size + SIGNATURE_BYTES


def certify(
    root_seed: bytes, *, account: UUID, session_public: bytes, not_before: int, not_after: int
) -> bytes:
    """01 | account[16] | session_public[32] | not_before u64 | not_after u64 | signature[65].

    Times are epoch seconds; the certificate holds from `not_before` until just before `not_after`.
    """
    exactly(session_public, SIGNING_PUBLIC_BYTES, "a session public key")
    if not 0 <= not_before < not_after <= 0xFFFF_FFFF_FFFF:
        raise BadFormat("a certificate must begin before it ends")
    body = _BODY.pack(_VERSION, account.bytes, session_public, not_before, not_after)
    return body + sign(root_seed, _NAMESPACE, body)


def verify(certificate: bytes, *, root_public: bytes, account: UUID, at: int) -> bytes:
    """The session's 32-byte public key; BadSignature if it isn't this root's word at this time."""
    if len(certificate) != CERTIFICATE_BYTES:
        raise BadSignature("the certificate is cut")
    body, signature = certificate[: _BODY.size], certificate[_BODY.size :]
    primitives.verify(root_public, _NAMESPACE, body, signature)
    version, owner, session_public, not_before, not_after = _BODY.unpack(body)
    if version != _VERSION or owner != account.bytes:
        raise BadSignature("the certificate belongs to another account or version")
    if not not_before <= at < not_after:
        raise BadSignature("the certificate does not hold at this time")
    return bytes(session_public)


def begins(certificate: bytes) -> int:
    """Return from when a certificate of our own holds, in epoch seconds; it is not verified."""
    not_before: int = _BODY.unpack(certificate[: _BODY.size])[3]
    return not_before
