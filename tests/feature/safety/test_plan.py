"""/safety-plan: Ana writes hers part by part, looks back, and decides who reads it."""

import json
import re
from datetime import timedelta

import pytest

from journal.core import consent, records
from journal.features.safety.plan import is_number
from tests import people
from tests.browsers import value_of

WORDS = "I stop answering my sister.\nI lie awake after three."


@pytest.fixture
def write(phone):
    """Ana saves one part as its page shows it, with something else in it."""

    def save(part, expect=303, **fields):
        where = f"/safety-plan/parts/{part}"
        page = phone.get(where).text
        shown = {name: value_of(page, name) for name in ("client_id", "over")}
        answer = phone.post(where, **shown | fields)
        assert answer.status_code == expect, answer.text
        return answer

    return save


def kept(ana):
    ana.db.rollback()
    found = records.scan_as_owner(
        ana.db, ana.keyring, scopes_named=("safety-plan",), kind="safety-plan"
    )
    return list(found)


def share(ana, grant, since="everything"):
    ana.db.rollback()
    consent.change(ana.db, ana.root, grant, consent.Choice(("safety-plan",), since), now=people.NOW)
    ana.db.commit()


def test_before_the_first_word_every_part_says_what_it_is_for(phone):
    page = phone.get("/safety-plan").text
    assert page.count(">Write<") == 6
    assert "Delete this plan" not in page
    assert "Nobody watches this in real time" in page


def test_each_part_is_kept_by_itself_and_the_others_stay(phone, write):
    write("warnings", words=WORDS)
    write("people", name_0="Maja", number_0="+43 660 123", name_3="Uncle Jo")
    page = phone.get("/safety-plan").text
    assert "I lie awake after three." in page
    assert 'href="tel:+43660123"' in page
    assert "Uncle Jo" in page
    assert "Maja" in phone.get("/safety-plan/parts/people").text


def test_the_clinics_own_number_stands_among_the_professionals(app, phone):
    settings = app.extensions["journal"].settings
    object.__setattr__(settings, "clinic_phone", "+43 1 234 56")
    assert 'href="tel:+4312345"' not in phone.get("/safety-plan").text
    assert 'href="tel:+43123456"' in phone.get("/safety-plan").text


@pytest.mark.parametrize("number", ["call me", "12345678901234567890", "1"])
def test_a_number_that_dials_nobody_is_refused_and_stays_on_the_page(phone, write, number):
    answer = write("people", 422, name_0="Maja", number_0=number)
    assert f'value="{number}"' in answer.text
    assert 'value="Maja"' in answer.text


def test_numbers_are_what_a_phone_dials():
    assert is_number("+43 (660) 12-34/5.6")
    assert not is_number("0660 letter")


def test_the_same_post_twice_keeps_one_version(phone, ana):
    page = phone.get("/safety-plan/parts/alone").text
    fields = {name: value_of(page, name) for name in ("client_id", "over")}
    for _time in range(2):
        answer = phone.post("/safety-plan/parts/alone", words="Cold water.", **fields)
        assert answer.status_code == 303
    assert len(kept(ana)) == 1


def test_what_two_devices_change_in_one_part_is_shown_beside_each_other(phone, write):
    write("alone", words="Cold water.")
    old = phone.get("/safety-plan/parts/alone").text
    fields = {name: value_of(old, name) for name in ("client_id", "over")}
    write("alone", words="A walk to the river.")
    answer = phone.post("/safety-plan/parts/alone", words="Counting backwards.", **fields)
    assert answer.status_code == 409
    assert "A walk to the river." in answer.text
    assert "Counting backwards." in answer.text
    again = {name: value_of(answer.text, name) for name in ("client_id", "over")}
    phone.post("/safety-plan/parts/alone", words="Counting backwards.", **again)
    assert "Counting backwards." in phone.get("/safety-plan").text


def test_two_parts_changed_on_two_devices_are_both_kept(phone, write):
    old = phone.get("/safety-plan/parts/alone").text
    fields = {name: value_of(old, name) for name in ("client_id", "over")}
    write("warnings", words=WORDS)
    phone.post("/safety-plan/parts/alone", words="Cold water.", **fields)
    page = phone.get("/safety-plan").text
    assert "Cold water." in page
    assert "I lie awake" in page


def test_other_words_under_an_id_that_is_kept_lose_nothing(phone, write):
    page = phone.get("/safety-plan/parts/alone").text
    fields = {name: value_of(page, name) for name in ("client_id", "over")}
    phone.post("/safety-plan/parts/alone", words="Cold water.", **fields)
    answer = phone.post("/safety-plan/parts/alone", words="After the back button.", **fields)
    assert answer.status_code == 409
    assert "After the back button." in answer.text


