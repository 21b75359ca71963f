"""GET and POST /account/keys: a therapist's own new keys."""

import re

from sqlalchemy import update

from journal.core.models import Account
from journal.crypto import primitives
from tests.feature.accounts.conftest import PASSWORD


def change(browser, password=PASSWORD):
    return browser.post("/account/keys", page="/account/keys", password=password)


def test_tess_changes_her_keys_and_stays_signed_in(tess, store):
    with store() as db:
        before = tess.keyring(db).identity.fingerprint
    answer = change(tess)
    assert (answer.status_code, answer.location) == (303, "/account/keys")
    with store() as db:
        assert tess.keyring(db).identity.fingerprint != before
    assert "Changed so far" in tess.get("/account/keys").text


def test_her_other_devices_are_signed_out(tess, new_browser):
    other = new_browser()
    other.sign_in("Tess")
    assert other.is_signed_in()
    change(tess)
    assert not other.is_signed_in()
    assert tess.is_signed_in()


def test_a_wrong_password_changes_nothing(tess, store):
    with store() as db:
        before = tess.keyring(db).identity.fingerprint
    answer = change(tess, "a wrong guess at dawn")
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    with store() as db:
        assert tess.keyring(db).identity.fingerprint == before


def test_waiting_invitations_are_told_and_withdrawn(tess, invite):
    link = f"/invitations/{invite(tess).token}"
    assert "One invitation that waits" in tess.get("/account/keys").text
    change(tess)
    assert 'name="scopes"' not in tess.get(link).text


def test_ana_has_no_such_page(ana):
    assert ana.get("/account/keys").status_code == 404
    assert ana.post("/account/keys", password=PASSWORD).status_code == 404
    assert "/account/keys" not in ana.get("/account").text


def test_tess_finds_the_way_from_her_account(tess):
    assert re.search('href="/account/keys"', tess.get("/account").text)


def test_the_right_password_for_swapped_keys_answers_with_what_to_do(tess, new_browser, store):
    with store() as db:
        account = tess.keyring(db).account_id
        forged = primitives.signing_public(primitives.make_key())
        db.execute(update(Account).where(Account.id == account).values(root_public=forged))
        db.commit()
    assert not tess.is_signed_in()
    answer = new_browser().sign_in("Tess")
    assert answer.status_code == 409
    assert "these are not your keys" in answer.text
    assert new_browser().sign_in("Tess", "a wrong guess at dawn").status_code == 422
