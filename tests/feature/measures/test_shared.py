"""Tess reads the measures that Ana shares, logged; Ana's preview shows the same; Theo nothing."""

import re
from uuid import uuid4

import pytest

from journal.core import access_log, consent
from journal.core.consent import Choice
from tests import people
from tests.browsers import Browser, sign_in
from tests.feature.measures.test_fill_in import OFTEN, PHQ, nine

TABLE = re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)
ADDRESS = re.compile(r'href="[^"]*"')


@pytest.fixture
def grant(ana, tess):
    """Ana shares her measures with Tess."""
    found = people.only_grant(tess)
    people.share(ana, found, "measures")
    return found


@pytest.fixture
def phone(app, grant, ana) -> Browser:
    """Ana's phone, after she began to share."""
    return sign_in(app, ana)


def events(ana) -> list[tuple[str, int]]:
    ana.db.rollback()
    found = access_log.events(ana.db, ana.keyring, now=people.NOW)
    return [(event.name, len(event.records)) for event in found]


def test_tess_sees_each_instrument_over_time_and_the_log_says_so(filler, laptop, grant, asked, ana):
    asked("phq-9")
    filler.fill(PHQ, nine(OFTEN))
    filler.fill(PHQ, nine(last=OFTEN))
    assert "Open the measures" in laptop.get(f"/patients/{grant}").text
    page = laptop.get(f"/patients/{grant}/measures").text
    assert "24 of 27" in page
    assert "21 less" in page
    assert "question 9: 3" in page
    assert events(ana)[0] == ("opened", 2)


def test_one_measure_stands_there_with_its_answers(filler, laptop, grant, asked):
    asked("phq-9")
    answer = filler.fill(PHQ, nine(OFTEN, last=OFTEN))
    record = answer.location.rpartition("/")[2]
    page = laptop.get(f"/patients/{grant}/records/{record}").text
    assert "27 of 27" in page
    assert "heron number 9" in page
    assert "Question 9 was answered above 0: 3." in page


def test_what_is_put_aside_is_not_hers_to_read(filler, laptop, grant, asked, ana):
    asked("phq-9")
    aside = filler.fill(PHQ, {1: OFTEN, 9: OFTEN}, later="1")
    record = aside.location.rpartition("/")[2]
    assert laptop.get(f"/patients/{grant}/records/{record}").status_code == 404
    assert "No measure so far" in laptop.get(f"/patients/{grant}/measures").text


def test_the_preview_shows_her_very_table_and_writes_no_line(
    filler, phone, laptop, grant, asked, ana
):
    asked("phq-9")
    filler.fill(PHQ, nine(OFTEN))
    filler.fill("/measures/relief/new", {1: "4"})
    assert "Open the measures" in phone.get(f"/sharing/{grant}/preview").text
    own = TABLE.findall(phone.get(f"/sharing/{grant}/preview/measures").text)
    assert events(ana) == []
    hers = TABLE.findall(laptop.get(f"/patients/{grant}/measures").text)
    assert len(own) == 2
    assert [ADDRESS.sub("", one) for one in own] == [ADDRESS.sub("", one) for one in hers]


def test_a_scope_that_is_not_shared_is_missing(filler, laptop, app, grant, asked, ana):
    missing = app.test_client().get("/no/such/page").data
    consent.change(ana.db, ana.keyring, grant, Choice(()), now=ana.now)
    ana.db.commit()
    found = laptop.get(f"/patients/{grant}/measures")
    assert (found.status_code, found.data) == (404, missing)
    assert events(ana)[0][0] == "refused"
    assert "Open the measures" not in laptop.get(f"/patients/{grant}").text


def test_theo_ana_and_a_made_up_id_meet_the_same_page(app, laptop, theos, phone, grant):
    missing = app.test_client().get("/no/such/page").data
    for browser, path in (
        (theos, f"/patients/{grant}/measures"),
        (phone, f"/patients/{grant}/measures"),
        (laptop, f"/patients/{uuid4()}/measures"),
        (laptop, f"/sharing/{grant}/preview/measures"),
        (phone, f"/sharing/{uuid4()}/preview/measures"),
        (phone, "/questionnaires"),
    ):
        found = browser.get(path)
        assert (found.status_code, found.data) == (404, missing)


def test_tess_sees_which_questionnaires_there_are(laptop, asked):
    made = asked("phq-9")
    page = laptop.get("/questionnaires").text
    assert made.hash[:12] in page
    assert page.count("not validated") == 2
