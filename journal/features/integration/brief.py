"""What stays, in a therapist's brief: checks after a session, practices, what came of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import LazyString

from journal.core.opened import Opened
from journal.core.scopes import CARE
from journal.features.integration.after_effects import AfterEffects
from journal.features.integration.pieces import AFTER_EFFECTS, INSIGHT, PRACTICE, REVISIT
from journal.features.integration.sorts import SORTS
from journal.web import briefs
from journal.web.briefs import Brief
from journal.web.fields import LEVELS

MOST, LONGEST = 3, 120  # of each, and letters
WORDS = (INSIGHT, PRACTICE, REVISIT)


class Told(NamedTuple):
    """One check: what was answered with more than no, and whether anything was answered with it."""

    at: datetime
    check: AfterEffects
    raised: list[tuple[LazyString, LazyString]]
    others: bool


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return what is shared with the course of treatment; None where nothing of it is."""
    found = brief.opened(CARE)
    checks = [one for one in found if one.kind == AFTER_EFFECTS and brief.is_new(one.occurred_at)]
    words = [one for one in found if one.kind in WORDS][:MOST]
    if not checks and not words:
        return None
    return {
        "checks": [_told(one) for one in checks[:MOST]],
        "words": [(one, SORTS[one.kind], SORTS[one.kind].load(one.content)) for one in words],
        "longest": LONGEST,
    }


def _told(one: Opened) -> Told:
    check = AfterEffects.load(one.content)
    raised = [pair for pair in check.told if pair[1] != LEVELS[0]]
    return Told(one.occurred_at, check, raised, len(raised) < len(check.told))


PART = briefs.Part("stays", 65, facts, "integration/_brief.html")
