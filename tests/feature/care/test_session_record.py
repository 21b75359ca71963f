"""What a report says of a session: everything comes back, and nothing odd is read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.crypto import canonical
from journal.features.care.discharge import CHECKS, Discharge
from journal.features.care.dosing import Dose, Route
from journal.features.care.effects import AdverseEvent, Effect, Outcome, Severity
from journal.features.care.medicine_session import MedicineSession
from journal.features.care.session_record import EMPTY, SessionRecord
from journal.features.care.vitals import Phase, Vitals

PLANNED = {"status": "planned", "day": "2026-11-24", "minute": 600, "zone": "Europe/Vienna"}
HELD = PLANNED | {"status": "held", "minutes": 50}
AT = 1_795_338_300

MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
DOSES = st.builds(
    Dose,
    MOMENTS,
    st.sampled_from(Route),
    st.integers(1, 1_000_000),
    st.none() | st.integers(1, 20_000),
)
PRESSURES = st.integers(20, 200).flatmap(
    lambda low: st.tuples(st.integers(max(low + 1, 50), 300), st.just(low))
)
VITALS = st.builds(
    lambda phase, at, pressure, pulse, spo2: Vitals(phase, at, *pressure, pulse, spo2),
    st.sampled_from(Phase),
    MOMENTS,
    PRESSURES,
    st.none() | st.integers(20, 250),
    st.none() | st.integers(50, 100),
)
EFFECTS = st.builds(Effect, WORDS, st.sampled_from(Severity), st.none() | MOMENTS)
ADVERSE = st.builds(
    AdverseEvent,
    WORDS,
    st.sampled_from([one for one in Severity if one]),
    st.just("") | WORDS,
    st.none() | st.sampled_from(Outcome),
    st.none() | MOMENTS,
)
HOME = st.builds(
    Discharge,
    st.sets(st.sampled_from(CHECKS)).map(lambda some: tuple(c for c in CHECKS if c in some)),
    st.just("") | WORDS,
    st.none() | MOMENTS,
    st.just("") | WORDS,
)
RECORDS = st.builds(
    SessionRecord,
    st.none() | st.integers(20_000, 300_000),
    *(st.lists(rows, max_size=3).map(tuple) for rows in (DOSES, VITALS, EFFECTS, ADVERSE)),
    HOME,
)


@settings(max_examples=40)
@given(RECORDS)
def test_what_is_signed_says_it_all_in_whole_numbers_and_short_texts(record):
    signed = canonical.dumps(record.dump())
    assert SessionRecord.read(canonical.loads(signed)) == record


@pytest.mark.parametrize("says", [PLANNED, HELD])
def test_a_session_from_before_there_was_a_record_reads_as_ever(says):
    session = MedicineSession.read(says)
    assert session.record == EMPTY
    assert session.dump() == says


DOSE = {"at": AT, "route": "iv", "ug": 35_000}
READING = {"phase": "before", "at": AT, "systolic": 120, "diastolic": 80}


@pytest.mark.parametrize(
    "record",
    [
        *([], "", 7, None, {"doses": {}}, {"doses": [7]}, {"doses": [DOSE] * 21}),
        *({"doses": [DOSE | wrong]} for wrong in ({"ug": 0}, {"ug": 35.5}, {"ug": "35"})),
        *({"doses": [DOSE | wrong]} for wrong in ({"at": None}, {"route": "rectal"}, {"ug": True})),
        *({"doses": [DOSE | wrong]} for wrong in ({"at": 10**18}, {"ug": 10**7}, {"at": -1})),
        *({"grams": grams} for grams in (70.5, 70, "70000", 10**9)),
        *({"vitals": [READING | wrong]} for wrong in ({"systolic": 70}, {"diastolic": None})),
        *({"vitals": [READING | wrong]} for wrong in ({"phase": ""}, {"spo2": 101})),
        {"vitals": [{"phase": "peak", "at": AT}]},
        {"effects": [{"name": "", "severity": 1}]},
        {"effects": [{"name": "x" * 81, "severity": 1}]},
        {"effects": [{"name": "x", "severity": 4}]},
        {"effects": [{"name": "x", "severity": 1, "began": AT, "ended": AT - 60}]},
        {"adverse": [{"what": "x", "severity": 0}]},
        {"adverse": [{"what": "x", "severity": 1, "outcome": "died"}]},
        {"discharge": []},
        {"discharge": {"checks": ["dancing"]}},
        {"discharge": {"reason": "x" * 401}},
    ],
)
def test_what_no_page_could_show_is_refused(record):
    with pytest.raises(ValueError, match=r"^"):
        MedicineSession.read(HELD | {"record": record})
