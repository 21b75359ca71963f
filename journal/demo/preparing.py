"""Ana's screening, its assessment and her intentions, as she and Tess of the demo wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from uuid import uuid4, uuid5

from journal.core import clinical, records, scopes
from journal.core.state import State, change_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from journal.demo.clinic import Clinic

    Acts = Callable[[datetime], None]

ANA, TESS, CARE = "ana", "tess", "care"
POINTS = ("allergy", "dependence", "psychosis", "heart", "pregnancy", "suicide")
ANSWERS = {**dict.fromkeys(POINTS, "no"), "heart": "unsure"}
NOTES = {"heart": "A murmur as a child. Nobody has looked at it since I was eleven."}
REVIEW = {
    "outcome": "medical-review",
    "reason": "The murmur from your childhood: a word from your doctor first, then we go on.",
}
SUITABLE = {
    "outcome": "suitable",
    "reason": "Your doctor has listened to your heart and found nothing that speaks against it.",
}


@dataclass(frozen=True, slots=True)
class Intends:
    """An intention, and what came of it by now; what is still to come has nothing."""

    body: str
    came: str = ""
    scope: str = "private"

    def content(self) -> dict[str, Any]:
        """Return the content of its record."""
        return {"body": self.body, "came": self.came, "session": ""}


INTENTIONS = {
    339: Intends(
        "To let somebody else hold the list for an hour.",
        "They held it. I could have asked years ago.",
        CARE,
    ),
    42: Intends(
        "To look at the door, not to go through it.",
        "It was open the whole time. I sat beside it and nobody pushed.",
    ),
    2: Intends("To ask what it would be like to be carried for a while."),
}


def of(clinic: Clinic, patient: str) -> Iterator[tuple[int, time, Acts]]:
    """Yield what happens so many days ago at a local time."""
    if patient != ANA:
        return
    yield 362, time(20, 5), lambda at: _answer(clinic, at)
    yield 360, time(11, 30), lambda at: _sign_off(clinic, at)
    yield 345, time(11, 30), lambda at: _sign_again(clinic, at)
    for ago, intention in INTENTIONS.items():
        yield ago, time(21, 15), _writing(clinic, intention)


def _answer(clinic: Clinic, at: datetime) -> None:
    db, ring = clinic.db, clinic.rings[ANA]
    records.write(
        db,
        ring,
        record_id=uuid5(scopes.id_of(db, ring, CARE), "screening"),
        kind="screening",
        scope=CARE,
        content={"state": "done", "answers": ANSWERS, "notes": NOTES},
        occurred_at=at,
        now=at,
    )


def _sign_off(clinic: Clinic, at: datetime) -> None:
    grant = clinic.grants[ANA, TESS]
    clinical.begin(
        clinic.db,
        clinic.ring(TESS, at),
        grant,
        record_id=uuid5(grant, "assessment-record"),
        kind="assessment-record",
        copied_as="assessment",
        says=REVIEW,
        occurs=at,
        now=at,
    )
    clinic.db.commit()


def _sign_again(clinic: Clinic, at: datetime) -> None:
    grant = clinic.grants[ANA, TESS]
    clinical.change(
        clinic.db,
        clinic.ring(TESS, at),
        grant,
        record_id=uuid5(grant, "assessment-record"),
        kind="assessment-record",
        version=1,
        says=SUITABLE,
        occurs=at,
        now=at,
    )
    clinic.db.commit()


def _writing(clinic: Clinic, intention: Intends) -> Acts:
    def write(at: datetime) -> None:
        record_id, ring = uuid4(), clinic.rings[ANA]
        records.write(
            clinic.db,
            ring,
            record_id=record_id,
            kind="intention",
            scope=intention.scope,
            content=intention.content(),
            occurred_at=at,
            now=at,
        )

        def keep(state: State) -> None:
            state.setdefault("intentions", {})[record_id.hex] = ""

        change_state(clinic.db, ring, keep)

    return write
