"""Changing an entry, in one tab or in two."""

import re

from tests.browsers import value_of
from tests.feature.entries.conftest import same_as_missing


def test_ana_changes_her_words(phone, keep):
    address = keep("before", title="T", tags="sea")
    page = phone.get(f"{address}/edit").text
    assert value_of(page, "title") == "T"
    answer = phone.post(f"{address}/edit", body="after", version=value_of(page, "version"))
    assert answer.status_code == 303
    shown = phone.get(address).text
    assert "after" in shown
    assert "before" not in shown


def test_two_tabs_lose_nothing(phone, keep):
    address = keep("the first version")
    version = value_of(phone.get(f"{address}/edit").text, "version")
    phone.post(f"{address}/edit", body="from the laptop", version=version)
    answer = phone.post(
        f"{address}/edit",
        title="Mine",
        body="from the phone",
        tags="sky",
        version=version,
        audience="journal",
    )
    assert answer.status_code == 409
    assert "from the laptop" in answer.text
    assert "from the phone" in answer.text
    assert value_of(answer.text, "title") == "Mine"
    assert value_of(answer.text, "tags") == "sky"
    assert re.search(r'value="journal" checked', answer.text)
    assert "from the laptop" in phone.get(address).text
    now = value_of(answer.text, "version")
    assert phone.post(f"{address}/edit", body="from the phone", version=now).status_code == 303
    assert "from the phone" in phone.get(address).text


def test_the_same_change_twice_is_one_change(phone, keep):
    address = keep("before", occurred_at="2026-11-21T20:15")
    version = value_of(phone.get(f"{address}/edit").text, "version")
    for _ in range(2):
        answer = phone.post(
            f"{address}/edit", body="after", version=version, occurred_at="2026-11-21T20:15"
        )
        assert answer.status_code == 303
    assert int(value_of(phone.get(f"{address}/edit").text, "version")) == int(version) + 1


def test_an_edit_without_a_version_overwrites_nothing(phone, keep):
    address = keep("kept")
    assert phone.post(f"{address}/edit", body="other").status_code == 409
    assert "kept" in phone.get(address).text


def test_words_for_an_entry_that_was_deleted_meanwhile_can_be_kept(phone, keep):
    address = keep("first")
    phone.post(f"{address}/deletion")
    answer = phone.post(f"{address}/edit", body="much better", version="1")
    assert answer.status_code == 409
    assert "much better" in answer.text
    fresh = value_of(answer.text, "client_id")
    assert phone.post("/entries/new", body="much better", client_id=fresh).status_code == 303


def test_the_audience_moves_the_entry_both_ways(phone, keep, given):
    given("journal")
    address = keep("words")
    phone.post(f"{address}/edit", body="words", version="1", audience="journal")
    assert "Saved. You and Tess can read this." in phone.get(address).text
    phone.post(f"{address}/edit", body="words", version="2", audience="private")
    assert "Saved. Only you can read this." in phone.get(address).text


def test_the_time_left_alone_stays_to_the_second(phone, keep, ana, at_ten):
    at_ten.shift(30)
    address = keep("words")
    before = re.search(r'<time datetime="([^"]+)"', phone.get(address).text)[1]
    at_ten.shift(600)
    page = phone.get(f"{address}/edit").text
    phone.post(
        f"{address}/edit", body="other", version="1", occurred_at=value_of(page, "occurred_at")
    )
    assert f'datetime="{before}"' in phone.get(address).text
    phone.post(f"{address}/edit", body="other still", version="2", occurred_at="")
    assert f'datetime="{before}"' in phone.get(address).text


def test_an_empty_change_is_refused_and_says_so(phone, keep):
    address = keep("words")
    answer = phone.post(f"{address}/edit", body="", version="1", title="typed")
    assert answer.status_code == 422
    assert value_of(answer.text, "title") == "typed"
    assert value_of(answer.text, "version") == "1"
    assert "words" in phone.get(address).text


def test_nobody_else_edits_it(keep, outsiders):
    address = keep("words")
    for browser in outsiders:
        assert same_as_missing(browser, browser.get(f"{address}/edit"))
        assert same_as_missing(browser, browser.post(f"{address}/edit", body="x", version="1"))


def test_the_page_of_two_versions_says_what_became_of_the_words(phone, keep):
    answer = phone.post(f"{keep('saved')}/edit", body="typed", version="99")
    assert (answer.status_code, "maxlength" in answer.text) == (409, False)
    assert "data-autosave=" in answer.text
    assert answer.text.count("data-save-state") == 1
