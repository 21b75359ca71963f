"""Check-ins in a therapist's brief: the last days, and all since, beside those before."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from journal.features.checkins.checkin import SCOPE
from journal.web import as_reader, briefs, series
from journal.web.briefs import Brief
from journal.web.series import USUAL_RANGE, Series
from journal.web.usual import LATEST, Usual, usual

LONGEST = 90  # days since a session: later than that, its effect is no longer what this shows
QUIET = 3  # days without any, from which on they are named


class Told(NamedTuple):
    """One of the five numbers: what is usual for it, and for the days since; None where too few."""

    name: str
    usual: Usual | None
    since: Usual | None


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return what the pictures of the check-ins' own page say in words; None where not shared."""
    if not brief.shares(SCOPE):
        return None
    after = _days_after(brief)
    days = USUAL_RANGE + (after + 1 if after else 0)
    shown = as_reader.check_ins(
        brief.lister, days=days, before=None, zone=brief.zone, now=brief.now
    )
    drawn = shown.series
    if drawn is None:
        return None
    told = [_told(drawn, name, after) for name in series.MEASURED]
    count = sum(day > drawn.last - timedelta(USUAL_RANGE) for day in drawn.means)
    quiet = (drawn.last - max(drawn.means)).days if drawn.means else 0
    return {
        "told": told,
        "count": count,
        "days": USUAL_RANGE,
        "quiet": quiet if quiet >= QUIET else 0,
    }


def _days_after(brief: Brief) -> int:
    """Return the days since the brief counts, its first one not among them; 0 to compare none.

    On that day itself most of what is said may have been said before.
    """
    local = ZoneInfo(brief.zone)
    days = (brief.now.astimezone(local).date() - brief.since.astimezone(local).date()).days
    return days if days <= LONGEST and days != LATEST else 0


def _told(drawn: Series, name: str, after: int) -> Told:
    values = {day: value for day, mean in drawn.means.items() if (value := mean[name]) is not None}
    lately = _from(values, drawn.last - timedelta(USUAL_RANGE - 1))
    day_itself = drawn.last - timedelta(after)
    others = {day: value for day, value in values.items() if day != day_itself}
    since = usual(others, drawn.last, after) if after else None
    told = since if since and since.latest is not None else None
    return Told(name, usual(lately, drawn.last), told)


def _from(values: Mapping[date, Decimal], first: date) -> Mapping[date, Decimal]:
    return {day: value for day, value in values.items() if day >= first}


PART = briefs.Part("check-ins", 20, facts, "checkins/_brief.html")
