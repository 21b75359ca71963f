"""What the sealed state keeps of sessions so that whatever is tied to them opens no record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from journal.features.care.anchored import WallTime
from journal.features.care.medicine_session import Numbered, Status

# The first session and the latest ones; what is tied to one in between has long been over.
MOST_HELD, MOST_PLANNED = 15, 5


class Anchor(NamedTuple):
    """A session that was held or is planned, or with no number the course's beginning."""

    id: UUID
    when: WallTime
    number: int | None
    held: bool

    def dump(self) -> list[Any]:
        """Return JSON values."""
        day, minute, zone = self.when
        return [self.id.hex, day.isoformat(), minute, zone, self.number, self.held]

    @classmethod
    def load(cls, kept: Sequence[Any]) -> "Anchor":
        """Read what was kept."""
        record_id, day, minute, zone, number, held = kept
        when = WallTime(date.fromisoformat(day), minute, zone)
        return cls(UUID(record_id), when, number, held)


@dataclass(frozen=True, slots=True)
class Anchors:
    """The sessions in order of time, and the course's beginning once there is one."""

    sessions: Sequence[Anchor] = ()
    begun: Anchor | None = None

    @classmethod
    def of(cls, sessions: Iterable[Numbered], begun: Anchor | None) -> "Anchors":
        """Return what to keep of all sessions, in order of time."""
        there = [
            Anchor(one.id, one.session.when, one.number, one.session.is_held)
            for one in sessions
            if one.session.status is not Status.CANCELLED
        ]
        held = [one for one in there if one.held]
        planned = [one for one in there if not one.held]
        middle = held[1:][-MOST_HELD:]
        return cls([*held[:1], *middle, *planned[-MOST_PLANNED:]], begun)

    def dump(self) -> dict[str, Any]:
        """Return JSON values."""
        begun = None if self.begun is None else self.begun.dump()
        return {"sessions": [one.dump() for one in self.sessions], "begun": begun}

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> "Anchors":
        """Read what was kept; nothing was, before the first copy."""
        begun = kept.get("begun")
        return cls(
            [Anchor.load(one) for one in kept.get("sessions", ())],
            None if begun is None else Anchor.load(begun),
        )
