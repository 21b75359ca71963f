"""What sets of keys open of one patient's rows: every envelope is tried once in a history."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from journal.crypto import envelope
from journal.crypto.errors import CryptoError
from tests import thief

# From a patient's content key, or a reader's grant key, down to the words, in this order.
WAYS = (
    *("scope_keys.wrapped", "grants.kept_key", "grant_keys.wrapped"),
    *("grant_records.wrapped", "records.wrapped_key", "records.body"),
)


class Opened(NamedTuple):
    """One envelope as it lies there now, and the key that opens it; None for neither."""

    item: thief.Sealed
    key: bytes | None
    plaintext: bytes


class Locksmith:
    """Knows every key there ever was, since the owner's opens them all.

    Envelopes never change and keys never come back, so which key opens which is found once;
    what somebody's keys open is then a matter of sets. One envelope opens under one key.
    """

    def __init__(self, owner: UUID, content_key: bytes) -> None:
        self.owner = owner
        self.ever: dict[bytes, None] = {content_key: None}
        self.before: dict[str, dict[bytes, None]] = {way: {} for way in WAYS}
        self.found: dict[tuple[str, bytes], Opened] = {}
        self.now: list[Opened] = []

    def look(self, db: Session) -> None:
        """Take in the rows as they stand now."""
        self.now = []
        for item in thief.sealed(db, WAYS):
            if item.row[0] != self.owner:
                continue
            known = self.found.get((item.column, item.envelope))
            # The same bytes in another row would be the same envelope in another context.
            if known is None or known.item != item or known.key is None:
                known = self.found[item.column, item.envelope] = self._try(item)
            self.now.append(known)

    def reach(self, keys: set[bytes]) -> set[bytes]:
        """These keys and all that they unwrap in the rows as they stand now."""
        reached = set(keys)
        for item, key, plaintext in self.now:
            if key in reached and item.column != "records.body":
                reached.add(plaintext)
        return reached

    def opens(self, keys: set[bytes]) -> set[UUID]:
        """The records whose words these keys open in the rows as they stand now."""
        reached = self.reach(keys)
        bodies = (one for one in self.now if one.item.column == "records.body")
        return {item.row[1] for item, key, _ in bodies if key in reached}

    def _try(self, item: thief.Sealed) -> Opened:
        likely = self.before[item.column]
        for key in [*reversed(likely), *reversed(self.ever)]:
            try:
                plaintext = envelope.open_(key, item.envelope, item.context)
            except CryptoError:
                continue
            likely[key] = None
            if item.column != "records.body":
                self.ever[plaintext] = None
            return Opened(item, key, plaintext)
        return Opened(item, None, b"")
