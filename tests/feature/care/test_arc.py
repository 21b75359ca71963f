"""Where somebody stands in the course of treatment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.features.care.arc import (
    START,
    Happened,
    OutOfOrder,
    Phase,
    Step,
    after,
    possible,
    standing_of,
    taken,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def course(*steps: Step):
    history = ()
    for number, step in enumerate(steps):
        history = taken(history, step, NOON + timedelta(days=number))
    return history


def test_a_course_runs_from_screening_to_integration_and_again():
    phases = [START.phase]
    history = ()
    steps = [Step.CLEARED, Step.BEGUN, Step.CLOSED, Step.PREPARED, Step.BEGUN, Step.CLOSED]
    for number, step in enumerate([*steps, Step.MAINTAINED, Step.BEGUN]):
        history = taken(history, step, NOON + timedelta(days=number))
        phases.append(standing_of(history).phase)
    assert phases == [
        Phase.SCREENING,
        Phase.PREPARATION,
        Phase.MEDICINE,
        Phase.INTEGRATION,
        Phase.PREPARATION,
        Phase.MEDICINE,
        Phase.INTEGRATION,
        Phase.MAINTENANCE,
        Phase.MEDICINE,
    ]


def test_no_medicine_before_the_screening_is_signed_off():
    with pytest.raises(OutOfOrder):
        taken((), Step.BEGUN, NOON)


def test_a_pause_leads_back_to_where_it_began():
    history = course(Step.CLEARED, Step.BEGUN, Step.CLOSED, Step.PAUSED)
    assert standing_of(history).phase is Phase.PAUSED
    resumed = taken(history, Step.RESUMED, NOON + timedelta(days=9))
    assert standing_of(resumed).phase is Phase.INTEGRATION


@pytest.mark.parametrize("step", [Step.PAUSED, Step.ENDED, Step.BEGUN])
def test_during_a_medicine_session_there_is_only_its_end(step):
    with pytest.raises(OutOfOrder):
        taken(course(Step.CLEARED, Step.BEGUN), step, NOON + timedelta(days=9))


def test_after_the_end_a_further_course_begins_with_a_screening():
    history = course(Step.CLEARED, Step.ENDED)
    assert possible(standing_of(history)) == {Step.REOPENED}
    again = taken(history, Step.REOPENED, NOON + timedelta(days=9))
    assert standing_of(again).phase is Phase.SCREENING


def test_nothing_is_put_before_what_has_happened():
    history = course(Step.CLEARED, Step.BEGUN)
    with pytest.raises(OutOfOrder):
        taken(history, Step.CLOSED, NOON)


@settings(max_examples=60)
@given(st.data())
def test_whatever_happens_the_whole_history_stays_and_leads_to_where_somebody_stands(data):
    history, standing = (), START
    for number in range(data.draw(st.integers(0, 12))):
        step = data.draw(st.sampled_from(sorted(possible(standing))))
        happened = Happened(step, NOON + timedelta(hours=number))
        history, standing = taken(history, *happened), after(standing, happened)
        assert history[-1] == happened
        assert standing_of(history) == standing
        assert possible(standing), "nobody is ever stuck"
