"""Deleting an entry, and getting it back."""

from datetime import timedelta

from tests.browsers import sign_in
from tests.feature.entries.conftest import links, same_as_missing


def test_a_deleted_entry_is_gone_until_it_is_brought_back(phone, keep):
    address = keep("words")
    answer = phone.post(f"{address}/deletion")
    assert (answer.status_code, answer.location) == (303, "/entries")
    page = phone.get("/entries").text
    assert f'action="{address}/restoration"' in page
    assert links(page) == []
    assert same_as_missing(phone, phone.get(address))
    assert phone.post(f"{address}/restoration").location == address
    assert "words" in phone.get(address).text


def test_deleting_and_restoring_twice_is_once(phone, keep):
    address = keep("words")
    assert [phone.post(f"{address}/deletion").status_code for _ in range(2)] == [303, 303]
    assert [phone.post(f"{address}/restoration").status_code for _ in range(2)] == [303, 303]


def test_after_a_day_it_is_gone_for_good(app, ana, phone, keep, at_ten):
    address = keep("words")
    phone.post(f"{address}/deletion")
    at_ten.shift(timedelta(hours=24, minutes=1))
    tomorrow = sign_in(app, ana)
    assert same_as_missing(tomorrow, tomorrow.post(f"{address}/restoration"))


def test_it_asks_before_it_deletes(phone, keep):
    address = keep("words", title="The river")
    page = phone.get(address).text
    assert "Delete “The river”?" in page


def test_nobody_else_deletes_or_restores_it(phone, keep, outsiders):
    address = keep("words")
    for browser in outsiders:
        assert same_as_missing(browser, browser.post(f"{address}/deletion"))
    phone.post(f"{address}/deletion")
    for browser in outsiders:
        assert same_as_missing(browser, browser.post(f"{address}/restoration"))
    assert same_as_missing(phone, phone.get(address))
