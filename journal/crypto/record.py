"""A record's two envelopes: its body under a content key of its own, that key under its scope's."""

from typing import Final
from uuid import UUID

from journal.crypto.context import Label, make_stem
from journal.crypto.envelope import AES_256_GCM, HEAD, OVERHEAD_BYTES
from journal.crypto.errors import BadFormat, WrongKey
from journal.crypto.primitives import KEY_BYTES, NONCE_BYTES, aes, aes_open_wrapped, make_bytes

_FROM: Final = len(HEAD)


class ScopeCipher:
    """A scope's key of one stratum and generation, made ready for thousands of its records.

    What all their contexts share is laid out once. The bytes are those of `envelope.seal` with
    `context(RECORD_KEY, ...)` and `context(RECORD_BODY, ...)`.
    """

    __slots__ = ("_body_stem", "_cipher", "_key_stem")

    def __init__(
        self, key: bytes, *, owner: UUID, scope: UUID, stratum: int, generation: int
    ) -> None:
        """Take a 32-byte scope key and where it stands; BadFormat when something does not fit."""
        self._cipher = aes(key)
        self._key_stem, self._body_stem = (
            make_stem(
                label,
                AES_256_GCM,
                owner=owner,
                scope=scope,
                stratum=stratum,
                generation=generation,
            )
            for label in (Label.RECORD_KEY, Label.RECORD_BODY)
        )

    def open_(self, place: bytes, wrapped: bytes, body: bytes) -> bytes:
        """The body of the record at `make_place`; WrongKey and BadFormat as `envelope.open_`."""
        if len(wrapped) < OVERHEAD_BYTES or len(body) < OVERHEAD_BYTES:
            raise WrongKey
        if not (wrapped.startswith(HEAD) and body.startswith(HEAD)):
            raise BadFormat("unknown version or algorithm of an envelope")
        return aes_open_wrapped(
            self._cipher,
            wrapped[_FROM:],
            self._key_stem + place,
            body[_FROM:],
            self._body_stem + place,
        )

    def seal(self, place: bytes, plaintext: bytes) -> tuple[bytes, bytes, bytes]:
        """Seal under a fresh content key: that key, the key wrapped, the body."""
        # One call for the key and both nonces: asking thrice would take as long as sealing.
        drawn = make_bytes(KEY_BYTES + 2 * NONCE_BYTES)
        content_key, nonces = drawn[:KEY_BYTES], drawn[KEY_BYTES:]
        one, other = nonces[:NONCE_BYTES], nonces[NONCE_BYTES:]
        wrapped = self._cipher.encrypt(one, content_key, self._key_stem + place)
        body = aes(content_key).encrypt(other, plaintext, self._body_stem + place)
        return content_key, HEAD + one + wrapped, HEAD + other + body
