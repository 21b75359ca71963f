"""Ana notes medicines, what she took elsewhere and how her body is; Tess reads what is shared."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO

import pytest
from sqlalchemy import select

from journal.base import Base
from tests.people import PASSWORD

NEW = "/medications/new"
WHOLE = {"name": "Sertraline", "what": "started", "on": "2026-05-03", "amount": "100 mg"}
MANY = re.compile(
    r'<section class="sheet"><header><h2>.*?</(?:table></div|ul)></section>', re.DOTALL
)


def main_of(answer) -> str:
    return answer.text.partition("<main")[2].partition("</main>")[0]


def share(town, *scopes: str):
    both = ["journal", "check-ins", *scopes]
    where = f"/sharing/{town['grant']}"
    answer = town.ana.post(where, scopes=both, since="everything", password=PASSWORD)
    assert answer.status_code == 303


def note(town, **more: str) -> str:
    return town.ana.arrive(NEW, **(WHOLE | more))


@pytest.fixture
def noted(town) -> str:
    """A medicine with a change, noted in the wrong order: the path of its start."""
    changed = {"what": "changed", "on": "2026-11-02", "amount": "50 mg", "reason": "Too tired."}
    note(town, **changed)
    return note(town)


def test_a_medicine_shows_with_its_changes_newest_first(town, noted):
    page = main_of(town.ana.get("/medications"))
    assert "50 mg" in page
    assert "100 mg" not in page
    every = main_of(town.ana.get("/medications/changes"))
    assert every.index("Too tired.") < every.index("Started")
    note(town, what="stopped", on="2026-11-20", amount="")
    assert "No longer taken" in main_of(town.ana.get("/medications"))
    for path in ("/medications", "/medications/changes", NEW, noted, "/medications/summary"):
        assert "talk to whoever prescribed it" in main_of(town.ana.get(path)).lower(), path


def test_a_medicine_is_suggested_to_who_wrote_it_and_to_nobody_else(town, noted):
    assert '<option value="Sertraline">' in town.ana.get(NEW).text
    assert "Sertraline" not in town.otto.get(NEW).text
    of = noted.rpartition("/")[2]
    assert 'value="Sertraline"' in town.ana.get(f"{NEW}?of={of}").text
    assert town.otto.get(f"{NEW}?of={of}").status_code == 404


def test_changes_are_marks_beside_her_mood(town, noted):
    marks = town.ana.get("/trends").text.partition("data-trends")[2].partition("</ul>")[0]
    assert "Sertraline: now 50 mg" in marks
    assert "started" not in marks, "that was before these thirty days"
    theirs = f"/patients/{town['grant']}/check-ins"
    assert "Sertraline" not in town.tess.get(theirs).text
    share(town, "medications")
    assert "Sertraline: now 50 mg" in town.tess.get(theirs).text


def test_a_picture_takes_ten_changes_and_says_how_many_came_before(town):
    for day in range(1, 13):
        note(town, what="changed", on=f"2026-11-{day:02}", amount=f"{day} mg")
    marks = town.ana.get("/trends").text.partition("data-trends")[2].partition("</ul>")[0]
    assert marks.count("data-trend-mark") == 11
    assert "2 earlier changes of medicines" in marks
    assert "now 3 mg" in marks
    assert "now 2 mg" not in marks


def test_two_versions_meet_and_neither_is_lost(town, noted):
    edit = f"{noted}/edit"
    assert town.ana.post(edit, **WHOLE | {"amount": "75 mg"}, version=1).status_code == 303
    answer = town.ana.post(edit, **WHOLE | {"amount": "80 mg"}, version=1)
    assert answer.status_code == 409
    assert "75 mg" in answer.text
    assert "80 mg" in answer.text
    assert town.ana.post(edit, **WHOLE | {"amount": "80 mg"}, version=2).status_code == 303
    assert "80 mg" in main_of(town.ana.get(noted))


@pytest.mark.parametrize(
    ("new", "typed", "other"),
    [
        (NEW, WHOLE, {"reason": "other words"}),
        ("/medications/exposures/new", {"what": "wine"}, {"words": "other words"}),
        ("/medications/checks/new", {"urinary": "1"}, {"words": "other words"}),
    ],
)
def test_sent_twice_it_is_kept_once_and_other_words_are_kept_beside(town, new, typed, other):
    form = town.ana.page(new).form(new)
    sent = [town.ana.client.post(new, data=form.filled(**typed)) for _ in "12"]
    assert sent[0].status_code == 303
    assert sent[0].location == sent[1].location
    meets = town.ana.client.post(new, data=form.filled(**typed, **other))
    assert meets.status_code == 409
    assert "other words" in meets.text


def test_a_deletion_is_taken_back_and_what_was_typed_into_it_is_given_back(town, noted):
    assert town.ana.post(f"{noted}/deletion").location == "/medications/changes"
    assert town.ana.get(noted).status_code == 404
    late = town.ana.post(f"{noted}/edit", **WHOLE | {"reason": "typed too late"}, version=1)
    assert late.status_code == 409
    assert "typed too late" in late.text
    assert town.ana.post(f"{noted}/deletion").status_code == 303
    assert town.ana.post(f"{noted}/restoration").location == noted
    assert "100 mg" in main_of(town.ana.get(noted))


def test_what_is_refused_stays_on_the_page(town):
    for wrong in ({"name": " "}, {"on": "2026-11-23"}, {"on": ""}, {"what": "doubled"}):
        answer = town.ana.submit(NEW, **(WHOLE | {"reason": "stays here"} | wrong))
        assert answer.status_code == 422, wrong
        assert "stays here" in answer.text
    empty = town.ana.submit("/medications/checks/new")
    assert empty.status_code == 422
    assert town.ana.submit("/medications/checks/new", urinary=" \u3000").status_code == 422
    ahead = {"what": "wine", "occurred_at": "2026-11-23T10:00"}
    assert town.ana.submit("/medications/exposures/new", **ahead).status_code == 422


def test_what_was_typed_after_the_session_ended_is_not_lost(town):
    form = town.ana.page(NEW).form(NEW)
    town.ana.client.delete_cookie("session", domain="127.0.0.1")
    answer = town.ana.client.post(NEW, data=form.filled(**WHOLE, reason="three words more"))
    assert answer.status_code == 401
    assert "three words more" in answer.text


def test_tess_sees_it_when_it_is_shared_and_ana_sees_the_same(town, noted):
    town.ana.arrive("/medications/exposures/new", what="Ketamine", why=["craving"], words="Alone.")
    town.ana.arrive("/medications/checks/new", urinary="1", words="Since Friday.")
    where = f"/patients/{town['grant']}/shared/medications"
    nothing = town.tess.get("/no/such/page").data
    assert town.tess.get(where).data == nothing
    assert "Only you" in main_of(town.ana.get(NEW))
    share(town, "medications")
    assert "You and Tess" in main_of(town.ana.get(NEW))
    hers = town.tess.get(where)
    mine = town.ana.get(f"/sharing/{town['grant']}/preview/shared/medications")
    assert MANY.findall(hers.text) == MANY.findall(mine.text)
    assert len(MANY.findall(hers.text)) == 3
    for words in ("Too tired.", "A strong pull to take it", "Alone.", "Since Friday."):
        assert words in hers.text
    share(town)
    assert town.tess.get(where).data == nothing
    assert town.theo.get(where).data == nothing


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([{"urinary": "3"}], True),
        ([{"craving": "1"}, {"craving": "2"}], True),
        ([{"urinary": "2"}, {"urinary": "2"}], False),
        ([{"urinary": "1"}], False),
    ],
)
def test_severe_or_worse_says_to_tell_the_clinic_in_the_same_answer(town, clock, answers, asked):
    for answer in answers:
        clock.shift(60)
        shown = town.ana.arrive("/medications/checks/new", **answer)
    page = main_of(town.ana.get(shown))
    assert ("Tell your clinic today" in page) is asked
    assert ("nobody has been told" in page) is asked


def test_the_weekly_check_is_due_after_a_session_and_answered_once(town, clock):
    where = f"/patients/{town['grant']}/care/{town['session']}/outcome"
    town.tess.arrive(where, started_at="2026-11-22T08:00", ended_at="2026-11-22T09:00")
    assert "/medications/checks/new" not in main_of(town.ana.get("/today"))
    clock.shift(7 * 24 * 3600)
    ana = town.stranger
    ana.arrive("/sign-in", email="wrenmeadow@example.org", password=PASSWORD)
    assert "/medications/checks/new" in main_of(ana.get("/today"))
    ana.arrive("/medications/checks/new", urinary="0")
    assert "/medications/checks/new" not in main_of(ana.get("/today"))


def test_the_ledger_and_the_summary_say_what_was_and_judge_nothing(town, noted):
    assert "No session so far." in main_of(town.ana.get("/medications/doses"))
    where = f"/patients/{town['grant']}/care/{town['session']}"
    town.tess.arrive(f"{where}/outcome", started_at="2026-11-20T08:00", ended_at="2026-11-20T09:00")
    page = main_of(town.ana.get("/medications/doses"))
    assert "no dose of it was written down" in page
    before = {"what": "Ketamine", "occurred_at": "2026-11-19T20:00"}
    town.ana.arrive("/medications/exposures/new", **before)
    assert "nothing taken outside the clinic" in main_of(town.ana.get("/medications/doses"))
    town.ana.arrive("/medications/exposures/new", what="Ketamine", occurred_at="2026-11-21T20:00")
    dose = {"doses-0-at": "08:05", "doses-0-route": "iv", "doses-0-mg": "35", "weight": "70"}
    town.tess.arrive(f"{where}/record", **dose)
    told = " ".join(re.sub(r"<[^>]+>", " ", main_of(town.ana.get("/medications/doses"))).split())
    assert "1 session with a dose written down, on 20 November 2026." in told
    assert "you noted 1 use outside the clinic" in told
    assert "35 mg , 0.5 mg/kg into a vein (IV) the first" in told
    note(town, what="stopped", on="2026-11-21", amount="", reason="Not needed any more.")
    summary = main_of(town.ana.get("/medications/summary"))
    assert "Not needed any more." in summary
    assert "Too tired." not in summary, "that was before the session"
    assert "35 mg" in summary


def test_the_export_holds_every_kind(town, noted):
    town.ana.arrive("/medications/exposures/new", what="wine")
    town.ana.arrive("/medications/checks/new", urinary="1")
    answer = town.ana.submit("/account/export", password=PASSWORD)
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        found = [name for name in archive.namelist() if name.startswith("medications/")]
        kinds = {json.loads(archive.read(name))["kind"] for name in found}
    assert kinds == {"medication", "exposure", "body-check"}


def test_a_thief_finds_no_name_of_a_medicine_and_not_that_there_is_one(town, noted):
    town.ana.arrive("/medications/checks/new", urinary="1")
    with town.database.session() as db:
        tables = [select(table) for table in Base.metadata.sorted_tables]
        found = [
            str(value).encode() if not isinstance(value, bytes) else value
            for rows in tables
            for row in db.execute(rows)
            for value in row
        ]
    held = b"\n".join(found).lower()
    assert len(held) > 20_000
    for word in (b"sertraline", b"too tired", b"medication", b"body-check"):
        assert word not in held, word
