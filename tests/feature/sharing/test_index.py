"""GET /sharing: who can read what."""

from datetime import timedelta

from journal.core import consent, records, shares
from tests import people


def test_ana_sees_each_scope_the_code_and_that_nothing_was_opened(phone, grant_id):
    page = phone.get("/sharing").text
    assert phone.grant().safety_code in page
    assert "Tess" in page
    assert "not opened yet" in page
    assert f"/sharing/{grant_id}/revocation" in page


def test_ana_sees_that_tess_opened_her_entry(phone, ana, tess, grant_id, db):
    entry = ana.write("low tide", scope="journal")
    records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    page = phone.get("/sharing").text
    assert "opened today, 10:00" in page  # 9:00 UTC in Vienna
    assert "not opened yet" not in page


def test_what_was_opened_before_it_was_shared_anew_is_not_opened_yet(
    phone, ana, tess, grant_id, db
):
    entry = ana.write("low tide", scope="journal")
    records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    for scopes, later in ((("check-ins",), 1), (("check-ins", "journal"), 2)):
        choice, now = consent.Choice(scopes), ana.now + timedelta(hours=later)
        consent.change(db, ana.root, grant_id, choice, now=now)
    db.commit()
    assert "opened today" not in phone.get("/sharing").text


def test_a_title_that_was_shown_is_not_an_entry_that_was_opened(phone, ana, tess, grant_id, db):
    from journal.core import reading

    ana.write("low tide", scope="journal")
    grant = reading.open_grant(db, tess.keyring, grant_id, now=tess.now)
    records.list_as_reader(db, tess.keyring, grant, scopes=("journal",), now=tess.now)
    assert "not opened yet" in phone.get("/sharing").text


def test_ana_sees_how_many_entries_she_shares_one_by_one(phone, ana, tess, grant_id, db):
    first, second = ana.write("one"), ana.write("two")
    for entry in (first, second):
        shares.share(db, ana.keyring, grant_id, entry.id, now=ana.now)
    db.commit()
    records.open_as_reader(db, tess.keyring, grant_id, first.id, now=tess.now)
    page = phone.get("/sharing").text
    assert "Entries shared one by one" in page
    assert "1 not opened yet" in page


def test_a_grant_that_is_over_stands_below(phone, grant_id):
    phone.post(f"/sharing/{grant_id}/revocation")
    page = phone.get("/sharing").text
    assert "Nobody can read anything" in page
    assert "Look back" in page
    assert f"/sharing/{grant_id}/revocation" not in page


def test_two_therapists_stand_side_by_side(phone, ana, theo):
    people.share_with(ana, theo, ("check-ins",), since="now")
    page = phone.get("/sharing").text
    assert "Tess" in page
    assert "Theo" in page
    assert "since 22 November 2026" in page


def test_theo_finds_nothing_there(browser_of, theo):
    theos = browser_of(theo)
    assert theos.get("/sharing").data == theos.get("/no/such/page").data
