"""The care arc: where somebody stands in the course of treatment, told by what has happened."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Phase(StrEnum):
    """Where somebody stands."""

    SCREENING = "screening"
    PREPARATION = "preparation"
    MEDICINE = "medicine-session"
    INTEGRATION = "integration"
    MAINTENANCE = "maintenance"
    PAUSED = "paused"
    ENDED = "ended"


class Step(StrEnum):
    """What moves somebody along the arc."""

    CLEARED = "cleared"  # screening and assessment are signed off
    BEGUN = "begun"  # a medicine session began
    CLOSED = "closed"  # it is over
    PREPARED = "prepared"  # preparing for a further one
    MAINTAINED = "maintained"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
    REOPENED = "reopened"  # a further course, from its screening on


class Happened(NamedTuple):
    """One step, and when it was taken (aware, in UTC)."""

    step: Step
    at: datetime


class Standing(NamedTuple):
    """A phase, since when, and for a pause the phase that it interrupts."""

    phase: Phase
    since: datetime | None = None
    interrupts: Phase | None = None


class OutOfOrder(ValueError):
    """A step that does not follow from where somebody stands, or from before the last one."""


History = tuple[Happened, ...]

START = Standing(Phase.SCREENING)
_FURTHER = {Step.BEGUN: Phase.MEDICINE, Step.PREPARED: Phase.PREPARATION}
_FOLLOWS: dict[Phase, dict[Step, Phase]] = {
    Phase.SCREENING: {Step.CLEARED: Phase.PREPARATION},
    Phase.PREPARATION: {Step.BEGUN: Phase.MEDICINE},
    Phase.MEDICINE: {Step.CLOSED: Phase.INTEGRATION},
    Phase.INTEGRATION: {**_FURTHER, Step.MAINTAINED: Phase.MAINTENANCE},
    Phase.MAINTENANCE: _FURTHER,
    Phase.PAUSED: {},
    Phase.ENDED: {Step.REOPENED: Phase.SCREENING},
}
# Nobody is put on hold, or let go, while the medicine works.
_HOLDS = frozenset(Phase) - {Phase.MEDICINE, Phase.PAUSED, Phase.ENDED}


def possible(standing: Standing) -> frozenset[Step]:
    """Return the steps that may follow."""
    found = set(_FOLLOWS[standing.phase])
    if standing.phase in _HOLDS:
        found |= {Step.PAUSED, Step.ENDED}
    if standing.phase is Phase.PAUSED:
        found |= {Step.RESUMED, Step.ENDED}
    return frozenset(found)


def after(standing: Standing, happened: Happened) -> Standing:
    """Return where somebody stands after one more step; OutOfOrder when it can't follow."""
    if happened.step not in possible(standing):
        raise OutOfOrder(f"{happened.step} does not follow {standing.phase}")
    if standing.since is not None and happened.at < standing.since:
        raise OutOfOrder("a step from before the last one")
    if happened.step is Step.PAUSED:
        return Standing(Phase.PAUSED, happened.at, standing.phase)
    if happened.step is Step.RESUMED:
        return Standing(standing.interrupts or Phase.SCREENING, happened.at)
    if happened.step is Step.ENDED:
        return Standing(Phase.ENDED, happened.at)
    return Standing(_FOLLOWS[standing.phase][happened.step], happened.at)


def standing_of(history: Iterable[Happened]) -> Standing:
    """Return where a whole history leads; OutOfOrder when it never could have happened."""
    standing = START
    for happened in history:
        standing = after(standing, happened)
    return standing


def taken(history: History, step: Step, at: datetime) -> History:
    """Return the history with one more step; what was before stays in it."""
    happened = Happened(step, at)
    after(standing_of(history), happened)
    return (*history, happened)
