"""Ana fills in a questionnaire: put aside, gone on with, finished, never changed, never lost."""

import re
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from journal.core import records
from journal.core.models import Record
from journal.features.measures import actions
from journal.features.measures.measure import Measure
from journal.features.measures.models import StoredQuestionnaire
from tests import people, questionnaires
from tests.browsers import sign_in, value_of
from tests.feature.measures.conftest import id_of

OFTEN = "LA6571-3"
NOT_ONCE = "LA6568-0"
PHQ = "/measures/phq-9/new"
HELP = "Numbers to call, day and night"


def nine(code: str = NOT_ONCE, *, last: str = NOT_ONCE) -> dict[int, str]:
    return {**dict.fromkeys(range(1, 9), code), 9: last}


def kept(ana, record_id) -> Measure:
    ana.db.rollback()
    opened = records.open_as_owner(ana.db, ana.keyring, record_id, kind="measure")
    return Measure.load(opened.content)


def scope_of(ana, record_id) -> str:
    ana.db.rollback()
    return records.open_as_owner(ana.db, ana.keyring, record_id).scope


def test_nothing_is_chosen_in_advance(phone, asked):
    asked("phq-9")
    for path in (PHQ, "/measures/relief/new", "/measures/staying/new"):
        page = phone.get(path).text
        assert 'type="radio"' in page
        assert "checked" not in page


def test_a_finished_one_shows_score_range_and_what_it_is_not(filler, ana, asked):
    made = asked("phq-9")
    answer = filler.fill(PHQ, nine(OFTEN))
    assert answer.status_code == 303
    found = kept(ana, id_of(answer))
    assert (found.total, found.band, found.done) == (24, 4, True)
    assert (found.questionnaire, found.rules) == (made.hash, 1)
    page = filler.browser.get(answer.location).text
    assert "24 of 27" in page
    assert "20 to 27" in page
    assert "no diagnosis" in page
    assert "last two weeks" in page
    assert HELP not in page


def test_the_version_stays_when_another_is_imported(filler, ana, asked):
    first = asked("phq-9")
    answer = filler.fill(PHQ, nine(OFTEN))
    second = asked("phq-9", questionnaires.changed(questionnaires.like("phq-9"), 1, text="Storks?"))
    assert kept(ana, id_of(answer)).questionnaire == first.hash != second.hash
    page = filler.browser.get(answer.location).text
    assert "heron number 1" in page
    assert "Storks?" not in page
    assert "Storks?" in filler.browser.get(PHQ).text


def test_a_page_is_read_in_the_wording_that_it_showed(filler, ana, asked):
    first = asked("phq-9")
    page = filler.browser.get(PHQ).text
    asked("phq-9", questionnaires.changed(questionnaires.like("phq-9"), 1, text="Storks?"))
    answer = filler.post(PHQ, page, nine())
    assert kept(ana, id_of(answer)).questionnaire == first.hash


def turned() -> dict[str, object]:
    """The same words and codes, the other way round: another publisher's file."""
    made = questionnaires.like("phq-9")
    for item in made["item"]:
        for at, option in enumerate(reversed(item["answerOption"])):
            option["extension"][0]["valueDecimal"] = at
    return made


@pytest.fixture
def scratched(asked, db):
    """Two wordings that count otherwise; what is done to the later one makes it unusable."""
    asked("phq-9", turned())
    db.execute(update(StoredQuestionnaire).values(imported_at=1))
    mine = StoredQuestionnaire.hash == asked("phq-9").hash

    def scratch() -> None:
        db.execute(update(StoredQuestionnaire).where(mine).values(content=b"{}"))
        db.commit()

    return scratch


def test_answers_to_a_wording_that_is_gone_are_not_counted_by_another(filler, ana, scratched):
    """Red when `filling.open_posted` takes the wording that there is for the one that was shown."""
    page = filler.browser.get(PHQ).text
    scratched()
    again = filler.post(PHQ, page, nine(OFTEN))
    assert again.status_code == 422
    assert "worded otherwise" in again.text
    assert again.text.count("checked") == 9
    assert filler.browser.get("/measures").text.count("of 27") == 0
    assert kept(ana, id_of(filler.post(PHQ, again.text, nine(OFTEN)))).total == 3