def test_earlier_versions_can_be_read(phone, write):
    write("alone", words="Cold water.")
    write("alone", words="A walk to the river.")
    page = phone.get("/safety-plan/versions").text
    links = re.findall(r'href="(/safety-plan/versions/[^"]+)"', page)
    assert len(links) == 2
    assert "Cold water." in phone.get(links[1]).text
    assert "river" not in phone.get(links[1]).text


def test_deleted_it_is_gone_with_its_versions_and_comes_back_whole(phone, write, ana):
    write("alone", words="Cold water.")
    write("alone", words="A walk to the river.")
    assert phone.post("/safety-plan/deletion").status_code == 303
    assert "river" not in phone.get("/safety-plan").text
    assert kept(ana) == []
    assert phone.post("/safety-plan/deletion").status_code == 404
    phone.post("/safety-plan/restoration")
    assert "A walk to the river." in phone.get("/safety-plan").text
    assert len(kept(ana)) == 2


def test_what_is_written_after_a_deletion_stays_the_newest_when_the_old_comes_back(
    phone, write, at_ten
):
    write("alone", words="Cold water.")
    phone.post("/safety-plan/deletion")
    write("alone", words="Written anew.")
    phone.post("/safety-plan/restoration")
    assert "Written anew." in phone.get("/safety-plan").text
    at_ten.shift(timedelta(minutes=1))
    assert phone.get("/safety-plan/versions").text.count('href="/safety-plan/versions/') == 2


def test_it_is_hers_until_she_shares_it_and_then_tess_can_read_and_not_write(
    phone, write, laptop, theos, ana, grant
):
    write("alone", words="Cold water.")
    where = f"/patients/{grant}/shared/safety-plan"
    assert laptop.get(where).status_code == 404
    share(ana, grant)
    assert "Cold water." in laptop.get(where).text
    assert theos.get(where).status_code == 404
    assert laptop.get("/safety-plan").status_code == 404
    assert laptop.post("/safety-plan/parts/alone", words="Tess's idea").status_code == 404
    assert "Cold water." in phone.get(f"/sharing/{grant}/preview/shared/safety-plan").text


def test_shared_from_now_on_earlier_versions_stay_hers(phone, write, laptop, ana, grant):
    write("alone", words="Cold water.")
    share(ana, grant, "now")
    write("warnings", words=WORDS)
    page = laptop.get(f"/patients/{grant}/shared/safety-plan").text
    assert "I lie awake" in page
    assert "As it was since" not in page


def test_a_post_after_the_session_ended_comes_back_with_its_words(app, phone):
    phone.client.set_cookie("session", "A" * 43, domain="127.0.0.1")
    answer = phone.post("/safety-plan/parts/alone", words="Typed too late, kept all the same.")
    assert answer.status_code == 401
    assert "Typed too late" in answer.text


def test_what_a_phone_may_keep_is_what_the_page_says(phone, write, ana):
    write("alone", words="Cold water.")
    write("people", name_0="Maja", number_0="0660 123")
    copy = phone.get("/safety-plan/copy").json
    assert copy["account"] == str(ana.id)
    assert [part["words"] for part in copy["parts"]] == ["Cold water.", ""]
    assert copy["parts"][1]["calls"] == [
        {"name": "Maja", "number": "0660 123", "address": "tel:0660123"}
    ]
    assert json.dumps(copy["parts"][1]["title"]) in phone.get("/safety-plan").text.replace(
        "&#34;", '"'
    )
    phone.post("/safety-plan/deletion")
    assert phone.get("/safety-plan/copy").json["parts"] == []


def test_her_therapist_and_a_stranger_get_no_copy(app, laptop):
    assert laptop.get("/safety-plan/copy").status_code == 404
    assert app.test_client().get("/safety-plan/copy").status_code == 303


def test_the_page_for_a_kept_plan_holds_nobodys_words(app, phone, write):
    write("alone", words="Cold water.")
    mine, anybodys = phone.get("/safety-plan/kept"), app.test_client().get("/safety-plan/kept")
    assert mine.data == anybodys.data
    assert b"Cold water" not in mine.data
    assert b"the plan of whoever chose to keep it on this phone" in mine.data


@pytest.mark.parametrize("part", ["nothing", "00000000-0000-4000-8000-000000000000"])
def test_a_part_that_is_none_is_missing(phone, part):
    assert phone.get(f"/safety-plan/parts/{part}").status_code == 404


def test_help_and_the_course_lead_there(phone):
    for page in ("/help-now", "/care", "/offline"):
        assert 'href="/safety-plan' in phone.get(page).text, page
