"""The town after Ana's first session: it is nine o'clock on a Sunday, and just over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from tests.people import PASSWORD
from tests.town import Town, email
from tests.visitors import Visitor


@pytest.fixture
def soft(town: Town) -> Town:
    """Tess has recorded the session, and Ana looked at Today."""
    record_it(town)
    town.ana.page("/today")
    return town


def record_it(town: Town) -> None:
    """Tess records Ana's session."""
    where = f"/patients/{town['grant']}/care/{town['session']}/outcome"
    town.tess.arrive(where, started_at="2026-11-22T08:00", ended_at="2026-11-22T09:00")


@pytest.fixture
def later(town: Town, clock: time_machine.Coordinates) -> Callable[..., Visitor]:
    """Time passes; Ana signs in anew."""

    def come(**by: float) -> Visitor:
        clock.shift(timedelta(**by))
        ana = town.stranger
        ana.arrive("/sign-in", email=email("ana"), password=PASSWORD)
        return ana

    return come