def test_what_was_put_aside_in_a_wording_that_is_gone_mixes_with_no_other(
    filler, ana, db, scratched
):
    """Red when `filling.open_posted` adds a draft's answers to another wording's."""
    answer = filler.fill(PHQ, {1: OFTEN}, later="1")
    [draft] = actions.unfinished(db, ana.keyring)
    assert answer.status_code == 303
    page = filler.browser.get(f"{PHQ}?draft={draft}").text
    scratched()
    again = filler.post(PHQ, page, {2: OFTEN})
    assert again.status_code == 422
    assert value_of(again.text, "client_id") != str(draft)
    assert kept(ana, draft).answers == {"/101701-1": OFTEN}


@pytest.mark.parametrize("last", ["LA6569-1", "LA6570-2", OFTEN])
def test_help_stands_where_item_nine_is_above_zero(filler, asked, last):
    asked("phq-9")
    answer = filler.fill(PHQ, nine(last=last))
    page = filler.browser.get(answer.location).text
    assert HELP in page
    assert "/help-now" in page
    assert "nobody has been told" in page


def test_help_stands_in_a_refused_answer_too_and_in_one_put_aside(filler, asked):
    asked("phq-9")
    refused = filler.fill(PHQ, {9: OFTEN})
    assert refused.status_code == 422
    assert HELP in refused.text
    aside = filler.fill(PHQ, {9: OFTEN}, later="1")
    assert HELP in filler.browser.get(aside.location).text


def test_item_nine_at_zero_and_other_items_show_no_help(filler, asked):
    asked("phq-9")
    answer = filler.fill(PHQ, nine(OFTEN))
    assert HELP not in filler.browser.get(answer.location).text
    asked("gad-7")
    answer = filler.fill("/measures/gad-7/new", dict.fromkeys(range(1, 8), OFTEN))
    assert HELP not in filler.browser.get(answer.location).text


def test_a_missing_answer_is_told_beside_its_question_and_nothing_is_lost(filler, asked):
    asked("phq-9")
    given = nine(OFTEN)
    del given[4]
    refused = filler.fill(PHQ, given)
    assert refused.status_code == 422
    assert 'id="answer-4-error"' in refused.text
    assert 'id="answer-3-error"' not in refused.text
    checked = re.findall(r'name="answer-(\d)" value="(LA[-0-9]+)" checked', refused.text)
    assert dict(checked) == {str(number): code for number, code in given.items()}


def test_an_answer_that_is_none_is_refused(filler, asked):
    asked("phq-9")
    refused = filler.fill(PHQ, nine() | {2: "LA1-1"})
    assert refused.status_code == 422
    assert "Choose one of the answers." in refused.text
    assert 'id="answer-2-error"' in refused.text


def test_an_open_item_leaves_no_total(filler, ana, asked):
    asked("phq-9")
    given = nine(OFTEN)
    del given[9]  # published ones don't require it
    answer = filler.fill(PHQ, given)
    found = kept(ana, id_of(answer))
    assert (found.total, found.missing) == (None, (9,))
    page = filler.browser.get(answer.location).text
    assert "There is no total, because question 9 is open" in page


def test_put_aside_and_gone_on_with(filler, phone, ana, asked):
    asked("phq-9")
    aside = filler.fill(PHQ, {1: OFTEN, 2: NOT_ONCE}, later="1")
    assert aside.status_code == 303
    [link] = re.findall(
        r'href="(/measures/phq-9/new\?draft=[-0-9a-f]+)"', phone.get("/measures").text
    )
    assert link in phone.get("/today").text
    page = phone.get(link).text
    assert page.count(" checked") == 2
    finished = filler.post(PHQ, page, nine(OFTEN) | {1: OFTEN, 2: NOT_ONCE})
    assert finished.location.rpartition("/")[2] == link.rpartition("=")[2]
    assert kept(ana, id_of(finished)).total == 21
    assert "draft=" not in phone.get("/measures").text


