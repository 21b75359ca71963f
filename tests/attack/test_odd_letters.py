"""A therapist signs what no form of ours would write: no letter makes a page of her patient fail.

A letter that is refused leaves a line on one page; one that raises anything else than ValueError
while it is looked at closes every page of the patient's that takes copies in. Red when a reader of
a kind asks a dict whether it holds a list, or takes a number that reads otherwise once it is kept.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from journal.features.care.history import SaidStep
from journal.features.care.medicine_session import MedicineSession
from journal.features.integration.assignments import Assignment
from journal.features.measures import plans
from journal.features.safety.rule import Rule
from journal.features.screening.assessment import Assessment
from journal.web import copies

DOSE = {"at": 1, "route": "iv", "ug": 35_000, "ug_per_kg": 500}
VITALS = {"phase": "before", "at": 1, "systolic": 120, "diastolic": 80, "pulse": 60, "spo2": 98}
EFFECT = {"name": "dissociation", "severity": 1, "began": 1, "ended": 2}
ADVERSE = {"what": "a fall", "severity": 1, "done": "", "outcome": "resolved", "resolved": 3}
LEFT = {"checks": ["vitals"], "escort": "a friend", "at": 1, "reason": ""}
RECORD = {
    "grams": 70_000,
    "doses": [DOSE],
    "vitals": [VITALS],
    "effects": [EFFECT],
    "adverse": [ADVERSE],
    "discharge": LEFT,
}
WHEN = {"day": "2026-11-24", "minute": 600, "zone": "Europe/Vienna", "minutes": 50}
KINDS: dict[str, tuple[Callable[[Mapping[str, Any]], Any], dict[str, Any]]] = {
    "medicine-session": (MedicineSession.read, {"status": "held", **WHEN, "record": RECORD}),
    "course-step": (SaidStep.read, {"step": "prepared", "withdrawn": 0}),
    "measure-plan": (plans.read, {"phq-9": 1}),
    "assignment": (Assignment.read, {"what": "prompt", "words": "What stays?", "status": "given"}),
    "safety-rule": (
        Rule.read,
        {
            **dict.fromkeys(("name", "label", "then"), "A low hour"),
            "key": "mood",
            "side": "below",
            "how": "level",
            "at": "2.5",
            "days": 1,
            "status": "proposed",
        },
    ),
    "assessment": (
        Assessment.read,
        {"outcome": "suitable", "reason": "Nothing.", "finding-allergy": "absent"}
        | {"note-allergy": "none", "systolic": 120, "diastolic": 80},
    ),
}
WORDS = ["", "\0", "../../etc/passwd", "Europe", "1e-9", "9E-99999", "NaN", "-0", "x" * 90_000]
DAYS = ["0001-01-01", "9999-12-31"]
ODD: list[Any] = [None, True, -1, 2**53 - 1, -(2**53), [], {}, [[]], [{}], {"a": []}, *WORDS, *DAYS]


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within what is said."""
    inner = value.items() if isinstance(value, dict) else ()
    for name, one in enumerate(value) if isinstance(value, list) else inner:
        yield (*way, name)
        yield from ways(one, (*way, name))


def put(says: dict[str, Any], way: tuple[Any, ...], odd: object) -> dict[str, Any]:
    changed: Any = copy.deepcopy(says)
    place = changed
    for name in way[:-1]:
        place = place[name]
    place[way[-1]] = odd
    return changed  # type: ignore[no-any-return]


def test_every_kind_of_copy_is_tried_here(town: Any) -> None:
    assert set(copies._kinds) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_odd_is_refused_or_reads_the_same_once_it_is_kept(kind: str) -> None:
    read, says = KINDS[kind]
    assert read(says)
    for way in ways(says):
        for odd in ODD:
            try:
                taken = read(put(says, way, odd))
            except ValueError:
                continue
            if hasattr(taken, "dump"):
                assert read(taken.dump()) == taken, (way, odd)
