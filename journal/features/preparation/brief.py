"""Preparing in a therapist's brief: intentions, and what of it is there for the coming session."""

from collections.abc import Mapping
from typing import Any

from journal.core.scopes import CARE
from journal.features.preparation import intention, preparation
from journal.features.preparation.intention import Intention
from journal.features.preparation.preparation import Preparation
from journal.web import briefs
from journal.web.briefs import Brief, Coming

MOST, LONGEST = 2, 200  # of them, and letters of each


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return the latest, and what is there for the session ahead; None where there is nothing."""
    if not brief.shares(CARE):
        return None
    written = [
        (one.id, one.occurred_at, Intention.load(one.content))
        for one in brief.opened(CARE)
        if one.kind == intention.KIND
    ]
    ahead = briefs.coming(brief)
    missing = _misses(brief, ahead, [one for _id, _at, one in written])
    kept = None if ahead is None else _list_for(brief, ahead)
    if not (written or missing or kept):
        return None
    return {
        "found": written[:MOST],
        "longest": LONGEST,
        "ahead": ahead,
        "missing": missing,
        "list": kept,
    }


def _misses(brief: Brief, ahead: Coming | None, written: list[Intention]) -> bool:
    """Tell whether none is shared for the session ahead; never of what was not read so far back.

    One from before any session was planned is for the next one, until something came of it.
    """
    if ahead is None or not _reaches(brief):
        return False
    wanted = ahead.session.hex
    return not any(one.session == wanted or not (one.session or one.came) for one in written)


def _reaches(brief: Brief) -> bool:
    met = briefs.last_meeting(brief.db, brief.keyring, brief.grant.id, brief.now)
    return brief.reaches(CARE, brief.since if met is None else met.at)


def _list_for(brief: Brief, ahead: Coming) -> Preparation | None:
    lists = (
        Preparation.load(one.content) for one in brief.opened(CARE) if one.kind == preparation.KIND
    )
    return next((one for one in lists if one.session == ahead.session.hex), None)


PART = briefs.Part("intentions", 60, facts, "preparation/_brief.html")
