"""Relief after a session: one tap a day on Today, for the first week. It is a scale of our own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.keyring import Keyring
from journal.features.measures import plans, queries
from journal.features.measures.measure import KIND, SCOPE, Measure
from journal.features.measures.own_scales import RELIEF_TODAY
from journal.web.filters import local
from journal.web.standing import standing

DAYS = range(8)  # after a session: the day itself and the week that follows
LATEST = 10  # measures among which today's would be


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return the question of the day; None on other days, or when it is answered."""
    day = standing(db, keyring, now).day
    left_out = RELIEF_TODAY.instrument in plans.left_out(db, keyring)
    if day not in DAYS or left_out or _answered(db, keyring, now):
        return None
    return {
        "asked": RELIEF_TODAY,
        "client_id": uuid4(),
        "readers": queries.who_reads(db, keyring, now),
    }


def _answered(db: Session, keyring: Keyring, now: datetime) -> bool:
    page = records.newest_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND, limit=LATEST)
    return any(
        Measure.load(one.content).instrument == RELIEF_TODAY.instrument
        and local(one.occurred_at).date() == local(now).date()
        for one in page.items
        if one.readable
    )
