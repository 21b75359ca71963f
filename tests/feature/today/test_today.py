"""GET / and /today."""

from datetime import timedelta
from uuid import uuid4

from journal.core import records
from tests import browsers, people


def main_of(page):
    return page.partition("<main")[2].partition("</main>")[0]


def write_entry(person, body, *, title="", scope="private", **ago):
    opened = records.write(
        person.db,
        person.keyring,
        record_id=uuid4(),
        kind="entry",
        scope=scope,
        content={"title": title, "body": body, "tags": []},
        occurred_at=people.NOW - timedelta(**ago),
        now=people.NOW,
    )
    person.db.commit()
    return opened


def test_everybody_begins_where_they_belong(client, phone, theos):
    for browser, where in ((phone, "/today"), (theos, "/caseload"), (client, "/sign-in")):
        answer = browser.get("/")
        assert (answer.status_code, answer.location) == (303, where)


def test_the_day_is_anas(app, ana, phone, at_ten):
    assert "Sunday 22 November" in phone.get("/today").text
    at_ten.shift(timedelta(hours=13, minutes=59))
    tablet = browsers.sign_in(app, ana, "a tablet")
    assert "Sunday 22 November" in tablet.get("/today").text
    at_ten.shift(timedelta(minutes=1))
    assert "Monday 23 November" in tablet.get("/today").text


def test_ana_checks_in_from_today_and_stays_there(phone, ana):
    page = phone.get("/today").text
    answer = phone.post(
        "/check-ins/new",
        mood="6",
        came_from=browsers.value_of(page, "came_from"),
        client_id=browsers.value_of(page, "client_id"),
    )
    assert (answer.status_code, answer.location) == (303, "/today")
    after = phone.get("/today").text
    assert "Saved. Only you can read this." in after
    assert browsers.value_of(after, "client_id") != browsers.value_of(page, "client_id")
    assert browsers.value_of(after, "mood") == ""
    assert 'data-before="6"' in after
    assert "Saved." not in phone.get("/today").text


def test_the_form_can_not_send_anybody_elsewhere(phone):
    answer = phone.post("/check-ins/new", mood="6", came_from="https://elsewhere.example")
    assert answer.location == "/check-ins"


def test_the_last_words_are_the_newest_by_the_time_they_tell_of(phone, ana):
    newest = write_entry(ana, "The **river** again.", title="Water", hours=1)
    write_entry(ana, "Long ago.", days=30)
    ana.write("A draft.", kind="draft")
    main = main_of(phone.get("/today").text)
    assert f'href="/entries/{newest.id}"' in main
    assert "The river again." in main
    assert "Water" in main
    assert "Long ago." not in main
    assert "A draft." not in main
    assert "Only you" in main


def test_the_last_words_say_who_can_read_them(phone, ana):
    vera = people.therapist(ana.db, ana.site, "Vera")
    people.share_with(ana, vera, ("journal",))
    write_entry(ana, "The river.", scope="journal", hours=1)
    assert "You and Vera" in main_of(phone.get("/today").text)


def test_markup_in_the_last_words_stays_words(phone, ana):
    write_entry(ana, "<script>alert(1)</script> [x](javascript:alert(1))")
    main = main_of(phone.get("/today").text)
    assert "<script" not in main
    assert "javascript:" not in main or 'href="javascript:' not in main


def test_before_the_first_words_today_says_what_to_do(phone):
    main = main_of(phone.get("/today").text)
    assert 'href="/entries/new"' in main
    assert 'name="mood"' in main


def test_ottos_words_are_not_anas(app, tess, phone):
    otto = people.patient(tess.db, tess.site, "Otto", of=tess)
    write_entry(otto, "The heron.")
    assert "heron" not in phone.get("/today").text


def test_it_is_not_there_for_theo(theos):
    answer = theos.get("/today")
    assert (answer.status_code, answer.data) == (404, theos.get("/nowhere").data)
