"""Flags in a therapist's brief: which agreed rules applied since, and which she has not seen."""

from collections.abc import Mapping
from typing import Any

from journal.features.safety import rule_queries
from journal.web import briefs
from journal.web.briefs import Brief


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return the flags since, and those before that nobody said to have seen; None for none."""
    found = rule_queries.flags(brief.db, brief.keyring, brief.grant, brief.now)
    flags = [one for one in found if not one.is_seen or brief.is_new(one.told_at)]
    return {"flags": flags} if flags else None


PART = briefs.Part("flags", 10, facts, "safety/_brief.html")
