"""Somebody sits down at a device after Ana: back button, cookies left behind, cookies planted.

Red when `headers._protect` lets a page be kept, `sessions.end` leaves a key in the row,
`arrive` keeps the session that was there before or the secret of its forms, or `login.sign_in`
drops a flag.
"""

from datetime import timedelta

import pytest

from journal.web.audience import audience_of
from tests.attack.test_wrong_person import LATER, OWNERS, addresses
from tests.people import NOBODYS, PASSWORD
from tests.town import Town, email
from tests.visitors import Page, Visitor

HERE = "http://127.0.0.1:8000"


def sign_in(browser: Visitor, name: str) -> None:
    """Sign in where somebody else may be signed in still."""
    browser.client.delete_cookie("session", domain="127.0.0.1")
    answer = browser.submit("/sign-in", email=email(name), password=PASSWORD)
    assert answer.status_code == 303


def private_pages(town: Town) -> list[tuple[Visitor, str]]:
    found = addresses(town, town.made | dict.fromkeys(LATER, NOBODYS))
    return [(town.people[OWNERS[who][0]], path) for method, path, who in found if method == "GET"]


def test_no_page_behind_sign_in_may_be_kept(town: Town) -> None:
    pages = private_pages(town)
    assert len(pages) > 20
    for visitor, path in pages:
        answer = visitor.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "ETag" not in answer.headers, path
        assert (
            "Content-Encoding"
            not in visitor.get(path, headers={"Accept-Encoding": "br, gzip"}).headers
        )
        if answer.status_code == 200:
            again = {"If-Modified-Since": "Mon, 22 Nov 2027 09:00:00 GMT", "If-None-Match": "*"}
            assert visitor.get(path, headers=again).status_code == 200, path


