"""The care arc in Tess's brief: her own sessions, what nobody recorded yet, what is due by them."""

from datetime import timedelta
from uuid import uuid4

from journal.core import clinical, consent, records
from journal.core.consent import Choice
from journal.web import briefs
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


def share(ana, grant, *scopes):
    consent.change(ana.db, ana.root, grant, Choice(scopes), now=people.NOW)
    ana.db.commit()


def write(ana, kind, **content):
    said = {"kind": kind, "scope": "care", "content": content, "now": people.NOW}
    records.write(ana.db, ana.keyring, record_id=uuid4(), occurred_at=people.NOW, **said)
    ana.db.commit()


def test_it_says_what_is_there_for_the_coming_session(laptop, grant, planned, ana, tess):
    brief = f"/patients/{grant}/brief"
    planned()
    assert "session 1 is shared with you" not in laptop.get(brief).text
    share(ana, grant, "care")
    assert "No intention for session 1 is shared with you." in laptop.get(brief).text
    [own] = clinical.about(tess.db, tess.keyring, grant, kind="session-record")
    session = own.content["copy"].replace("-", "")
    write(ana, "preparation", session=session, done=["food", "phone"], own=[])
    write(ana, "intention", body="for another", session=uuid4().hex)
    page = laptop.get(brief).text
    assert "Preparation for session 1: 2 of 7 done." in page
    assert "No intention for session 1 is shared with you." in page
    write(ana, "intention", body="To be kinder", session=session)
    page = laptop.get(brief).text
    assert "To be kinder" in page
    assert "No intention" not in page


def test_of_what_it_did_not_read_so_far_back_it_says_nothing(
    laptop, grant, planned, ana, monkeypatch
):
    planned()
    share(ana, grant, "care")
    monkeypatch.setattr(briefs, "A_BATCH", 2)
    monkeypatch.setattr(briefs, "MOST", 2)
    for _ in range(3):
        write(ana, "practice", words="Five minutes of air", begins="2026-11-20")
    assert "No intention" not in laptop.get(f"/patients/{grant}/brief").text
