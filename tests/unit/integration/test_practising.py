"""What the sealed state keeps of practices: the latest, however many somebody began."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from journal.core.opened import Opened
from journal.features.integration import practising
from journal.features.integration.pieces import PRACTICE, Practice

FIRST = date(2026, 1, 1)


def practice(days: int) -> Opened:
    said = Practice("Walk", "daily", FIRST + timedelta(days)).dump()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Opened(uuid4(), PRACTICE, "private", 1, at, at, said)


def test_of_many_practices_those_that_began_last_are_asked_about():
    found = [practice(days) for days in range(practising.MOST_KEPT + 5)]
    kept = practising._kept(reversed(found))
    assert len(kept) == practising.MOST_KEPT
    assert str(found[-1].id) in kept
    assert str(found[0].id) not in kept