def test_what_a_page_leaves_out_stays_as_it_was_put_aside(filler, phone, ana, asked):
    asked("phq-9")
    filler.fill(PHQ, {1: OFTEN}, later="1")
    [draft] = re.findall(r"draft=([-0-9a-f]+)", phone.get("/measures").text)
    path = f"{PHQ}?draft={draft}"
    filler.fill(path, {2: OFTEN}, later="1")
    assert set(kept(ana, draft_id := UUID(draft)).answers) == {"/101701-1", "/101702-2"}
    filler.fill(path, {9: ""}, later="1")
    assert len(kept(ana, draft_id).answers) == 2


def test_an_answer_can_be_taken_back(filler, phone, ana, asked):
    asked("phq-9")
    filler.fill(PHQ, {9: NOT_ONCE}, later="1")
    [draft] = re.findall(r"draft=([-0-9a-f]+)", phone.get("/measures").text)
    filler.fill(f"{PHQ}?draft={draft}", {9: ""}, later="1")
    assert kept(ana, UUID(draft)).answers == {}


def test_what_is_put_aside_is_private_until_it_is_finished(filler, phone, ana, asked):
    asked("phq-9")
    filler.fill(PHQ, {1: OFTEN}, later="1")
    [draft] = re.findall(r"draft=([-0-9a-f]+)", phone.get("/measures").text)
    assert scope_of(ana, UUID(draft)) == "private"
    filler.fill(f"{PHQ}?draft={draft}", nine())
    assert scope_of(ana, UUID(draft)) == "measures"


def test_saving_twice_is_saving_once(filler, phone, ana, asked):
    asked("phq-9")
    page = phone.get(PHQ).text
    first = filler.post(PHQ, page, nine(OFTEN))
    again = filler.post(PHQ, page, nine(OFTEN))
    assert (again.status_code, again.location) == (303, first.location)
    found = records.scan_as_owner(ana.db, ana.keyring, scopes_named=("measures",))
    assert len(list(found)) == 1


def test_finished_answers_never_change(filler, phone, ana, asked):
    asked("phq-9")
    page = phone.get(PHQ).text
    first = filler.post(PHQ, page, nine(OFTEN))
    other = filler.post(PHQ, page, nine())
    assert other.status_code == 422
    assert value_of(other.text, "client_id") != value_of(page, "client_id")
    assert other.text.count(" checked") == 9
    aside = filler.post(PHQ, page, {1: NOT_ONCE}, later="1")
    assert aside.status_code == 422
    assert kept(ana, id_of(first)).total == 24
    second = filler.post(PHQ, other.text, nine())
    assert kept(ana, id_of(second)).total == 0


def test_a_long_one_comes_in_pages_and_each_page_is_kept(filler, phone, ana, asked):
    asked("pcl-5")
    path = "/measures/pcl-5/new"
    first = filler.fill(path, dict.fromkeys(range(1, 11), OFTEN))
    assert first.status_code == 303
    second = phone.get(first.location).text
    assert "Page 2 of 2" in second
    assert "number 11" in second
    assert "number 10 " not in second
    finished = filler.post(first.location, second, dict.fromkeys(range(11, 21), OFTEN))
    assert kept(ana, id_of(finished)).total == 60


def test_a_page_that_was_skipped_is_asked_for(filler, phone, ana, asked):
    asked("pcl-5")
    path = "/measures/pcl-5/new?page=2"
    skipped = filler.post(
        path, phone.get("/measures/pcl-5/new").text, dict.fromkeys(range(11, 21), OFTEN)
    )
    assert "page=1" in skipped.location
    assert "Page 1 of 2" in phone.get(skipped.location).text


def test_a_question_that_is_not_asked_leaves_no_answer(filler, ana, asked):
    made = questionnaires.like("gad-7")
    more = questionnaires.question(questionnaires.PUBLISHED["gad-7"], 50) | {"linkId": "more"}
    when = [{"question": "/101701-1", "operator": "=", "answerCoding": {"code": OFTEN}}]
    made["item"].append(more | {"required": True, "enableWhen": when})
    asked("gad-7", made)
    path = "/measures/gad-7/new"
    assert "Only if you chose" in filler.browser.get(path).text
    given = {**dict.fromkeys(range(1, 8), NOT_ONCE), 8: OFTEN}
    assert "more" not in kept(ana, id_of(filler.fill(path, given))).answers
    needed = filler.fill(path, {**given, 1: OFTEN, 8: ""})
    assert needed.status_code == 422


