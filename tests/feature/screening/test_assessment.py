"""Tess goes through the answers, signs off, and corrects; Ana has a copy, Theo nothing."""

import pytest

from journal.core import access_log, consent
from journal.core.consent import Choice
from journal.features.screening.assessment import Assessment
from journal.web import assessed
from tests import people
from tests.browsers import sign_in, value_of
from tests.feature.screening.conftest import POINTS, Answering

CHANGED = "Answers changed since sign-off"


def events(ana) -> list[str]:
    ana.db.rollback()
    return [one.name for one in access_log.events(ana.db, ana.keyring, now=people.NOW)]


@pytest.fixture
def answered(app, ana, shared):
    """Ana has answered, and shares it with Tess."""
    answering = Answering(sign_in(app, ana))
    answering.all_no(answer_heart="unsure", note_heart="a murmur as a child")
    return answering


def test_tess_reads_the_answers_and_the_log_says_so(answered, laptop, assessing, ana, grant, phone):
    section = laptop.get(f"/patients/{grant}").text
    assert "has answered" in section
    assert "a murmur" not in section
    assert "opened" not in events(ana)
    page = assessing.page
    assert "a murmur as a child" in page
    assert "Not sure" in page
    assert events(ana).count("opened") == 1
    assert "a murmur as a child" in laptop.get(f"/patients/{grant}/shared/care").text
    assert "a murmur as a child" in phone.get(f"/sharing/{grant}/preview/shared/care").text


def test_with_nothing_shared_she_can_still_go_through_it(app, assessing, phone, grant, ana, tess):
    assert "does not share the course of treatment with you" in assessing.page
    with app.app_context():
        assert assessed.assessed(tess.db, tess.keyring, grant) is None
        assert assessing.sign().status_code == 303
        tess.db.rollback()
        found = assessed.assessed(tess.db, tess.keyring, grant)
        assert found == (assessed.SUITABLE, people.NOW)
    assert "refused" not in events(ana)
    assert "Nothing stands against it." in phone.get("/screening").text


def test_what_is_half_answered_is_not_hers_to_read(shared, answering, assessing, ana):
    answering.save(answer_allergy="yes", note_allergy="a rash", later="1")
    page = assessing.page
    assert "a rash" not in page
    assert "Nothing of this is shared with you so far." in page
    assert "refused" not in events(ana)


def test_her_findings_are_kept_half_way_and_stay_hers(answered, assessing, phone, laptop, grant):
    kept = assessing.save(
        finding_heart="unclear", note_heart="ask the cardiologist", systolic="125", diastolic="80"
    )
    assert kept.status_code == 303
    page = assessing.page
    assert "ask the cardiologist" in page
    assert 'value="125"' in page
    assert "Not signed off yet." in laptop.get(f"/patients/{grant}").text
    assessing.sign(finding_heart="unclear", note_heart="ask the cardiologist")
    page = phone.get("/screening").text
    assert "Signed off by Tess." in page
    assert "cardiologist" not in page
    found = {"finding_heart": "unclear", "note_heart": "an echo first", "share": "y"}
    assessing.sign(outcome="medical-review", systolic="150", diastolic="95", **found)
    page = phone.get("/screening").text
    assert "Needs medical review" in page
    assert "an echo first" in page
    assert "150 over 95 mmHg" in page


def test_what_can_not_be_signed_is_refused_and_kept_on_the_page(assessing, phone):
    page = assessing.page
    for wrong in (
        {"outcome": ""},
        {"outcome": "perhaps"},
        {"reason": "  "},
        {"reason": "x" * 2_001},
        {"systolic": "125"},
        {"systolic": "80", "diastolic": "125"},
        {"systolic": "301", "diastolic": "80"},
        {"systolic": "125", "diastolic": "19"},
        {"finding_heart": "maybe"},
        {"note_heart": "x" * 2_001},
    ):
        answer = assessing.sign(page, **{"note_allergy": "still here"} | wrong)
        assert answer.status_code == 422, wrong
        assert "still here" in answer.text
    assert "Signed off by" not in phone.get("/screening").text


def test_a_correction_keeps_what_was_said_before(assessing, phone, at_ten):
    assessing.sign()
    assert "Nothing stands against it." in phone.get("/screening").text
    at_ten.shift(600)
    assessing.sign(outcome="not-suitable", reason="The letter from the cardiologist came.")
    page = phone.get("/screening").text
    assert "Not suitable" in page
    assert "Earlier versions" in page
    assert "Nothing stands against it." in page


def test_signed_twice_is_signed_once_and_an_old_page_is_told(assessing):
    page = assessing.page
    assert {assessing.sign(page).status_code for _ in range(2)} == {303}
    assert "Earlier versions" not in assessing.page
    stale = assessing.sign(page, reason="Another word.")
    assert stale.status_code == 409
    assert "Another word." in stale.text
    assert value_of(stale.text, "signed_version") == "1"
    assert assessing.sign(stale.text, reason="Another word.").status_code == 303


def test_an_answer_that_changes_after_the_sign_off_is_told(answered, assessing, laptop, grant):
    assessing.sign()
    assert CHANGED not in assessing.page
    assert CHANGED.lower() not in laptop.get(f"/patients/{grant}").text.lower()
    answered.all_no(answer_heart="yes")
    assert CHANGED.lower() in laptop.get(f"/patients/{grant}").text.lower()
    page = assessing.page
    assert CHANGED in page
    assert page.count('<span class="tag">changed</span>') == 1
    answered.all_no(answer_heart="talk")
    assessing.sign(page)  # she signs what she has read, and not what stands there by now
    assert CHANGED in assessing.page
    assessing.sign()
    assert CHANGED not in assessing.page
    assert CHANGED.lower() not in laptop.get(f"/patients/{grant}").text.lower()


def test_theo_finds_none_of_it(answered, assessing, theos, phone, laptop, grant):
    assessing.sign()
    nothing = theos.get("/no/such/page").data
    for device in (theos, phone):
        got, posted = device.get(assessing.where), device.post(assessing.where, sign="1")
        assert {(one.status_code, one.data) for one in (got, posted)} == {(404, nothing)}
    assert laptop.get("/screening").data == nothing


def test_answers_that_are_no_longer_shared_are_said_to_be_gone(answered, assessing, ana, grant):
    assessing.sign()
    ana.db.rollback()
    consent.change(ana.db, ana.keyring, grant, Choice(()), now=people.NOW)
    ana.db.commit()
    page = assessing.page
    assert "are not shared with you any more" in page
    assert "murmur" not in page
    consent.revoke(ana.db, ana.keyring, grant, now=people.NOW)
    ana.db.commit()
    assert assessing.browser.get(assessing.where).status_code == 404


def test_a_sign_off_reads_back_as_it_was_said():
    whole = Assessment(
        "suitable", "words", dict.fromkeys(POINTS, "absent"), {"heart": "x"}, 120, 80
    )
    assert Assessment.read(whole.says()) == whole


def test_a_copy_that_no_page_could_show_is_refused():
    good = {"outcome": "suitable", "reason": "words"}
    assert Assessment.read(good) == Assessment("suitable", "words")
    for wrong in (
        {"outcome": "fine"},
        {"outcome": None},
        {"reason": " "},
        {"reason": 7},
        {"reason": "x" * 2_001},
        {"finding-heart": "so"},
        {"note-heart": 3},
        {"systolic": 120},
        {"systolic": 900, "diastolic": 80},
        {"systolic": 120, "diastolic": True},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            Assessment.read(good | wrong)
