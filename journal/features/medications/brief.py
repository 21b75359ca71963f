"""Medicines in a therapist's brief: what changed, what was taken outside, how the body is."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from journal.core.opened import Opened
from journal.features.medications import courses, pieces
from journal.features.medications.pieces import Check, Use
from journal.web import briefs
from journal.web.briefs import Brief

MOST = 5


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return what is noted since, and the latest check; None where it is not shared."""
    if not brief.shares(pieces.SCOPE):
        return None
    found = brief.opened(pieces.SCOPE)
    day = brief.since.astimezone(ZoneInfo(brief.zone)).date()
    lines = courses.changes_in(_of(found, pieces.CHANGE))
    changes = [one for one in lines if one.piece.on >= day or brief.is_new(one.record.written_at)]
    uses = [one for one in _of(found, pieces.USE) if brief.is_new(one.occurred_at)]
    checks = _of(found, pieces.CHECK)[:1]
    return {
        "changes": changes[:MOST],
        "more": len(changes[MOST:]),
        "uses": [(one.occurred_at, Use.load(one.content)) for one in uses[:MOST]],
        "checks": [(one.occurred_at, Check.load(one.content)) for one in checks],
    }


def _of(found: list[Opened], kind: str) -> list[Opened]:
    return [one for one in found if one.kind == kind]


PART = briefs.Part("medicines", 40, facts, "medications/_brief.html")
