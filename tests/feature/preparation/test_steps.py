"""Ana prepares for a session: what to expect, and a list that goes with it wherever it moves."""

import re

from tests.browsers import sign_in, value_of
from tests.feature.preparation.conftest import hold

HERE = "/preparation"


def address(page: str) -> str:
    found = re.search(r'action="(/preparation/sessions/[^"]+)"', page)
    assert found
    return found[1]


def keep(browser, page: str = "", **given):
    page = page or browser.get(HERE).text
    return browser.post(address(page), version=value_of(page, "version"), **given)


def test_what_to_expect_is_there_before_any_session_is_planned(phone):
    page = phone.get(HERE).text
    for words in ("45 to 60 minutes", "after about 40 minutes", "two hours", "hallucinations"):
        assert words in page
    assert "When your therapist has planned a session" in page
    assert 'type="checkbox"' not in page


def test_today_says_how_far_it_came_in_the_days_before(phone, planned, at_ten):
    page = phone.get("/today").text
    assert "Preparing for session 1" in page
    assert "0 of 7 done" in page
    keep(phone, done=["escort", "food"], own=["Feed the cat", ""], **{"own-done": "0"})
    page = phone.get("/today").text
    assert "3 of 8 done" in page
    assert "You and Tess" in phone.get(HERE).text


def test_a_session_that_is_moved_keeps_its_ticks(phone, laptop, grant, planned):
    keep(phone, done="escort", own="Feed the cat")
    where = f"/patients/{grant}/care/{planned}"
    version = value_of(laptop.get(where).text, "version")
    moved = laptop.post(where, starts_at="2026-12-03T15:00", version=version)
    assert moved.status_code == 303, moved.text
    phone.get("/care")
    page = phone.get(HERE).text
    assert "3 December 2026" in page
    assert re.search(r'value="escort" checked', page)
    assert 'value="Feed the cat"' in page
    assert "Preparing for session 1" not in phone.get("/today").text


def test_two_devices_meet_and_neither_list_is_lost(app, ana, phone, planned):
    keep(phone, done="escort")
    old = phone.get(HERE).text
    keep(sign_in(app, ana, "a tablet"), own="Water the plants")
    stale = keep(phone, old, done="food", own="Feed the cat")
    assert stale.status_code == 409
    assert "Water the plants" in stale.text
    assert 'value="Feed the cat"' in stale.text
    assert keep(phone, stale.text, done="food", own="Feed the cat").status_code == 303


def test_the_next_session_begins_with_her_own_lines_unticked(phone, laptop, grant, planned):
    keep(phone, done="escort", own="Feed the cat", **{"own-done": "0"})
    hold(laptop, grant, planned)
    laptop.post(f"/patients/{grant}/care", starts_at="2026-12-01T10:00")
    phone.get("/today")
    page = phone.get(HERE).text
    assert "Preparing for session 2" in page
    assert 'value="Feed the cat"' in page
    assert not re.search(r'type="checkbox"[^>]* checked', page)


def test_own_lines_change_an_emptied_one_goes_and_too_much_is_refused(
    phone, laptop, grant, planned
):
    keep(phone, own=["Feed the cat", "Charge the phone", ""], **{"own-done": ["1"]})
    page = phone.get(HERE).text
    assert len(re.findall(r'name="own-done"[^>]*checked', page)) == 1
    keep(phone, own=["", "Charge both phones", "Socks"], **{"own-done": ["1"]})
    page = phone.get(HERE).text
    assert "Feed the cat" not in page
    assert 'value="Charge both phones"' in page
    for own in (["x" * 201], [f"thing {n}" for n in range(21)]):
        answer = keep(phone, page, done="escort", own=own)
        assert answer.status_code == 422
        assert own[0] in answer.text
        assert re.search(r'value="escort" checked', answer.text)
    for where in (f"/patients/{grant}/shared/care", f"/sharing/{grant}/preview/shared/care"):
        reader = laptop if where.startswith("/patients") else phone
        assert "Charge both phones" in reader.get(where).text


def test_what_is_no_session_of_hers_takes_no_list(phone, planned, theos):
    page = phone.get(HERE).text
    elsewhere = address(page)[:-4] + "0000"
    assert phone.post(elsewhere, version="0", done="escort").status_code == 404
    assert theos.post(address(page), version="0").status_code == 404