def test_our_own_scales_say_that_nobody_validated_them(filler, ana):
    answer = filler.fill("/measures/relief/new", {1: "7"})
    assert kept(ana, id_of(answer)).total == 7
    for page in (filler.browser.get("/measures/relief/new"), filler.browser.get(answer.location)):
        assert "not validated" in page.text
        assert "PHQ" not in page.text
    staying = filler.fill("/measures/staying/new", {1: "4", 2: "0", 3: "1", 4: "2"})
    assert kept(ana, id_of(staying)).total == 7


def test_ana_reads_which_way_a_measure_gets_better(filler, asked, at_ten):
    asked("phq-9")
    filler.fill(PHQ, nine(OFTEN))
    filler.fill("/measures/relief/new", {1: "7"})
    page = filler.browser.get("/measures").text
    phq, relief = page.index("Less is better here."), page.index("More is better here.")
    assert (phq < relief) == (page.index("<h2>PHQ-9") < page.index("<h2>Relief today"))


def test_over_time_against_the_first(filler, phone, ana, asked, at_ten):
    asked("phq-9")
    filler.fill(PHQ, nine(OFTEN, last=OFTEN))
    at_ten.shift(14 * 86400)
    filler.browser = sign_in(phone.client.application, ana)
    filler.fill(PHQ, {**nine(NOT_ONCE), 1: OFTEN})
    page = filler.browser.get("/measures").text
    assert "the first one here" in page
    assert "24 less, at least half less (response), below 5 (remission)" in page


def test_a_deletion_can_be_taken_back(filler, phone, asked, ana):
    asked("phq-9")
    answer = filler.fill(PHQ, nine())
    phone.post(f"{answer.location}/deletion")
    assert phone.get(answer.location).status_code == 404
    phone.post(f"{answer.location}/restoration")
    assert phone.get(answer.location).status_code == 200


def test_theo_and_a_stranger_meet_a_missing_page(filler, theos, app, asked):
    asked("phq-9")
    answer = filler.fill(PHQ, nine())
    missing = app.test_client().get("/no/such/page").data
    for path in (answer.location, PHQ, "/measures", "/measures/phq-9/all"):
        found = theos.get(path)
        assert (found.status_code, found.data) == (404, missing)
    for path in (PHQ, f"{answer.location}/deletion", f"{answer.location}/restoration"):
        assert theos.post(path).status_code == 404
    assert app.test_client().get(answer.location).status_code == 303


def test_what_is_not_there_is_missing(phone, asked, ana):
    asked("phq-9")
    entry = ana.write("words")
    for path in (
        "/measures/cadss/new",
        "/measures/gad-7/new",
        "/measures/gad-7/all",
        f"{PHQ}?draft={entry.id}",
        f"{PHQ}?draft={people.NOBODYS}",
        f"{PHQ}?draft=nonsense",
        f"/measures/{entry.id}",
    ):
        assert phone.get(path).status_code == 404, path
    assert phone.post(PHQ, client_id=str(entry.id), later="1").status_code == 404


def test_every_result_of_one_instrument_stands_on_its_page(filler, phone):
    for value in range(11):
        filler.fill("/measures/relief/new", {1: str(value)})
    filler.fill("/measures/relief/new", {1: "10"})
    assert "/measures/relief/all" in phone.get("/measures").text
    assert phone.get("/measures/relief/all").text.count("<tr>") == 13


def test_all_measures_are_of_one_size_to_a_thief(filler, phone, ana, asked):
    for instrument in ("phq-9", "pcl-5"):
        asked(instrument)
    filler.fill("/measures/relief/new", {1: "3"})
    filler.fill(PHQ, nine(OFTEN))
    first = filler.fill("/measures/pcl-5/new", dict.fromkeys(range(1, 11), OFTEN))
    filler.fill(first.location, dict.fromkeys(range(11, 21), OFTEN))
    sizes = set(ana.db.scalars(select(func.length(Record.body)).where(Record.account_id == ana.id)))
    assert len(sizes) == 1
