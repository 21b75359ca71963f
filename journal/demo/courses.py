"""How it goes: each patient's check-ins of a year, drawn from one seed."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from math import exp
from random import Random
from typing import Any

SEED = "linden"
MEASURES = ("mood", "anxiety", "energy", "connection", "sleep")
LEFT_OUT = {"energy": 0.05, "connection": 0.12, "sleep": 0.1}
NOTED = 0.3
TAGGED = 0.35
LOW, GOOD = 3, 7
# How much of a session's lift each measure takes; what worries goes down.
LIFT = {"mood": 1.0, "anxiety": -0.8, "energy": 0.6, "connection": 0.9, "sleep": 0.1}
NOISE = {"mood": 0.9, "anxiety": 1.0, "energy": 1.1, "connection": 0.9, "sleep": 0.7}


@dataclass(frozen=True, slots=True)
class Knot:
    """Where the course stands `ago` days ago; between two knots it runs straight.

    Four numbers of 0 to 10, sleep in hours, and how likely a check-in is on a day.
    """

    ago: int
    mood: float
    anxiety: float
    energy: float
    connection: float
    sleep: float
    often: float


@dataclass(frozen=True, slots=True)
class Course:
    """A line of knots, oldest first, with a lift after each session that fades away.

    sessions: days ago; lift: points of 0 to 10; fades: days until a third of it is left.
    """

    knots: tuple[Knot, ...]
    sessions: tuple[int, ...] = ()
    lift: float = 0
    fades: float = 7


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One check-in, `ago` days ago at a local time; content: as the record holds it."""

    ago: int
    at: time
    content: dict[str, Any]


COURSES = {
    "ana": Course(
        (
            Knot(364, 2.6, 6.6, 2.8, 3.0, 5.8, 0.9),
            Knot(180, 3.4, 5.6, 3.6, 4.0, 6.3, 0.8),
            Knot(0, 4.4, 4.6, 4.4, 5.0, 6.8, 0.8),
        ),
        sessions=(338, 331, 310, 262, 205, 150, 96, 41),
        lift=3.4,
        fades=9,
    ),
    "jonas": Course(
        (
            Knot(214, 3.6, 6.2, 3.6, 3.6, 6.2, 0.9),
            Knot(130, 3.9, 6.0, 3.8, 3.8, 6.2, 0.8),
            Knot(90, 3.2, 7.0, 3.0, 3.0, 5.4, 0.75),
            Knot(40, 2.0, 8.2, 2.0, 2.0, 4.6, 0.7),
            Knot(0, 1.7, 8.4, 1.8, 2.2, 4.4, 0.75),
        ),
        sessions=(190, 176, 140),
        lift=2.2,
        fades=5,
    ),
    "maren": Course(
        (
            Knot(203, 3.4, 5.4, 3.2, 3.2, 6.6, 0.95),
            Knot(120, 4.6, 4.8, 4.2, 4.4, 7.0, 0.6),
            Knot(49, 4.2, 5.0, 3.8, 4.0, 6.8, 0.2),
            Knot(48, 4.2, 5.0, 3.8, 4.0, 6.8, 0.0),
            Knot(0, 4.2, 5.0, 3.8, 4.0, 6.8, 0.0),
        ),
        sessions=(186, 165, 130),
        lift=2.4,
        fades=8,
    ),
    "samir": Course(
        (
            Knot(352, 3.0, 6.8, 3.4, 3.2, 5.6, 0.85),
            Knot(250, 4.8, 5.0, 4.8, 5.0, 6.4, 0.9),
            Knot(120, 6.2, 3.6, 6.0, 6.4, 7.0, 0.75),
            Knot(0, 6.6, 3.0, 6.2, 6.8, 7.2, 0.6),
        ),
        sessions=(330, 316, 302, 270),
        lift=1.8,
        fades=14,
    ),
    "peter": Course(
        (
            Knot(170, 3.2, 6.0, 3.0, 2.8, 6.0, 0.8),
            Knot(60, 4.2, 5.4, 4.0, 3.4, 6.4, 0.7),
            Knot(0, 4.8, 4.6, 4.6, 4.2, 6.8, 0.5),
        ),
        sessions=(152, 138, 101),
        lift=2.0,
        fades=8,
    ),
    "liv": Course((Knot(5, 3.0, 7.2, 3.2, 3.6, 5.8, 1.0), Knot(0, 3.2, 7.0, 3.2, 3.6, 6.0, 1.0))),
}


def check_ins(
    patient: str, notes: Mapping[str, list[str]], tags: Mapping[str, list[str]]
) -> Iterator[CheckIn]:
    """Yield a patient's check-ins, oldest first; notes and tags are for low, fair and good days."""
    course = COURSES[patient]
    chance = Random(f"{SEED} {patient}")  # noqa: S311 - the same each time, and nothing secret
    left = {kind: chance.sample(texts, len(texts)) for kind, texts in notes.items()}
    for ago in range(course.knots[0].ago, -1, -1):
        often = between(course.knots, ago, "often")
        for at in _times(chance, ago in course.sessions):
            if chance.random() >= often:
                continue
            content = _numbers(course, chance, ago)
            kind = _kind(content["mood"])
            some = chance.random() < TAGGED
            content["tags"] = sorted(chance.sample(tags[kind], 1)) if some else []
            noted = chance.random() < NOTED and left[kind]
            content["note"] = left[kind].pop() if noted else ""
            yield CheckIn(ago, at, content)


def between(knots: tuple[Knot, ...], ago: int, measure: str) -> float:
    """Return a measure `ago` days ago on the straight line between its two knots."""
    at = bisect_right([-knot.ago for knot in knots], -ago)
    before, after = knots[max(at - 1, 0)], knots[min(at, len(knots) - 1)]
    start, end = getattr(before, measure), getattr(after, measure)
    length = before.ago - after.ago
    return float(start if not length else start + (end - start) * (before.ago - ago) / length)


def lift(course: Course, ago: int) -> float:
    """Return what the sessions so far still lift, the latest one counting whole."""
    passed = [session - ago for session in course.sessions if session >= ago]
    return course.lift * exp(-min(passed) / course.fades) if passed else 0.0


def _times(chance: Random, after_session: bool) -> list[time]:
    """The usual one check-in of a day; on the day of a session one more, in the evening."""
    morning = time(7 + chance.randrange(2), chance.randrange(60))
    evening = time(20 + chance.randrange(2), chance.randrange(60))
    usual = morning if chance.random() < 0.6 else evening
    return [morning, evening] if after_session else [usual]


def _numbers(course: Course, chance: Random, ago: int) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for measure in MEASURES:
        middle = between(course.knots, ago, measure) + lift(course, ago) * LIFT[measure]
        found = chance.gauss(middle, NOISE[measure])
        left_out = chance.random() < LEFT_OUT.get(measure, 0)
        numbers[measure] = None if left_out else found
    sleep = numbers.pop("sleep")
    scores = {
        measure: None if value is None else round(max(0, min(10, value)))
        for measure, value in numbers.items()
    }
    hours = None if sleep is None else f"{round(max(2, min(11, sleep)) * 4) / 4:g}"
    return {**scores, "sleep_hours": hours}


def _kind(mood: int) -> str:
    if mood <= LOW:
        return "low"
    return "good" if mood >= GOOD else "fair"
