"""What a patient's sealed state keeps of each reader: her keys, those before them, and the code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from journal.core.state import State
    from journal.crypto.announcement import Announcement

# What one node signed a moment before another changed the keys, by a clock that runs ahead.
OVERLAP_SECONDS = 60


class Former(NamedTuple):
    """Keys that were a reader's until an instant, in epoch seconds."""

    identity: PublicIdentity
    until: int


@dataclass(frozen=True, slots=True)
class Pin:
    """One grant's pin; `seq` is that of the last announcement followed, 0 for none.

    `met`: whether the two compared the code since the keys last changed. `held_back`: whether
    something was kept from this reader while the row's keys were not hers.
    """

    reader: PublicIdentity
    code: str
    former: tuple[Former, ...] = ()
    seq: int = 0
    met: bool = True
    held_back: bool = False

    @property
    def account(self) -> UUID:
        return self.reader.account

    @property
    def changed_at(self) -> datetime | None:
        """When the reader last changed her keys, as her old key said."""
        return datetime.fromtimestamp(self.former[-1].until, UTC) if self.former else None

    def roots_at(self, instant: int) -> list[bytes]:
        """The root keys whose word counts for what was signed at this instant."""
        found, since = [], 0
        for former in self.former:
            if since - OVERLAP_SECONDS <= instant < former.until + OVERLAP_SECONDS:
                found.append(former.identity.root_public)
            since = former.until
        if instant >= since - OVERLAP_SECONDS:
            found.append(self.reader.root_public)
        return found

    def followed(self, announced: Announcement) -> Pin:
        """The pin after one announced change; its code waits for the grant key."""
        former = (*self.former, Former(self.reader, announced.at))
        return replace(
            self, reader=announced.identity, former=former, seq=announced.seq, code="", met=False
        )

    def dump(self) -> dict[str, Any]:
        """JSON values for the state."""
        kept: dict[str, Any] = {"code": self.code, "reader": self.reader.encode().hex()}
        if self.former:
            kept["former"] = [[one.identity.encode().hex(), one.until] for one in self.former]
            kept |= {"seq": self.seq, "met": self.met}
        if self.held_back:
            kept["held_back"] = True
        return kept


def read(state: State) -> dict[UUID, Pin]:
    """The pins of a patient's state, by grant."""
    return {UUID(text): _load(kept) for text, kept in state.get("pins", {}).items()}


def put(state: State, grant_id: UUID, pin: Pin) -> None:
    state.setdefault("pins", {})[str(grant_id)] = pin.dump()


def _load(kept: dict[str, Any]) -> Pin:
    return Pin(
        _identity(kept["reader"]),
        kept["code"],
        tuple(Former(_identity(text), until) for text, until in kept.get("former", ())),
        kept.get("seq", 0),
        kept.get("met", True),
        kept.get("held_back", False),
    )


def _identity(text: str) -> PublicIdentity:
    return PublicIdentity.decode(bytes.fromhex(text))
