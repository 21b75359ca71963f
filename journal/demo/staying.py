"""What stayed with Ana of the demo: insights, what she does because of them, and one check."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from journal.core import clinical, records
from journal.core.state import change_state
from journal.demo.people import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal.demo.clinic import Clinic

AT = time(19, 30)
WHO, BY = "ana", "tess"
GIVEN = "What would you like the next session to leave alone?"


@dataclass(frozen=True, slots=True)
class Kept:
    """One insight of so many days ago, the practice it led to, and what came of that."""

    ago: int
    session: int
    words: str
    practice: str
    often: str
    looks: tuple[tuple[int, str, str], ...] = ()


KEPT = (
    Kept(
        95,
        7,
        "I don't have to be finished before I am allowed to rest.",
        "Lie down for ten minutes after work, before anything else.",
        "on working days",
        (
            (7, "kept", "Four of five days. The cat has views on it."),
            (30, "changed", "Not lying down: sitting on the back step, shoes off."),
            (90, "kept", "It isn't a practice any more, it is just when the day turns."),
        ),
    ),
    Kept(
        40,
        8,
        "Marta was never angry. I had written her part as well.",
        "When I think I know what somebody thinks of me, ask one question.",
        "whenever I notice it",
        ((7, "kept", "Asked Rui. He had been thinking about lunch."),),
    ),
)
CHECK = {
    "levels": {"apart": 1, "unshared": 0, "urinary": 0, "craving": 0, "worse": 0},
    "upper": None,
    "lower": None,
    "note": "A little far away until noon. Then soup.",
    "session": 8,
    "day": 1,
}


@dataclass
class Keeps:
    """Ana writes one of them down."""

    clinic: Clinic
    kind: str
    content: dict[str, Any]
    scope: str = "private"
    record_id: UUID = field(default_factory=uuid4)

    def __call__(self, at: datetime) -> None:
        ring = self.clinic.rings[WHO]
        records.write(
            self.clinic.db,
            ring,
            record_id=self.record_id,
            kind=self.kind,
            scope=self.scope,
            content=self.content,
            occurred_at=at,
            now=at,
        )
        change_state(self.clinic.db, ring, self._note)

    def _note(self, state: dict[str, Any]) -> None:
        # As the app keeps it when a page saves one: Today must open no record for it.
        practices = state.setdefault("practices", {})
        if self.kind == "practice":
            begins = self.content["begins"]
            practices[str(self.record_id)] = {"begins": begins, "answered": [], "over": False}
        elif self.kind == "revisit":
            practices[self.content["practice"]]["answered"].append(self.content["after"])


@dataclass(frozen=True, slots=True)
class Gives:
    """Tess gives her something to write about."""

    clinic: Clinic

    def __call__(self, at: datetime) -> None:
        clinical.begin(
            self.clinic.db,
            self.clinic.ring(BY, at),
            self.clinic.grants[WHO, BY],
            record_id=uuid4(),
            kind="assignment-record",
            copied_as="assignment",
            says={"what": "prompt", "words": GIVEN, "status": "given"},
            occurs=at,
            now=at,
        )
        self.clinic.db.commit()


def of(clinic: Clinic, patient: str) -> Iterator[tuple[int, time, Keeps | Gives]]:
    """Yield what she keeps, and what she is given: days ago, when on that day, and what."""
    if patient != WHO:
        return
    for one in KEPT:
        insight = {"words": one.words, "entry": "", "session": one.session}
        seen = Keeps(clinic, "insight", insight)
        yield one.ago, AT, seen
        begins = (clinic.now.astimezone(ZoneInfo(ZONE)).date() - timedelta(one.ago - 1)).isoformat()
        practice = {"words": one.practice, "often": one.often, "begins": begins}
        does = Keeps(clinic, "practice", practice | {"insight": str(seen.record_id)})
        does.content["session"] = one.session
        yield one.ago - 1, AT, does
        for after, outcome, words in one.looks:
            told = {"after": after, "outcome": outcome, "words": words, "about": one.practice}
            told["practice"] = str(does.record_id)
            yield one.ago - 1 - after, AT, Keeps(clinic, "revisit", told)
    yield 40, time(18), Keeps(clinic, "after-effects", CHECK, "care")
    yield 3, time(14), Gives(clinic)