def test_answers_to_forms_and_errors_may_not_be_kept_either(town: Town) -> None:
    for answer in (
        town.ana.post("/entries/new", body=""),
        town.ana.post("/check-ins/new", mood=4),
        town.ana.get("/none"),
        town.stranger.post("/entries/new", body="too late for these words"),
        town.stranger.get(town["link"]),
        town.ana.get("/"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"


def test_after_sign_out_the_cookie_opens_nothing_anywhere(town: Town) -> None:
    left_behind = town.ana.copy()
    assert left_behind.is_signed_in()
    answer = town.ana.submit("/account", "/sign-out")
    assert answer.status_code == 303
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert "session" not in town.ana.cookies
    for visitor, path in private_pages(town):
        if visitor is town.ana:
            assert left_behind.get(path).location.startswith("/sign-in?next="), path
    assert left_behind.post("/entries/new", body="x").status_code == 401
    assert town.tess.is_signed_in()


def test_signing_out_by_a_link_or_a_picture_does_nothing(town: Town) -> None:
    assert town.ana.get("/sign-out").status_code == 405
    assert town.ana.is_signed_in()


def test_an_idle_session_and_an_old_one_open_nothing(town: Town, clock) -> None:
    clock.shift(14 * 60)
    assert town.ana.is_signed_in()
    clock.shift(15 * 60)
    assert not town.ana.is_signed_in()
    for _ in range(60):  # Tess goes on clicking, for more than twelve hours
        clock.shift(13 * 60)
        last = town.otto.is_signed_in() or town.tess.is_signed_in()
    assert not last
    clock.shift(-60 * 13 * 60)
    assert not town.ana.is_signed_in()  # the key is erased: no clock brings it back


def test_a_session_kept_busy_ends_after_twelve_hours(town: Town, clock) -> None:
    hours = 0.0
    while town.tess.is_signed_in():
        clock.shift(10 * 60)
        hours += 1 / 6
    assert 11.5 < hours < 12.5


@pytest.mark.parametrize("planted", ["", "x", "A" * 43, "%00", "\u017b", "x" * 4000])
def test_a_planted_cookie_is_never_taken_over(town: Town, planted: str) -> None:
    browser = town.stranger
    browser.client.set_cookie("session", planted, domain="127.0.0.1")
    assert browser.get("/today").status_code == 303
    browser.arrive("/sign-in", email=email("ana"), password=PASSWORD)
    assert browser.cookies["session"] != planted
    planter = town.stranger
    planter.client.set_cookie("session", planted, domain="127.0.0.1")
    assert not planter.is_signed_in()


def test_signing_in_over_somebody_elses_session_ends_that_one(town: Town) -> None:
    """Otto leaves his own session in Ana's browser, to find her words in it later."""
    browser = Visitor(town.app, town.otto.cookies)
    browser.post("/sign-in", email=email("ana"), password=PASSWORD)
    assert browser.cookies["session"] != town.otto.cookies["session"]
    assert not town.otto.is_signed_in()
    assert browser.get(f"/entries/{town['private']}").status_code == 200


def test_a_tab_that_ana_left_open_sends_no_words_into_the_next_account(town: Town) -> None:
    browser = town.stranger
    sign_in(browser, "ana")
    left_open = browser.page("/entries/new").form("/entries/new")
    draft = f"/drafts/{dict(left_open.fields)['client_id']}"
    words = left_open.filled(body="The lanternfish came back.")
    # Who comes back to her own tab goes on in it.
    sign_in(browser, "ana")
    assert browser.client.post(draft, data=words).status_code == 200
    sign_in(browser, "otto")
    for address in (draft, "/entries/new"):
        assert browser.client.post(address, data=words).status_code == 400
    assert "lanternfish" not in browser.get("/entries").text


def test_nor_is_it_one_press_away_on_the_page_that_gives_them_back(town: Town) -> None:
    """Ana comes back to her tab after Otto has signed in, and presses whatever is offered."""
    browser = town.stranger
    sign_in(browser, "ana")
    words = browser.page("/entries/new").form("/entries/new").filled(body="The lanternfish.")
    sign_in(browser, "otto")
    told = browser.client.post("/entries/new", data=words, headers={"Origin": HERE})
    assert told.status_code == 400
    assert "The lanternfish." in told.text, "she can copy them"
    assert not [form for form in Page(told.text).forms if form.action == "/entries/new"]
    assert "somebody else has signed in" in told.text


def test_nor_when_the_next_account_has_just_been_locked(town: Town, clock) -> None:
    browser = town.stranger
    sign_in(browser, "ana")
    words = browser.page("/entries/new").form("/entries/new").filled(body="The lanternfish.")
    sign_in(browser, "otto")
    clock.shift(timedelta(minutes=20))
    late = browser.client.post("/entries/new", data=words)
    kept = (
        dict(Page(late.text).form("/sign-in").fields).get("kept", "")
        if late.status_code == 401
        else ""
    )
    back = browser.post("/sign-in", email=email("otto"), password=PASSWORD, kept=kept)
    assert "lanternfish" not in back.text


def test_every_sign_in_has_a_cookie_of_its_own_with_every_flag(town: Town) -> None:
    seen = set()
    for _ in range(3):
        browser = town.stranger
        answer = browser.post("/sign-in", email=email("ana"), password=PASSWORD)
        [line] = [
            line for line in answer.headers.getlist("Set-Cookie") if line.startswith("session=")
        ]
        for flag in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
            assert flag in line
        assert "Domain" not in line
        seen.add(browser.cookies["session"])
    assert len(seen) == 3
    assert all(len(cookie) == 43 for cookie in seen)


def test_what_one_flashes_or_finds_is_not_in_the_browsers_own_cookie(town: Town) -> None:
    """Flask's cookie is signed, not sealed: whoever holds the device reads it."""
    import base64
    import zlib

    town.ana.arrive(f"/entries/{town['private']}", f"/entries/{town['private']}/deletion")
    cookie = town.ana.cookies["browser"]
    compressed = cookie.startswith(".")
    payload = cookie.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    text = (zlib.decompress(raw) if compressed else raw).decode()
    assert "csrf_token" in text
    for word in ("Saffron", "lanternfish", "Wrenmeadow", "Tess", "@"):
        assert word not in text


def test_public_pages_that_may_be_kept_hold_nothing_of_anybody(town: Town) -> None:
    for rule in town.app.url_map.iter_rules():
        if audience_of(town.app, rule.endpoint) != "public" or rule.arguments:
            continue
        if "GET" not in (rule.methods or ()):
            continue
        answer = town.ana.get(rule.rule)
        if answer.headers["Cache-Control"] != "no-store":
            assert answer.data == town.stranger.get(rule.rule).data
            assert "Set-Cookie" not in answer.headers
