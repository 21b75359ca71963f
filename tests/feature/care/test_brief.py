"""The care arc in Tess's brief: her own sessions, what nobody recorded yet, what is due by them."""

from datetime import timedelta

from journal.core import consent
from journal.core.consent import Choice
from tests import people
from tests.browsers import value_of
from tests.session_records import DOSE, OVER, dashed


def record(laptop, grant, session, **fields):
    where = f"/patients/{grant}/care/{session}/record"
    fields["version"] = value_of(laptop.get(where).text, "version")
    answer = laptop.post(where, **{dashed(name): text for name, text in fields.items()})
    assert answer.status_code == 303, answer.text
    return where


def test_it_counts_from_the_last_session_and_tells_what_was_given(laptop, grant, planned):
    brief = f"/patients/{grant}/brief"
    assert "The last 30 days" in laptop.get(brief).text
    where = record(laptop, grant, planned(), weight="70", doses_0_mg="35", **OVER, **DOSE)
    page = laptop.get(brief).text
    assert "Since session 1, 22 November 2026" in page
    assert "35 mg (0.5 mg/kg)" in page
    assert f'href="{where}?part=own"' in page


def test_what_nobody_recorded_is_asked_after(laptop, grant, planned, at_ten):
    planned("2026-11-22T10:05")
    brief = f"/patients/{grant}/brief"
    assert "Nobody has recorded yet" not in laptop.get(brief).text
    for _ in range(8):  # her session goes on
        at_ten.shift(timedelta(minutes=10))
        laptop.get("/caseload")
    assert "Nobody has recorded yet how session 1 went" in laptop.get(brief).text


def test_measures_are_there_once_they_are_shared(laptop, grant, planned, ana):
    record(laptop, grant, planned(), **OVER)
    brief = f"/patients/{grant}/brief"
    assert "<h2>Measures" not in laptop.get(brief).text
    consent.change(ana.db, ana.root, grant, Choice(("measures",)), now=people.NOW)
    ana.db.commit()
    assert "No measure so far" in laptop.get(brief).text
