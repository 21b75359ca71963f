"""What a phone writes while nobody is signed in: sealed to its inbox key, marked with its own."""

from typing import Final, NamedTuple
from uuid import UUID

from journal.crypto import primitives
from journal.crypto.errors import WrongKey

PUBLIC_BYTES: Final = primitives.SEALING_PUBLIC_BYTES
MARK_BYTES: Final = 32
_LABEL: Final = "phone item"
_MARK: Final = b"AG1 phone item mark\0"


class Place(NamedTuple):
    """Whose item it is, which phone wrote it, and the id of the record that it becomes."""

    account: UUID
    phone: UUID
    item: UUID

    def bytes(self) -> bytes:
        return self.account.bytes + self.phone.bytes + self.item.bytes


def seal_item(public: bytes, plaintext: bytes, place: Place) -> bytes:
    """Sealed to the 1,216-byte inbox key of one phone; the phone's own script does the same."""
    return primitives.hpke_seal(public, plaintext, label=_LABEL, context=place.bytes())


def mark_item(key: bytes, sealed: bytes, place: Place) -> bytes:
    """32 bytes by the phone's own key. HPKE does not say who sealed: this does."""
    return primitives.hmac_sha256(key, _MARK + place.bytes() + sealed)


def open_item(seed: bytes, key: bytes, sealed: bytes, mark: bytes, place: Place) -> bytes:
    """The plaintext; WrongKey when another phone, or nobody's phone, made it."""
    if not primitives.equal(mark, mark_item(key, sealed, place)):
        raise WrongKey
    return primitives.hpke_open(seed, sealed, label=_LABEL, context=place.bytes())
