"""Which prompt is for today: by the day of the arc, another one each day, none twice too soon."""

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import UUID

from journal.web.standing import Standing

FILE = Path(__file__).parent / "prompts.toml"
PHASES = (
    "preparation",
    "day-0",
    "days-1-3",
    "weeks-1-2",
    "weeks-3-4",
    "later",
    "maintenance",
)
THEMES = (
    "body",
    "people",
    "insight",
    "practice",
    "hard feelings",
    "meaning",
    "everyday",
    "rest",
)
# Days after a session up to which a phase goes; before a session, for how long one prepares.
UP_TO = ((0, "day-0"), (3, "days-1-3"), (14, "weeks-1-2"), (28, "weeks-3-4"))
PREPARING = 3
BEFORE = ("screening", "preparation")
AFTER = ("maintenance", "ended")


class Written(NamedTuple):
    """One prompt of the file."""

    id: str
    phase: str
    theme: str
    text: str


@cache
def all_prompts() -> dict[str, Written]:
    """Return every prompt of the file by its id."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["prompts"]
    return {one["id"]: Written(**one) for one in found}


def phase_of(there: Standing) -> str:
    """Return the phase of the prompts for somebody who stands there, "" for nowhere."""
    soon = there.until_next is not None and (not there.held or there.until_next <= PREPARING)
    if there.day is not None and there.day <= PREPARING:
        return _after(there.day)
    if soon or (not there.held and there.phase in BEFORE):
        return "preparation"
    if there.phase in AFTER:
        return "maintenance"
    if there.day is not None:
        return _after(there.day)
    return "later" if there.held else ""


def pick(account_id: UUID, phase: str, shown: Collection[str]) -> str:
    """Return the id of the next prompt of a phase that was not shown; each person's own order."""
    ids = sorted(one.id for one in all_prompts().values() if one.phase == phase)
    Random(f"{account_id} {phase}").shuffle(ids)  # noqa: S311 - an order, and no secret
    return next((one for one in ids if one not in shown), ids[0])


def _after(day: int) -> str:
    return next((phase for last, phase in UP_TO if day <= last), "later")
