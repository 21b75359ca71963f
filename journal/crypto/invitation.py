"""Invitations: what a link's token finds, opens and proves."""

import base64
import binascii
from typing import Final
from uuid import UUID

from journal.crypto import crockford
from journal.crypto.errors import BadFormat
from journal.crypto.primitives import exactly, hkdf, hmac_sha256, make_bytes, sha256

_TOKEN_BYTES: Final = 16
_TOKEN_LETTERS: Final = 22
_HASH_BYTES: Final = 32
_CODE_LETTERS: Final = 8


def make_token() -> str:
    """A new invitation token: 128 random bits as 22 letters of base64url."""
    return _write(make_bytes(_TOKEN_BYTES))


def invitation_id(token: str) -> UUID:
    """The id of its row: the database holds no token. BadFormat if it can't be a token."""
    return UUID(bytes=sha256(b"AG1 invitation", _read(token))[:16])


def content_key(token: str) -> bytes:
    """The key that seals the invitation's content, so that the database can't swap it."""
    return _derive(token, b"content")


def pin_mac(token: str, patient_fingerprint: bytes, statement_digest: bytes) -> bytes:
    """32 bytes by which the inviter knows that this patient used this invitation."""
    exactly(patient_fingerprint, _HASH_BYTES, "a fingerprint")
    exactly(statement_digest, _HASH_BYTES, "a statement's digest")
    return hmac_sha256(_derive(token, b"pin"), patient_fingerprint + statement_digest)


def safety_code(token: str, reader_fingerprint: bytes) -> str:
    """`XXXX-XXXX`, 40 bits: both screens show it and the two people compare it."""
    exactly(reader_fingerprint, _HASH_BYTES, "a fingerprint")
    code = hmac_sha256(_derive(token, b"code"), reader_fingerprint)[:5]
    return crockford.write(int.from_bytes(code, "big"), _CODE_LETTERS)


def _derive(token: str, purpose: bytes) -> bytes:
    return hkdf(_read(token), info=b"AG1 invitation " + purpose)


def _write(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode("ascii")


def _read(token: str) -> bytes:
    try:
        secret = base64.b64decode(token.encode("ascii") + b"==", altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise BadFormat("not an invitation token") from None
    # Base64's unused bits would give one token sixteen spellings.
    if len(token) != _TOKEN_LETTERS or _write(secret) != token:
        raise BadFormat("not an invitation token")
    return secret
