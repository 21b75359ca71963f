"""Ana answers: half-way, finished, changed, deleted; nothing is lost, and help stands at once."""

from journal.core import records
from journal.features.screening import actions
from journal.features.screening.screening import Screening
from tests.browsers import sign_in, value_of
from tests.feature.screening.conftest import ANSWERS, POINTS

HELP = "Numbers to call, day and night"


def kept(ana) -> tuple[Screening, str] | None:
    ana.db.rollback()
    found = actions.find(ana.db, ana.keyring)
    return (Screening.load(found.content), found.scope) if found else None


def test_half_of_it_is_put_aside_for_ana_alone_and_gone_on_with(answering, shared, ana, phone):
    answer = answering.save(answer_allergy="no", note_heart="a murmur as a child", later="1")
    assert answer.status_code == 303
    said, scope = kept(ana)
    assert (dict(said.answers), dict(said.notes)) == (
        {"allergy": "no"},
        {"heart": "a murmur as a child"},
    )
    assert (said.done, scope) == (False, "private")
    page = phone.get(ANSWERS).text
    assert "a murmur as a child" in page
    assert page.count(" checked") == 1
    assert "Only you can read this until you finish it. Then Tess can, too." in page


def test_finished_it_goes_to_those_who_read_the_course(answering, shared, ana, phone):
    answering.save(answer_allergy="no", later="1")
    assert answering.all_no(answer_heart="unsure", note_heart="a murmur").status_code == 303
    said, scope = kept(ana)
    assert (said.done, scope, said.answers["heart"]) == (True, "care", "unsure")
    page = phone.get("/screening").text
    assert "You and Tess" in page
    assert "a murmur" in page
    assert "score" not in page.lower()


def test_an_open_point_is_told_and_nothing_typed_is_lost(answering, phone):
    answer = answering.save(answer_allergy="no", note_heart="a murmur")
    assert answer.status_code == 422
    assert answer.text.count("Please choose an answer.") == 2 * 5
    assert "a murmur" in answer.text
    assert "Nothing is answered yet" in phone.get("/screening").text


def test_help_stands_in_the_same_answer_whatever_becomes_of_the_page(answering, phone):
    for said in ("yes", "unsure", "talk"):
        answering.all_no()
        phone.post("/screening/deletion")
        refused = answering.save(answer_suicide=said)
        assert refused.status_code == 422
        assert HELP in refused.text
        assert "being better off dead" not in refused.text
        aside = answering.save(answer_suicide=said, later="1")
        assert HELP in phone.get(aside.location).text
        assert HELP in phone.get(ANSWERS).text
        finished = answering.all_no(answer_suicide=said)
        assert HELP in phone.get(finished.location).text


def test_two_devices_meet_and_both_answers_are_there(app, ana, answering, phone):
    answering.all_no()
    old = phone.get(ANSWERS).text
    tablet = sign_in(app, ana, "a tablet")
    tablet.post(ANSWERS, version="1", **{f"answer-{n}": "unsure" for n in POINTS})
    given = {f"answer_{n}": "no" for n in POINTS}
    stale = answering.save(old, **given | {"note_heart": "mine"})
    assert stale.status_code == 409
    assert "Not sure" in stale.text
    assert "mine" in stale.text
    assert value_of(stale.text, "version") == "2"
    assert answering.save(stale.text, **given | {"note_heart": "mine"}).status_code == 303
    assert kept(ana)[0].notes == {"heart": "mine"}


def test_a_deletion_is_taken_back_and_answers_can_be_given_anew(answering, phone, ana):
    answering.all_no(note_heart="a murmur")
    phone.post("/screening/deletion")
    assert kept(ana) is None
    assert "Nothing is answered yet" in phone.get("/screening").text
    phone.post("/screening/restoration")
    assert kept(ana)[0].notes == {"heart": "a murmur"}
    phone.post("/screening/deletion")
    answering.save(answer_allergy="yes", later="1")
    said, scope = kept(ana)
    assert (dict(said.answers), dict(said.notes), scope) == ({"allergy": "yes"}, {}, "private")


def test_a_record_of_another_scope_is_nobodys_screening(answering, ana, phone, theos):
    answering.all_no()
    assert theos.get("/screening").status_code == 404
    [one] = records.scan_as_owner(ana.db, ana.keyring, scopes_named=("care",), kind="screening")
    assert one.id == actions.own_id(ana.db, ana.keyring)


def test_nothing_is_chosen_in_advance_and_nobody_reads_it_unless_she_shares(answering, phone):
    page = phone.get(ANSWERS).text
    assert page.count('type="radio"') == 24
    assert " checked" not in page
    given = {f"answer_{n}": "no" for n in POINTS}
    wrong = answering.save(page, **given | {"answer_heart": "perhaps", "note_heart": "x" * 2_001})
    assert wrong.status_code == 422
    assert "Choose one of the answers." in wrong.text
    assert "A note can have 2,000 letters at most." in wrong.text
    assert {answering.save(page, **given).status_code for _ in range(2)} == {303}
    assert value_of(phone.get(ANSWERS).text, "version") == "1"
    page = phone.get("/screening").text
    assert "decide nothing" in page
    assert HELP not in page
    assert "You share your course of treatment with nobody." in page
    assert 'href="/sharing"' in page
    assert "/measures/relief/new" not in page, "before treatment it has nothing to compare"


def test_before_anything_was_said_the_way_to_it_stands_on_today(answering, shared, ana, phone):
    page = phone.get("/today").text
    assert 'href="/care"' in page
    assert "Six questions before treatment" in page
    answering.all_no()
    assert "Six questions before treatment" not in phone.get("/today").text


def test_who_shares_no_course_is_not_asked_on_today(answering, phone):
    page = phone.get("/today").text
    assert "Six questions before treatment" not in page
    assert 'href="/care"' in page
