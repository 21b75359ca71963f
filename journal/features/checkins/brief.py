"""Check-ins in a therapist's brief: each number's last seven days beside the days before."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from journal.features.checkins.checkin import SCOPE
from journal.web import as_reader, briefs, series
from journal.web.briefs import Brief
from journal.web.usual import Usual


class Told(NamedTuple):
    """One of the five numbers, and what is usual for it; None where too few days tell."""

    name: str
    usual: Usual | None


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return what the pictures of the check-ins' own page say in words; None where not shared."""
    if not brief.shares(SCOPE):
        return None
    days = series.USUAL_RANGE
    shown = as_reader.check_ins(
        brief.lister, days=days, before=None, zone=brief.zone, now=brief.now
    )
    drawn = shown.series
    if drawn is None:
        return None
    told = map(Told, series.MEASURED, drawn.usuals(*series.MEASURED))
    return {"told": list(told), "count": len(drawn.means), "days": days}


PART = briefs.Part("check-ins", 20, facts, "checkins/_brief.html")
