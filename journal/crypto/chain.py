"""Hash chain of receipts and access events: nothing deleted, inserted or moved unseen."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from journal.crypto.errors import BadSignature
from journal.crypto.primitives import equal, exactly, sha256

GENESIS: Final = bytes(32)


class Link(NamedTuple):
    """One stored link: what it is over, in which namespace, and its 32-byte value."""

    payload: bytes
    namespace: str
    value: bytes


def link(previous: bytes, payload: bytes, namespace: str) -> bytes:
    """32 bytes over the previous link (GENESIS for the first) and the payload."""
    exactly(previous, len(GENESIS), "a link")
    name = namespace.encode("ascii")
    return sha256(b"AG1 chain\0", bytes([len(name)]), name, previous, payload)


def verify(links: Iterable[Link], *, start: bytes = GENESIS, head: bytes | None = None) -> bytes:
    """The last value of an unbroken chain, oldest link first; BadSignature where it breaks.

    Only `head`, the value kept elsewhere, shows that links were cut off at the end.
    """
    value = start
    for stored in links:
        value = link(value, stored.payload, stored.namespace)
        if not equal(value, stored.value):
            raise BadSignature("the chain is broken")
    if head is not None and not equal(value, head):
        raise BadSignature("the chain ends elsewhere")
    return value
