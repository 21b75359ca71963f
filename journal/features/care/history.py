"""A course's history: the steps that a therapist said, and those that follow from her sessions.

Each has its own time and comes in its order, so one that is corrected changes what follows from it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from journal.features.care.arc import START, Happened, Phase, Standing, Step, after, possible
from journal.features.care.medicine_session import MedicineSession, Status

KIND = "course-step"  # the patient's copy
OWN_KIND = "step-record"  # the therapist's own record
PARTIAL = "care/_step_record.html"

FROM_SESSIONS = frozenset((Step.BEGUN, Step.CLOSED))
SAID = frozenset(Step) - FROM_SESSIONS
# Whoever is given the medicine is past all that comes before it, said or not.
_WAY: Mapping[Phase, Sequence[Step]] = {
    Phase.SCREENING: (Step.CLEARED,),
    Phase.ENDED: (Step.REOPENED, Step.CLEARED),
}


@dataclass(frozen=True, slots=True)
class SaidStep:
    """One report about a step; withdrawn: it was a mistake."""

    step: Step
    withdrawn: bool = False

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it."""
        return {"step": self.step.value, "withdrawn": int(self.withdrawn)}

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "SaidStep":
        """Read what a report says; ValueError for what is no step. Somebody else wrote it."""
        step = Step(str(says.get("step")))
        if step not in SAID or says.get("withdrawn") not in (0, 1):
            raise ValueError("a step that nobody takes")
        return cls(step, bool(says["withdrawn"]))

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "SaidStep":
        """Read a record's content: the newest of its reports."""
        return cls.read(content["reports"][-1]["report"]["says"])


class Told(NamedTuple):
    """A step in the history: the record that tells it; counts: that it changed something.

    implied: nobody said it, a session took place all the same.
    """

    happened: Happened
    record: UUID
    counts: bool = True
    implied: bool = False


class History(NamedTuple):
    """Everything in order of time, and where it leads."""

    told: list[Told]
    standing: Standing

    @property
    def last(self) -> Told | None:
        """Return the last step that changed something."""
        return next((one for one in reversed(self.told) if one.counts), None)

    @property
    def reopened(self) -> Told | None:
        """Return where the course that runs now began anew, None while it is the first."""
        again = (one for one in reversed(self.told) if one.counts)
        return next((one for one in again if one.happened.step is Step.REOPENED), None)


def of(
    said: Iterable[tuple[UUID, datetime, SaidStep]],
    sessions: Iterable[tuple[UUID, MedicineSession]],
) -> History:
    """Return the history of one course; a step that does not follow stays in it and changes none.

    It never raises: what was said in order can be out of it once a session's time is corrected.
    """
    waiting = [
        Told(Happened(one.step, at), record) for record, at, one in said if not one.withdrawn
    ]
    for record, session in sessions:
        waiting += _of_session(record, session)
    told: list[Told] = []
    standing = START
    for one in sorted(waiting, key=_in_time):
        for step in _missing(standing, one.happened.step):
            happened = Happened(step, one.happened.at)
            standing = after(standing, happened)
            told.append(Told(happened, one.record, implied=True))
        counts = one.happened.step in possible(standing)
        if counts:
            standing = after(standing, one.happened)
        told.append(one._replace(counts=counts))
    return History(told, standing)


def _of_session(record: UUID, session: MedicineSession) -> Iterator[Told]:
    if session.status not in (Status.PLANNED, Status.CANCELLED):
        yield Told(Happened(Step.BEGUN, session.when.at), record)
    if session.ended_at is not None:
        yield Told(Happened(Step.CLOSED, session.ended_at), record)


def _in_time(one: Told) -> tuple[datetime, bool, UUID]:
    return one.happened.at, one.happened.step is not Step.CLOSED, one.record


def _missing(standing: Standing, step: Step) -> Sequence[Step]:
    """What must have been before a session began, where nobody said it."""
    if step is not Step.BEGUN:
        return ()
    if standing.phase is Phase.PAUSED:
        return (Step.RESUMED, *_WAY.get(standing.interrupts or Phase.SCREENING, ()))
    return _WAY.get(standing.phase, ())
