"""Tess's caseload: where each course stands, by her own records alone."""

from tests.browsers import value_of
from tests.session_records import OVER, dashed


def test_it_says_where_the_course_stands(laptop, grant, planned):
    assert "session 1" not in laptop.get("/caseload").text
    where = f"/patients/{grant}/care/{planned('2026-11-22T09:00')}/record"
    version = value_of(laptop.get(where).text, "version")
    saved = {dashed(name): text for name, text in {"version": version, **OVER}.items()}
    assert laptop.post(where, **saved).status_code == 303
    planned("2026-11-24T10:00")
    assert "Session 1 was today · Session 2 is on Tuesday" in laptop.get("/caseload").text


def test_theo_sees_nothing_of_it(theos, planned):
    planned()
    assert "Session 1" not in theos.get("/caseload").text
