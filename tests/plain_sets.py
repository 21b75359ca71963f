"""Who may read what, in plain sets: the model that the keys are held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from journal.core.scopes import PRIVATE
from tests.builders import World
from tests.people import Person

START = 0  # "everything": everything was written later than that


@dataclass
class Given:
    """One grant."""

    id: UUID
    key: bytes
    terms: dict[str, int]  # scope name -> the moment it counts from
    until: datetime | None = None
    singly: set[UUID] = field(default_factory=set)
    ended: bool = False
    settled: bool = False  # new keys were made since it ran out

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until

    def is_live(self, now: datetime) -> bool:
        return not self.ended and not self.is_over(now)


@dataclass
class Reader:
    """A therapist, her grants, every key she ever saw, and what those may open for a while."""

    person: Person
    given: list[Given]
    keys: set[bytes] = field(default_factory=set)
    lingering: set[UUID] = field(default_factory=set)


@dataclass
class Written:
    """A record; `entered` is the moment at which it came into its scope."""

    scope: str
    entered: int
    version: int = 1
    deleted: datetime | None = None


class Sets:
    """One patient's records and readers; `moment` counts what happened."""

    def __init__(self, world: World) -> None:
        self.moment = 3
        self.ana = world.ana
        self.written = {
            world.before: Written("journal", 1),
            world.after: Written("journal", 3),
            world.check_in: Written("check-ins", 3),
            world.private: Written(PRIVATE, 3),
            world.shared: Written(PRIVATE, 3),
        }
        tess = Given(world.tess_grant, b"", {"journal": START, "check-ins": START})
        tess.singly.add(world.shared)
        theo = Given(world.theo_grant, b"", {"journal": 2})
        self.readers = [Reader(world.tess, [tess]), Reader(world.theo, [theo])]

    @property
    def now(self) -> datetime:
        return self.ana.now

    def next(self) -> int:
        self.moment += 1
        return self.moment

    def kept(self) -> list[UUID]:
        return [key for key, one in self.written.items() if one.deleted is None]

    def binned(self) -> list[UUID]:
        return [key for key, one in self.written.items() if one.deleted is not None]

    def not_ended(self) -> list[tuple[Reader, Given]]:
        return [(reader, one) for reader in self.readers for one in reader.given if not one.ended]

    def live(self) -> list[tuple[Reader, Given]]:
        return [(reader, one) for reader, one in self.not_ended() if one.is_live(self.now)]

    def without(self) -> list[Reader]:
        """The readers who hold no living grant."""
        holding = [reader.person.id for reader, _ in self.live()]
        return [reader for reader in self.readers if reader.person.id not in holding]

    def shared(self) -> list[tuple[Given, UUID]]:
        kept = self.kept()
        return [(given, key) for _, given in self.live() for key in kept if key in given.singly]

    def covered(self, given: Given) -> set[UUID]:
        return {
            key
            for key, one in self.written.items()
            if one.deleted is None
            and (key in given.singly or one.entered > given.terms.get(one.scope, self.moment))
        }

    def visible(self, reader: Reader) -> set[UUID]:
        live = (given for given in reader.given if given.is_live(self.now))
        return set().union(*map(self.covered, live))

    def run_out(self, reader: Reader) -> set[UUID]:
        """What ran out by the clock is closed by new keys at the patient's next session."""
        waiting = (one for one in reader.given if not one.ended and not one.settled)
        return set().union(*(self.covered(one) for one in waiting if one.is_over(self.now)))

    def rewritten(self, key: UUID) -> None:
        self.written[key].version += 1
        self.closed(key)

    def closed(self, key: UUID) -> None:
        for reader in self.readers:
            reader.lingering.discard(key)

    def all_closed(self) -> None:
        for reader in self.readers:
            reader.lingering.clear()

    def gone(self, key: UUID) -> None:
        del self.written[key]
        for reader in self.readers:
            for given in reader.given:
                given.singly.discard(key)
