"""GET and POST /sign-in."""

import re

import pytest

from journal.core import throttle
from journal.crypto import keyslot


def test_ana_signs_in_and_is_sent_home(ana, new_browser):
    browser = new_browser()
    answer = browser.sign_in()
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.is_signed_in()


def test_she_goes_where_she_was_going(ana, new_browser):
    browser = new_browser()
    asked = browser.get("/account/devices?x=1")
    assert asked.location == "/sign-in?next=/account/devices?x%3D1"
    assert (
        'name="next" type="hidden" value="/account/devices?x=1"' in browser.get(asked.location).text
    )
    assert browser.sign_in(next="/account/devices?x=1").location == "/account/devices?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil.example",
        "http:evil.example",
        "/%0d%0a//evil.example\r\nX: y",
    ],
)
def test_next_never_leads_to_another_site(ana, new_browser, elsewhere):
    assert new_browser().sign_in(next=elsewhere).location == "/"
    page = new_browser().client.get("/sign-in", query_string={"next": elsewhere})
    assert 'name="next" type="hidden" value="/"' in page.text
    signed_in = ana.client.get("/sign-in", query_string={"next": elsewhere})
    assert signed_in.location == "/"


def test_capitals_in_the_address_do_not_matter(ana, new_browser, passwords):
    answer = new_browser().post("/sign-in", email=" ANA@Example.org", password=passwords[0])
    assert answer.status_code == 303


def test_a_wrong_password_and_an_unknown_address_look_the_same(ana, new_browser, without):
    browser = new_browser()
    wrong = browser.sign_in("Ana", "four loud herons at dawn")
    unknown = browser.sign_in("Eva", "four loud herons at dawn")
    assert wrong.status_code == unknown.status_code == 422
    assert without(wrong, "ana@example.org") == without(unknown, "eva@example.org")
    same = [name for name, _ in wrong.headers if name != "Content-Length"]
    assert same == [name for name, _ in unknown.headers if name != "Content-Length"]


def test_the_address_is_kept_and_the_password_is_not_sent_back(ana, new_browser):
    answer = new_browser().sign_in("Ana", "four loud herons at dawn")
    assert 'value="ana@example.org"' in answer.text
    assert "loud herons" not in answer.text
    assert "Type the password anew." in answer.text
    assert "What you typed is still here" not in answer.text


def test_an_empty_form_says_what_is_missing(new_browser):
    answer = new_browser().post("/sign-in")
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'href="#password"' in answer.text


def test_after_ten_wrong_tries_even_the_right_password_waits(ana, new_browser, later):
    browser = new_browser()
    for _ in range(throttle.PER_ADDRESS):
        assert browser.sign_in(password="four loud herons").status_code == 422
    answer = browser.sign_in()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= throttle.WINDOW_SECONDS
    assert 'value="ana@example.org"' in answer.text
    later(minutes=15, seconds=1)
    assert browser.sign_in().status_code == 303


def test_a_stranger_locks_nobody_out_of_their_own_browser(ana, new_browser, monkeypatch):
    monkeypatch.setattr(throttle, "PER_ADDRESS_EVERYWHERE", throttle.PER_ADDRESS)
    ana.post("/sign-out")
    stranger = new_browser()
    for _ in range(throttle.PER_ADDRESS):
        stranger.sign_in(password="four loud herons")
    assert new_browser().sign_in().status_code == 429
    assert ana.sign_in().status_code == 303


def test_the_cookie_of_a_known_browser_serves_no_other_address(ana, new_browser, monkeypatch):
    monkeypatch.setattr(throttle, "PER_ADDRESS", 2)
    ana.post("/sign-out")
    for _ in range(2):
        new_browser().sign_in("Eva", "four loud herons")
    assert ana.sign_in("Eva").status_code == 429


def test_a_made_up_cookie_makes_no_browser_known(ana, new_browser, monkeypatch):
    monkeypatch.setattr(throttle, "PER_ADDRESS", 2)
    stranger = new_browser()
    for made_up in ("name.mark", "", "....", "é.é", "." + "A" * 22):
        stranger.client.set_cookie("known", made_up, domain="127.0.0.1")
        stranger.sign_in(password="four loud herons")
    assert stranger.sign_in().status_code == 429


def test_the_cookie_of_a_known_browser_is_out_of_reach_of_scripts(ana, new_browser):
    answer = new_browser().sign_in()
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("known=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert new_browser().client.get("/sign-in").headers.get("Set-Cookie", "").find("known=") < 0


def test_an_unknown_address_is_throttled_alike(ana, new_browser, without):
    browser = new_browser()
    for name in ("Ana", "Eva"):
        for _ in range(throttle.PER_ADDRESS):
            browser.sign_in(name, "four loud herons")
    known, unknown = browser.sign_in("Ana"), browser.sign_in("Eva")
    assert known.status_code == unknown.status_code == 429
    assert without(known, "ana@example.org") == without(unknown, "eva@example.org")


def test_signing_in_as_somebody_else_ends_the_session_that_was_there(ana, tess):
    cookie = ana.cookie()
    assert ana.sign_in("Tess").status_code == 303
    ana.client.set_cookie("session", cookie, domain="127.0.0.1")
    assert not ana.is_signed_in()


def test_idle_for_fifteen_minutes_locks_the_device(ana, later):
    later(minutes=14, seconds=50)
    assert ana.is_signed_in()
    later(minutes=14, seconds=50)
    assert ana.is_signed_in()
    later(minutes=15)
    answer = ana.get("/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")
    assert "locked" in ana.get("/sign-in").text
    assert "locked" not in bytes(ana.app.test_client().get("/sign-in").data).decode()


def test_after_twelve_hours_even_a_busy_session_ends(ana, later):
    for _ in range(71):
        later(minutes=10)
        assert ana.is_signed_in()
    later(minutes=10)
    assert not ana.is_signed_in()


def test_words_posted_too_late_come_back_after_signing_in(ana, later):
    page = ana.get("/account").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    later(minutes=16)
    form = {"csrf_token": token, "name": "Ana of the quiet river", "zone": "UTC"}
    late = ana.client.post("/account", data=form)
    assert late.status_code == 401
    kept = re.search(r'name="kept" value="([\w-]+)"', late.text).group(1)
    refused = ana.sign_in(password="four loud herons", kept=kept)
    assert f'name="kept" value="{kept}"' in refused.text
    back = ana.sign_in(kept=kept)
    assert back.status_code == 200
    assert "Ana of the quiet river" in back.text
    assert ana.is_signed_in()


def test_a_form_without_a_token_is_refused(ana, new_browser, passwords):
    form = {"email": "ana@example.org", "password": passwords[0]}
    assert new_browser().client.post("/sign-in", data=form).status_code == 400


def test_an_unknown_address_costs_one_stretched_password_like_a_known_one(
    ana, new_browser, monkeypatch
):
    stretched = []
    genuine = keyslot.password_secret

    def counted(*arguments, **named):
        stretched.append(arguments)
        return genuine(*arguments, **named)

    monkeypatch.setattr(keyslot, "password_secret", counted)
    browser = new_browser()
    for name in ("Ana", "Eva"):
        browser.sign_in(name, "four loud herons at dawn")
    assert len(stretched) == 2
