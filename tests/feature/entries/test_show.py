"""One entry: its words, who can read it, and who did."""

from datetime import timedelta
from uuid import UUID

from flask import render_template

from journal.core import caseload, records
from tests import people
from tests.feature.entries.conftest import same_as_missing


def test_it_names_whoever_reads_the_journal_and_whether_she_did(phone, keep, given, tess, ana):
    given("journal")
    address = keep("words", audience="journal")
    page = phone.get(address).text
    assert "You and Tess can read this." in page
    assert "Not opened yet." in page
    [row] = caseload.entries(tess.db, tess.keyring, now=tess.now)
    records.open_as_reader(
        tess.db, tess.keyring, row.grant_id, UUID(address.split("/")[-1]), now=people.NOW
    )
    page = phone.get(address).text
    assert "Opened by Tess on 22 November 2026, 10:00." in page
    assert "Not opened yet." not in page
    phone.post(f"{address}/edit", body="words", version="1", audience="private")
    page = phone.get(address).text
    assert "Only you can read this." in page
    assert "who can no longer read it here" in page


def test_from_now_on_leaves_out_what_was_there_before(phone, keep, given, at_ten):
    early = keep("early", audience="journal")
    at_ten.shift(timedelta(minutes=1))
    given("journal", since="now")
    late = keep("late", audience="journal")
    moved = keep("moved")
    phone.post(f"{moved}/edit", body="moved", version="1", audience="journal")
    assert "Only you can read this." in phone.get(early).text
    assert "You and Tess can read this." in phone.get(late).text
    assert "You and Tess can read this." in phone.get(moved).text
    edit = phone.get(f"{early}/edit").text
    assert "You and Tess" not in edit


def test_a_share_alone_is_said_while_editing_too(phone, keep, given):
    grant_id = given("check-ins")
    address = keep("words")
    phone.post(f"{address}/shares", grant=grant_id)
    assert "You, and Tess for this entry alone" in phone.get(f"{address}/edit").text


def test_somebody_elses_is_missing(keep, outsiders):
    address = keep("words")
    for browser in outsiders:
        assert same_as_missing(browser, browser.get(address))


def test_a_check_in_is_no_entry(phone, ana):
    other = ana.write("note", scope="check-ins", kind="check-in")
    for path in (f"/entries/{other.id}", f"/entries/{other.id}/edit"):
        assert same_as_missing(phone, phone.get(path))
    for path in ("deletion", "shares", "restoration"):
        assert same_as_missing(phone, phone.post(f"/entries/{other.id}/{path}"))


def test_the_partial_shows_the_words_and_no_link_of_the_owners(app, ana):
    entry = ana.write("**words**")
    with app.test_request_context():
        shown = render_template("entries/_record.html", record=entry)
    assert "<strong>words</strong>" in shown
    assert "href" not in shown
