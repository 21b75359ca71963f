"""GET and POST /account/password."""

import pytest

from journal.core import throttle


def change(browser, old, new):
    return browser.post("/account/password", password=old, new_password=new)


def test_ana_changes_it_and_her_other_devices_are_signed_out(ana, new_browser, passwords):
    old, new = passwords
    phone = new_browser()
    phone.sign_in()
    answer = change(ana, old, new)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert ana.is_signed_in()
    assert not phone.is_signed_in()
    assert new_browser().sign_in(password=old).status_code == 422
    assert new_browser().sign_in(password=new).status_code == 303


def test_with_a_wrong_old_password_nothing_changes(ana, new_browser, passwords):
    answer = change(ana, "not the one", passwords[1])
    assert answer.status_code == 422
    assert 'href="#password"' in answer.text
    assert new_browser().sign_in().status_code == 303


@pytest.mark.parametrize("weak", ["short", "ana@example.org", "iloveyou123"])
def test_a_weak_one_is_refused(ana, passwords, weak):
    answer = change(ana, passwords[0], weak)
    assert answer.status_code == 422
    assert 'href="#new_password"' in answer.text


def test_somebody_at_an_open_phone_can_not_guess_for_long(ana, passwords):
    for _ in range(throttle.PER_ADDRESS):
        assert change(ana, "a guess of mine", passwords[1]).status_code == 422
    assert change(ana, *passwords).status_code == 429


def test_a_late_post_does_not_keep_the_passwords(ana, later, passwords):
    page = ana.get("/account/password").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    later(minutes=16)
    form = {"csrf_token": token, "password": passwords[0], "new_password": passwords[1]}
    late = ana.client.post("/account/password", data=form)
    kept = late.text.split('name="kept" value="')[1].split('"')[0]
    back = ana.sign_in(kept=kept).text
    assert passwords[0] not in back
    assert passwords[1] not in back
