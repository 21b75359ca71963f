"""The prompts' file, and which phase is whose."""

import re
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest

from journal.features.integration.practising import due
from journal.features.integration.prompts import PHASES, THEMES, all_prompts, phase_of, pick
from journal.web.standing import NOWHERE, Standing
from tests.people import NOBODYS

PROMPTS = list(all_prompts().values())
# Words of a clinic, of a promise, or of what somebody ought to have seen.
NOT_OURS = re.compile(
    r"\b(symptom|trauma|diagnos|depress|anxiety|disorder|patholog|dissociat|ego|psychedelic|"
    r"ketamine|dose|heal(ed|ing)?|cure|will feel|should|must|always feel|quit)\b",
    re.IGNORECASE,
)


def test_there_are_enough_for_every_phase_and_each_is_once():
    assert len(PROMPTS) >= 60
    assert len({one.id for one in PROMPTS}) == len({one.text for one in PROMPTS}) == len(PROMPTS)
    assert {one.theme for one in PROMPTS} == set(THEMES)
    counted = Counter(one.phase for one in PROMPTS)
    assert set(counted) == set(PHASES)
    assert min(counted.values()) >= 6
    hard = {one.phase for one in PROMPTS if one.theme == "hard feelings"}
    assert hard == set(PHASES)


def test_each_is_short_plain_and_calm():
    odd = [
        one
        for one in PROMPTS
        if not re.fullmatch(r"[a-z]+-[0-9]{2}", one.id)
        or len(one.text) > 160
        or one.text[-1] not in "?."
        or "!" in one.text
        or NOT_OURS.search(one.text)
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("there", "phase"),
    [
        (NOWHERE, ""),
        (Standing(phase="screening"), "preparation"),
        (Standing(held=0, until_next=20), "preparation"),
        (Standing(held=1, day=0), "day-0"),
        (Standing(held=1, day=0, until_next=2), "day-0"),
        (Standing(held=1, day=3, until_next=1), "days-1-3"),
        (Standing(held=1, day=4, until_next=3), "preparation"),
        (Standing(held=1, day=4, until_next=4), "weeks-1-2"),
        (Standing(held=1, day=14), "weeks-1-2"),
        (Standing(held=1, day=15), "weeks-3-4"),
        (Standing(held=1, day=28), "weeks-3-4"),
        (Standing(held=1, day=29), "later"),
        (Standing(held=3), "later"),
        (Standing(phase="maintenance", held=3, day=60), "maintenance"),
        (Standing(phase="maintenance", held=3, day=2), "days-1-3"),
    ],
)
def test_the_phase_follows_the_day_of_the_arc(there, phase):
    assert phase_of(there) == phase


def test_each_person_has_an_order_of_their_own_and_no_repeats():
    orders = []
    for person in (UUID(NOBODYS), UUID(int=7)):
        shown: list[str] = []
        for _ in range(8):
            shown.append(pick(person, "later", shown))
        assert len(set(shown)) == 8
        orders.append(shown)
    assert orders[0] != orders[1]


@pytest.mark.parametrize(
    ("days", "answered", "asked"),
    [
        (6, [], None),
        (7, [], 7),
        (29, [7], None),
        (30, [], 30),
        (90, [7, 30], 90),
        (400, [90], None),
        (400, [], 90),
    ],
)
def test_a_practice_is_asked_about_at_its_own_days_and_the_latest_alone(days, answered, asked):
    begins = date(2026, 3, 20)
    assert due(begins, answered, begins + timedelta(days)) == asked
