"""Intentions in a therapist's brief, as far as they were shared with the course of treatment."""

from collections.abc import Mapping
from typing import Any

from journal.core.scopes import CARE
from journal.features.preparation.intention import KIND, Intention
from journal.web import briefs
from journal.web.briefs import Brief

MOST, LONGEST = 2, 200  # of them, and letters of each


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return the latest; None where none is shared."""
    found = [one for one in brief.opened(CARE) if one.kind == KIND][:MOST]
    shown = [(one.id, one.occurred_at, Intention.load(one.content)) for one in found]
    return {"found": shown, "longest": LONGEST} if shown else None


PART = briefs.Part("intentions", 60, facts, "preparation/_brief.html")
