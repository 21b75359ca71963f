"""Sharing one entry with one reader."""

from uuid import UUID, uuid4

import pytest

from journal.core import consent, records
from journal.core.errors import NotFound
from tests import people
from tests.feature.entries.conftest import same_as_missing


@pytest.fixture
def grant_id(ana):
    [grant] = consent.all_grants(ana.db, ana.keyring, now=ana.now)
    ana.db.rollback()
    return grant.id


def tess_reads(tess, grant_id, address):
    tess.db.rollback()
    record_id = UUID(address.split("/")[-1])
    opened = records.open_as_reader(tess.db, tess.keyring, grant_id, record_id, now=people.NOW)
    return opened.content["body"]


def test_tess_reads_the_one_entry_until_it_ends(phone, keep, tess, grant_id):
    address = keep("for tess alone")
    assert f'action="{address}/shares"' in phone.get(address).text
    for _ in range(2):
        answer = phone.post(f"{address}/shares", grant=grant_id)
        assert (answer.status_code, answer.location) == (303, address)
    page = phone.get(address).text
    assert "You and Tess can read this." in page
    assert tess_reads(tess, grant_id, address) == "for tess alone"
    ending = f"{address}/shares/{grant_id}/revocation"
    assert f'action="{ending}"' in page
    for _ in range(2):
        assert phone.post(ending).status_code == 303
    with pytest.raises(NotFound):
        tess_reads(tess, grant_id, address)


def test_an_ended_share_is_offered_again(phone, keep, tess, grant_id):
    address = keep("for tess alone")
    phone.post(f"{address}/shares", grant=grant_id)
    phone.post(f"{address}/shares/{grant_id}/revocation")
    page = phone.get(address).text
    assert "can&#39;t be unread" in page
    assert f'action="{address}/shares?grant={grant_id}"' in page
    assert phone.post(f"{address}/shares?grant={grant_id}").status_code == 303
    assert tess_reads(tess, grant_id, address) == "for tess alone"


def test_an_ended_grant_gets_nothing(phone, keep, ana, grant_id):
    address = keep("words")
    consent.revoke(ana.db, ana.keyring, grant_id, now=ana.now)
    ana.db.commit()
    assert "Share this entry" not in phone.get(address).text
    assert same_as_missing(phone, phone.post(f"{address}/shares", grant=grant_id))


def test_only_a_grant_of_her_own_is_one(phone, keep, noras):
    address = keep("words")
    for grant in (uuid4(), "", "x"):
        assert same_as_missing(phone, phone.post(f"{address}/shares", grant=grant))
    assert same_as_missing(phone, phone.post(f"{address}/shares/{uuid4()}/revocation"))


def test_nobody_else_shares_it_or_ends_it(phone, keep, outsiders, grant_id, tess):
    address = keep("words")
    phone.post(f"{address}/shares", grant=grant_id)
    for browser in outsiders:
        assert same_as_missing(browser, browser.post(f"{address}/shares", grant=grant_id))
        ending = f"{address}/shares/{grant_id}/revocation"
        assert same_as_missing(browser, browser.post(ending))
    assert tess_reads(tess, grant_id, address) == "words"
