"""GET (asks) and POST (does) /sharing/<grant>/revocation."""

import pytest
from sqlalchemy.exc import OperationalError

from journal.core import reading, receipts, records, rotation, shares
from journal.core.errors import NotFound
from tests import people


def test_asking_ends_nothing_and_names_tess(phone, tess, grant_id):
    page = phone.get(f"/sharing/{grant_id}/revocation").text
    assert "Stop sharing with Tess?" in page
    assert "can’t be unread" in page
    assert phone.grant().live


def test_posting_ends_it_and_leads_to_the_receipt(phone, ana, tess, grant_id, db):
    entry = ana.write("low tide", scope="journal")
    answer = phone.post(f"/sharing/{grant_id}/revocation")
    db.rollback()
    newest = receipts.listed(db, ana.keyring)[0]
    assert (newest.event, newest.grant_id) == ("ended", grant_id)
    assert (answer.status_code, answer.location) == (303, f"/sharing/receipts/{newest.id}")
    assert "Sharing stopped" in phone.get(answer.location).text
    with pytest.raises(NotFound, match="ended"):
        records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)


def test_the_records_are_resealed_before_the_answer(phone, ana, grant_id, db):
    from sqlalchemy import select

    from journal.core.models import Grant, Record

    ana.write("low tide", scope="journal")
    phone.post(f"/sharing/{grant_id}/revocation")
    db.rollback()
    assert db.scalar(select(Record.generation)) == 2
    assert db.scalar(select(Grant.rotation)) == "none"


def test_revoking_twice_is_revoking_once(phone, ana, grant_id, db):
    first = phone.post(f"/sharing/{grant_id}/revocation")
    second = phone.post(f"/sharing/{grant_id}/revocation")
    assert (second.status_code, second.location) == (303, first.location)
    db.rollback()
    assert [one.event for one in receipts.listed(db, ana.keyring)] == ["ended", "given"]


def test_asking_again_afterwards_says_that_it_is_over(phone, grant_id):
    phone.post(f"/sharing/{grant_id}/revocation")
    page = phone.get(f"/sharing/{grant_id}/revocation")
    assert page.status_code == 200
    assert "is over" in page.text


def test_the_second_therapist_keeps_her_part(phone, ana, tess, theo, grant_id, db):
    ana.write("before", scope="journal")
    second = people.share_with(ana, theo, ("journal",), since="now")
    ana.write("after", scope="journal")
    alone = ana.write("alone")
    shares.share(db, ana.keyring, second, alone.id, now=ana.now)
    db.commit()
    phone.post(f"/sharing/{grant_id}/revocation")
    db.rollback()
    grant = reading.open_grant(db, theo.keyring, second, now=theo.now)
    page = records.list_as_reader(
        db, theo.keyring, grant, scopes=("journal",), singly=True, now=theo.now
    )
    assert sorted(item.content["body"] for item in page.items) == ["after", "alone"]


def test_it_is_hidden_from_theo_and_from_another_patient(
    phone, browser_of, grant_id, theo, tess, db, site
):
    bea = people.patient(db, site, "Bea", theo, ("journal",))
    address = f"/sharing/{grant_id}/revocation"
    for other in (browser_of(theo), browser_of(tess), browser_of(bea)):
        missing = other.get("/no/such/page").data
        assert other.get(address).data == missing
        assert other.post(address).data == missing
    assert phone.grant().live


def test_a_busy_database_does_not_make_an_ending_look_undone(phone, ana, grant_id, db, monkeypatch):
    def busy(*_arguments, **_named):
        raise OperationalError("UPDATE records", {}, Exception("lock timeout"))

    monkeypatch.setattr(rotation, "finish", busy)
    answer = phone.post(f"/sharing/{grant_id}/revocation")
    assert answer.status_code == 303
    page = phone.get(answer.location).text
    assert "Sharing has ended." in page
    assert "goes on when you next sign in" in page
    assert not phone.grant().live
