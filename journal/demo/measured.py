"""What Ana of the demo answered to our own two scales, made up and the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from uuid import uuid4

from journal.core import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal.demo.clinic import Clinic

WHO, SCOPE, AT = "ana", "measures", time(20, 40)
# The wording that is asked, as a record names it: other words would be another scale.
WORDINGS = {
    "relief": "e61c6cfca24451472d6cfa8762674d835cb088fc0f29f2b8a381bfb82de0b576",
    "staying": "a68586b07dcbef0ade77922d3018867b6140d5c10003c00ffb4c3ff3ee409d29",
}
# Days ago, and one number for each question. Relief lifts with a session and lets go again.
RELIEF = (
    *((95, (6,)), (94, (7,)), (93, (7,)), (92, (6,)), (90, (5,))),
    *((41, (7,)), (40, (8,)), (39, (8,)), (38, (7,)), (36, (6,)), (34, (6,))),
)
STAYING = (
    *((200, (1, 0, 1, 1)), (150, (2, 1, 1, 1)), (88, (2, 2, 1, 2))),
    *((52, (2, 1, 2, 2)), (33, (3, 2, 2, 3)), (18, (3, 3, 2, 2)), (4, (3, 2, 3, 3))),
)


@dataclass(frozen=True, slots=True)
class Answers:
    """Ana finishes one of them."""

    clinic: Clinic
    instrument: str
    given: Sequence[int]

    def __call__(self, at: datetime) -> None:
        name = self.instrument
        answers = {f"{name}-{n}": str(one) for n, one in enumerate(self.given, 1)}
        content = {
            "state": "done",
            "instrument": name,
            "questionnaire": WORDINGS[name],
            "version": "1",
            "answers": answers,
            "rules": 1,
            "total": str(sum(self.given)),
            "band": None,
            "missing": [],
            "marked": None,
        }
        records.write(
            self.clinic.db,
            self.clinic.rings[WHO],
            record_id=uuid4(),
            kind="measure",
            scope=SCOPE,
            content=content,
            occurred_at=at,
            now=at,
        )


def of(clinic: Clinic, patient: str) -> Iterator[tuple[int, time, Answers]]:
    """Yield what she answers: days ago, when on that day, and what."""
    if patient == WHO:
        for name, given in (("relief", RELIEF), ("staying", STAYING)):
            for ago, numbers in given:
                yield ago, AT, Answers(clinic, name, numbers)
