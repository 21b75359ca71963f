"""A record's two envelopes: its body under a content key of its own, that key under its scope's."""

from typing import Final
from uuid import UUID

from journal.crypto.context import Label, make_stem
from journal.crypto.envelope import AES_256_GCM, HEAD, OVERHEAD_BYTES
from journal.crypto.errors import BadFormat, WrongKey
from journal.crypto.primitives import aes, aes_open_wrapped, aes_seal_with, make_key

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
        content_key = make_key()
        wrapped = aes_seal_with(self._cipher, content_key, self._key_stem + place)
        body = aes_seal_with(aes(content_key), plaintext, self._body_stem + place)
        return content_key, HEAD + wrapped, HEAD + body
