"""Measures in a therapist's brief: the latest of each, by its own scoring, and what is due."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from journal.core.opened import Opened
from journal.features.measures import plans, queries, schedule, shelf, words
from journal.features.measures.measure import SCOPE, Measure
from journal.features.measures.queries import Course, Row
from journal.web import as_reader, briefs
from journal.web.briefs import Brief


class Latest(NamedTuple):
    """One instrument's latest result; band: in words, "" where no rule has ranges.

    first: what the change is against, None where there is no other.
    """

    course: Course
    row: Row
    first: Row | None
    band: str
    is_new: bool


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return the latest results and what is due; None where the measures are not shared."""
    if not brief.shares(SCOPE):
        return None
    found = as_reader.measures(brief.lister)
    latest = [_latest(brief, course) for course in queries.courses(found, latest=1)]
    return {"latest": latest, "due": _due(brief, found)}


def _latest(brief: Brief, course: Course) -> Latest:
    row = course.rows[0]
    band = words.of_band(Measure.load(row.record.content))
    first = next((one for one in course.rows[1:] if one.is_first), None)
    return Latest(course, row, first, band, brief.is_new(row.record.occurred_at))


def _due(brief: Brief, found: list[Opened]) -> list[str]:
    """Which are due by her own plan and sessions, and have no result in their time."""
    own = plans.of(brief.db, brief.keyring, brief.grant.id)
    chosen = {} if own is None else plans.load(own.content)
    there = {name for name in shelf.instruments(brief.db) if chosen.get(name, True)}
    asked = briefs.due(brief, schedule.tied(there))
    begun = briefs.last_meeting(brief.db, brief.keyring, brief.grant.id, brief.now) is not None
    done = schedule.done_of(asked, found, begun=begun)
    return list(dict.fromkeys(schedule.words_of(one) for one in asked if one.key not in done))


PART = briefs.Part("measures", 25, facts, "measures/_brief.html")
