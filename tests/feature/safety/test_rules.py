"""Rules agreed in advance: help at once, and a flag to Tess alone where Ana agreed to it."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import update

from journal.core import consent, records
from journal.core.models import Record
from journal.features.safety import watching
from journal.features.safety.rule import How, Rule, Side
from tests import browsers, people, phones
from tests.browsers import value_of

LOW_MOOD = {"name": "A low hour", "key": "mood", "how": "level", "side": "below", "at": "2"}
HELP = "You are not alone with this"


@pytest.fixture
def propose(laptop, grant):
    """Tess proposes a rule to Ana."""

    def send(expect=303, **fields):
        answer = laptop.post(f"/patients/{grant}/rules", **LOW_MOOD | fields)
        assert answer.status_code == expect, answer.text
        return answer

    return send


@pytest.fixture
def agree(phone):
    """Ana agrees to the newest proposal, or to the one that is named."""

    def press(**fields):
        page = phone.get("/safety-plan/rules").text
        [letter] = set(re.findall(r"/safety-plan/rules/([^/]+)/agreement", page))
        said = {"said": value_of(page, "said")}
        phone.post(f"/safety-plan/rules/{letter}/agreement", **said | fields)
        return letter

    return press


def check_in(phone, mood, **fields):
    answer = phone.post("/check-ins/new", mood=str(mood), **fields)
    assert answer.status_code == 303
    return answer.location


def flags(laptop, grant):
    return laptop.get(f"/patients/{grant}/rules").text.count("written ")


def test_another_rule_from_the_same_page_is_asked_after(laptop, grant, propose):
    client_id = str(uuid4())
    for at in ("2", "2"):
        propose(client_id=client_id, at=at)
    answer = propose(409, client_id=client_id, at="3")
    assert value_of(answer.text, "client_id") not in ("", client_id)
    assert laptop.get(f"/patients/{grant}/rules").text.count("at 2 or below") == 1


def test_a_proposal_alone_does_nothing(phone, laptop, grant, propose):
    propose()
    assert check_in(phone, 1) == "/check-ins"
    assert "Check-in: Mood: at 2 or below" in phone.get("/safety-plan/rules").text
    assert flags(laptop, grant) == 0


def test_a_proposal_waits_on_today_until_it_is_answered(phone, propose, agree):
    waits = "1 proposal waits for your answer"
    assert waits not in phone.get("/today").text
    propose()
    assert waits in phone.get("/today").text
    agree()
    assert waits not in phone.get("/today").text


def test_agreed_it_shows_help_in_the_same_answer_and_tells_nobody_unless_she_wants_it(
    phone, laptop, grant, propose, agree
):
    propose(then="Ring the practice, else the night line")
    agree()
    assert check_in(phone, 3) == "/check-ins"
    assert check_in(phone, 2) == "/safety-plan/now"
    page = phone.get("/safety-plan/now").text
    assert HELP in page
    assert "Saved." in page
    assert "Nobody has been told." in page
    assert "Ring the practice, else the night line" in page
    assert HELP in phone.get("/today").text
    assert flags(laptop, grant) == 0
    assert "You are not told anything" in laptop.get(f"/patients/{grant}/rules").text


def test_told_tess_sees_that_it_applied_and_no_word_of_it_and_ana_sees_when_she_saw_it(
    phone, laptop, grant, propose, agree, at_ten
):
    propose()
    agree(tell="y")
    check_in(phone, 1, note="the thistledown was heavy")
    assert "Tess was told" in phone.get("/safety-plan/now").text
    assert "Not seen yet." in phone.get("/safety-plan/rules").text
    assert "an agreed rule applied" in laptop.get("/caseload").text
    page = laptop.get(f"/patients/{grant}").text
    assert "A low hour" in page
    assert "thistledown" not in page
    [path] = re.findall(r'action="([^"]*acknowledgement)"', page)
    at_ten.shift(timedelta(minutes=5))
    assert laptop.post(path).status_code == 303
    assert laptop.post(path).status_code == 303
    assert "an agreed rule applied" not in laptop.get("/caseload").text
    assert "acknowledgement" not in laptop.get(f"/patients/{grant}").text
    assert "Seen " in phone.get("/safety-plan/rules").text
    assert "Single entries" not in laptop.get("/caseload").text


def test_a_flag_that_does_not_open_can_be_put_away(phone, laptop, grant, ana, propose, agree):
    propose()
    agree(tell="y")
    check_in(phone, 1)
    [path] = re.findall(r'action="([^"]*acknowledgement)"', laptop.get(f"/patients/{grant}").text)
    flag = UUID(path.split("/")[-2])
    ana.db.rollback()
    ana.db.execute(update(Record).where(Record.id == flag).values(body=b"-" * 80))
    ana.db.commit()
    assert "an agreed rule applied" in laptop.get("/caseload").text
    assert f'action="{path}"' in laptop.get(f"/patients/{grant}").text
    assert laptop.post(path).status_code == 303
    assert "an agreed rule applied" not in laptop.get("/caseload").text
    assert "Seen " not in phone.get("/safety-plan/rules").text


def test_one_event_is_one_flag_also_posted_twice_and_edited(phone, laptop, grant, propose, agree):
    propose()
    agree(tell="y")
    form = phone.get("/check-ins/new").text
    twice = {"client_id": value_of(form, "client_id")}
    for _time in range(2):
        assert check_in(phone, 1, **twice) == "/safety-plan/now"
    assert flags(laptop, grant) == 1
    where = f"/check-ins/{twice['client_id']}/edit"
    version = value_of(phone.get(where).text, "version")
    assert phone.post(where, mood="0", version=version).location == "/safety-plan/now"
    assert flags(laptop, grant) == 1
    check_in(phone, 0)
    assert flags(laptop, grant) == 2


def test_one_that_fell_off_the_list_does_not_apply_again(
    app, phone, ana, propose, agree, monkeypatch
):
    monkeypatch.setattr(watching, "MOST_APPLIED", 2)
    propose()
    agree()
    for _time in range(3):
        check_in(phone, 1)
    first = re.findall(r"/check-ins/([0-9a-f-]{36})/edit", phone.get("/check-ins").text)[-1]
    ana.db.rollback()
    before = watching.applied(ana.db, ana.keyring)
    answer = phone.post(f"/check-ins/{first}/edit", mood="0", version="1")
    assert answer.location == "/safety-plan/now"
    ana.db.rollback()
    assert watching.applied(ana.db, ana.keyring) == before


def test_ended_nothing_is_told_any_more_at_once_and_tess_knows_that_it_is_over(
    phone, laptop, grant, propose, agree
):
    propose()
    letter = agree(tell="y")
    assert "Agreed: you are told" in laptop.get(f"/patients/{grant}/rules").text
    phone.post(f"/safety-plan/rules/{letter}/refusal")
    assert check_in(phone, 1) == "/check-ins"
    assert flags(laptop, grant) == 0
    assert "Ended by the patient" in laptop.get(f"/patients/{grant}/rules").text


def test_declined_is_told_to_nobody(phone, laptop, grant, propose):
    propose()
    page = phone.get("/safety-plan/rules").text
    [letter] = set(re.findall(r"/safety-plan/rules/([^/]+)/refusal", page))
    phone.post(f"/safety-plan/rules/{letter}/refusal")
    assert "You declined." in phone.get("/safety-plan/rules").text
    assert "You are not told anything" in laptop.get(f"/patients/{grant}/rules").text


def test_after_the_consent_ended_help_is_shown_and_tess_is_told_nothing(
    phone, laptop, ana, grant, propose, agree
):
    propose()
    agree(tell="y")
    check_in(phone, 1)
    ana.db.rollback()
    consent.revoke(ana.db, ana.keyring, grant, now=people.NOW)
    ana.db.commit()
    assert check_in(phone, 0) == "/safety-plan/now"
    assert "Nobody has been told." in phone.get("/safety-plan/now").text
    assert laptop.get(f"/patients/{grant}/rules").status_code == 404
    assert "an agreed rule applied" not in laptop.get("/caseload").text


def test_a_flag_can_be_taken_back(phone, laptop, grant, propose, agree):
    propose()
    agree(tell="y")
    check_in(phone, 1)
    [path] = re.findall(r'action="([^"]*withdrawal)"', phone.get("/safety-plan/rules").text)
    phone.post(path)
    assert "Taken back." in phone.get("/safety-plan/rules").text
    assert flags(laptop, grant) == 0
    assert phone.post(path).status_code == 303


def test_theo_learns_nothing_of_it(phone, laptop, theos, ana, theo, grant, propose, agree):
    ana.db.rollback()
    theirs = people.share_with(ana, theo, ("check-ins", "safety-plan", "care", "journal"))
    propose()
    agree(tell="y")
    check_in(phone, 1)
    assert "an agreed rule applied" not in theos.get("/caseload").text
    page = theos.get(f"/patients/{theirs}").text
    assert "An agreed rule applied" not in page
    [flag] = list(
        records.scan_as_owner(ana.db, ana.keyring, scopes_named=("private",), kind="safety-flag")
    )
    assert theos.get(f"/patients/{theirs}/records/{flag.id}").status_code == 404
    for who, where in ((theos, theirs), (theos, grant)):
        assert (
            who.post(f"/patients/{where}/rules/flags/{flag.id}/acknowledgement").status_code == 404
        )
    assert theos.get(f"/patients/{grant}/rules").status_code == 404


def test_what_tess_changed_meanwhile_is_not_what_ana_agreed_to(phone, propose, agree):
    propose()
    agree(said="0" * 64)
    assert "changed since you opened" in phone.get("/safety-plan/rules").text
    assert check_in(phone, 1) == "/check-ins"


def test_withdrawn_it_ends_when_her_journal_hears_of_it(phone, laptop, grant, propose, agree):
    propose()
    agree(tell="y")
    [path] = re.findall(r'action="([^"]*withdrawal)"', laptop.get(f"/patients/{grant}/rules").text)
    laptop.post(path)
    phone.get("/today")
    assert check_in(phone, 1) == "/check-ins"


def test_on_three_days_of_seven(app, ana, phone, propose, agree, at_ten):
    propose(days="3")
    agree(tell="y")
    assert check_in(phone, 1) == "/check-ins"
    assert check_in(phone, 1) == "/check-ins"
    for day in (1, 2, 3):
        at_ten.shift(timedelta(days=1))
        later = browsers.sign_in(app, ana)
        assert check_in(later, 2) == ("/safety-plan/now" if day > 1 else "/check-ins")
        assert check_in(later, 1) == ("/safety-plan/now" if day > 1 else "/check-ins")


def test_a_day_written_later_completes_the_days_around_it(app, ana, phone, propose, agree, at_ten):
    propose(days="3")
    agree(tell="y")
    assert check_in(phone, 1) == "/check-ins"
    at_ten.shift(timedelta(days=2))
    phone = browsers.sign_in(app, ana)
    assert check_in(phone, 1) == "/check-ins"
    assert check_in(phone, 1, occurred_at="2026-11-23T10:00") == "/safety-plan/now"


def test_what_she_wrote_before_she_agreed_counts_for_nothing(phone, propose, agree, at_ten):
    check_in(phone, 1)
    propose()
    at_ten.shift(timedelta(minutes=1))
    agree()
    page = phone.get("/check-ins").text
    [old] = re.findall(r"/check-ins/([0-9a-f-]{36})/edit", page)
    answer = phone.post(f"/check-ins/{old}/edit", mood="0", version="1")
    assert answer.location == "/check-ins"


def test_a_measure_is_scored_when_it_is_put_aside_and_against_the_first(phone, propose, agree):
    propose(key="staying:2", side="below", at="1", name="A thread")
    agree()
    where = "/measures/staying/new"
    put = {"answer-2": "0", "later": "1"}
    assert phone.post(where, **put).location == "/safety-plan/now"


def test_a_fall_against_the_first_one(phone, propose, agree, at_ten):
    propose(key="relief", how="change", side="below", at="3", name="Less relief")
    agree()
    for answer, leads_to in (("8", None), ("6", None), ("5", "/safety-plan/now")):
        at_ten.shift(timedelta(minutes=1))
        location = phone.post("/measures/relief/new", **{"answer-1": answer}).location
        assert (location == "/safety-plan/now") == (leads_to is not None), answer


def test_a_fall_below_what_is_usual_for_herself(phone, ana, propose, agree):
    propose(how="change", at="3", name="Below my usual")
    agree()
    ana.db.rollback()
    for days in range(1, 20):
        records.write(
            *(ana.db, ana.keyring),
            record_id=uuid4(),
            kind="check-in",
            scope="check-ins",
            content={"mood": 7 if days > 6 else 4},
            occurred_at=people.NOW - timedelta(days=days),
            now=people.NOW,
        )
    ana.db.commit()
    assert check_in(phone, 4) == "/safety-plan/now"
    assert check_in(phone, 9) == "/safety-plan/now", "it is the week that is held against it"


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "11"},
        {"at": ""},
        {"name": ""},
        {"key": "nothing"},
        {"days": "8"},
        {"how": "change", "at": "0"},
    ],
)
def test_a_rule_that_could_never_apply_is_refused(propose, wrong):
    assert "Please look at this again" in propose(422, **wrong).text


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "two\nlines"},
        {"days": 0},
        {"days": True},
        {"side": "left"},
        {"at": "NaN"},
        {"at": 3},
        {"at": "-1"},
        {"then": "x" * 301},
        {"status": "signed"},
    ],
)
def test_a_letter_that_no_page_could_show_is_no_rule(change):
    says = Rule("A low hour", "mood", "Mood", Side.BELOW, How.LEVEL, Decimal(2)).dump()
    assert Rule.read(says).dump() == says
    with pytest.raises(ValueError):  # noqa: PT011 - another person wrote it; nobody reads why
        Rule.read(says | change)


def test_what_a_phone_wrote_is_looked_at_once_when_it_is_opened_and_says_when_it_was_written(
    phone, laptop, ana, grant, propose, agree, at_ten
):
    propose()
    agree(tell="y")
    ana.db.rollback()
    pocket = phones.enrolled(ana)
    at_ten.shift(timedelta(minutes=10))
    written = (people.NOW + timedelta(minutes=5)).isoformat()
    when = {"occurred_at": written, "written_at": written}
    low = pocket.write(kind="check-in", fields={"mood": "1"}, **when)
    pocket.send(ana.db, low)
    assert "an agreed rule applied" not in laptop.get("/caseload").text
    phone.post("/account/phone/opening")
    assert HELP in phone.get("/today").text
    page = laptop.get(f"/patients/{grant}/rules").text
    assert "reached you" in page
    pocket.send(ana.db, pocket.write(kind="check-in", fields={"mood": "9"}, written_at=written))
    phone.post("/account/phone/opening")
    assert flags(laptop, grant) == 1


def test_the_page_for_writing_without_signing_in_says_that_no_rule_looks_there(phone):
    for path in ("/write", "/write/check-in"):
        page = phone.get(path).text
        assert "no rule you agreed on does until you sign in" in page
        assert 'data-plan-link="/safety-plan/kept"' in page


def test_the_export_holds_plan_answer_and_flag(phone, propose, agree):
    phone.post("/safety-plan/parts/alone", words="Cold water.")
    propose()
    agree(tell="y")
    check_in(phone, 1)
    answer = phone.post("/account/export", password=people.PASSWORD)
    names = " ".join(ZipFile(BytesIO(answer.data)).namelist())
    for kind in ("safety-plan", "agreed-rule", "safety-flag", "safety-rule"):
        assert kind in names
