"""A therapist's keys on the patient's pages: announced ones are told, other ones stop."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from journal.core import key_change, reading
from journal.core.models import Account
from journal.crypto import primitives


@pytest.fixture
def swapped(db, tess):
    """Somebody has put another signing key into Tess's row."""
    forged = primitives.signing_public(primitives.make_key())
    db.execute(update(Account).where(Account.id == tess.id).values(root_public=forged))
    db.commit()


@pytest.fixture
def renewed(db, tess, grant_id):
    """Tess, with the new keys that her old one announced."""
    root = key_change.change_keys(db, tess.root, now=tess.now)
    db.commit()
    return replace(tess, keyring=root, root=root)


def test_a_widening_answers_with_what_to_do(phone, ana, swapped, grant_id):
    answer = phone.post(
        f"/sharing/{grant_id}",
        scopes=["journal", "check-ins"],
        since="now",
        password="four quiet herons at dusk",
    )
    assert answer.status_code == 409
    assert "not the keys of Tess" in answer.text
    assert f'href="/sharing/{grant_id}"' in answer.text
    assert set(phone.grant().scopes) == {"journal"}


def test_one_entry_is_not_shared_either(phone, ana, swapped, grant_id):
    entry = ana.write("mine")
    answer = phone.post(f"/entries/{entry.id}/shares", grant=str(grant_id))
    assert answer.status_code == 409
    assert "Nothing was shared just now" in answer.text


@pytest.mark.parametrize("path", ["/sharing", "/sharing/{grant}"])
def test_it_is_told_where_sharing_is_looked_at(phone, swapped, grant_id, path):
    shown = phone.get(path.format(grant=grant_id))
    assert shown.status_code == 200
    assert "Stopped: the keys don" in shown.text


def test_taking_away_and_stopping_go_on(phone, swapped, grant_id):
    assert phone.post(f"/sharing/{grant_id}").status_code == 303
    assert phone.grant().scopes == {}
    assert phone.post(f"/sharing/{grant_id}/revocation").status_code == 303
    assert not phone.grant().live
    assert "Stopped: the keys" not in phone.get("/sharing").text


def test_announced_keys_are_told_with_the_code_that_tess_sees(phone, renewed, grant_id):
    hers = reading.open_grant(renewed.db, renewed.keyring, grant_id, now=renewed.now).safety_code
    page = phone.get("/sharing").text
    assert "Tess has new keys" in page
    assert hers in page
    assert hers in phone.get(f"/sharing/{grant_id}").text


def test_once_compared_the_code_stays_and_the_notice_goes(phone, renewed, grant_id):
    phone.get("/sharing")
    answer = phone.post(f"/sharing/{grant_id}/comparison")
    assert (answer.status_code, answer.location) == (303, f"/sharing/{grant_id}")
    page = phone.get(f"/sharing/{grant_id}").text
    assert "has new keys" not in page
    assert phone.grant().safety_code in page


def test_theo_compares_nothing(browser_of, theo, grant_id):
    assert browser_of(theo).post(f"/sharing/{grant_id}/comparison").status_code == 404


def test_what_was_taken_away_can_be_given_back(phone, grant_id):
    phone.post(f"/sharing/{grant_id}")
    page = phone.get(f"/sharing/{grant_id}").text
    assert "Taken away: Journal entries you choose." in page
    assert "needs your password" in page
