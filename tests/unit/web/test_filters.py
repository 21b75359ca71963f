"""Dates, durations and numbers as templates show them."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import g

from journal.web import filters

LATE = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_amsterdam(app):
    with app.test_request_context("/"):
        g.zone = "Europe/Amsterdam"
        yield


def test_a_date_is_the_persons_own():
    assert filters.day(LATE) == "22 November 2026"
    assert filters.moment(LATE) == "22 November 2026, 00:30"
    assert filters.local_input(LATE) == "2026-11-22T00:30"


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-11-22T20:00Z", "today, 00:30"),
        ("2026-11-22T23:30Z", "yesterday, 00:30"),
        ("2026-11-24T12:00Z", "22 November 2026, 00:30"),
    ],
)
def test_near_days_have_names(now, text):
    with time_machine.travel(now, tick=False):
        assert filters.when(LATE) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (150, "2 hours 30 minutes")],
)
def test_a_duration_is_in_words(minutes, text):
    assert filters.duration(minutes) == text


def test_a_number_is_written_as_the_language_does():
    assert filters.number(1234.5) == "1,234.5"
