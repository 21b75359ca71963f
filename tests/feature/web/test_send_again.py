"""A post that meets a busy machine, or a browser that lost its cookie: the words come back."""

import re

import pytest

from tests.feature.web.conftest import PROBLEMS

HERE = {"Origin": "http://127.0.0.1:8000"}
WORDS = "It came back while I was washing up."


@pytest.fixture(params=["busy", "locked"])
def overloaded(app, monkeypatch, request):
    """Make the patient's page raise what an overloaded machine raises."""

    def fail():
        raise PROBLEMS[request.param]()

    monkeypatch.setitem(app.view_functions, "probe.patient", _marked_like(app, fail))


def _marked_like(app, view):
    view.audience = app.view_functions["probe.patient"].audience
    return view


def post(browser, csrf, headers=HERE, **fields):
    form = {"csrf_token": csrf(browser), "body": WORDS, "password": "hunter2 again", **fields}
    return browser.post("/probe/patient?from=list", data=form, headers=headers)


def test_a_busy_machine_gives_the_words_back_with_one_button(ana, csrf, overloaded):
    answer = post(ana, csrf)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'action="/probe/patient?from=list"' in answer.text
    assert f'name="body" value="{WORDS}"' in answer.text
    assert "hunter2" not in answer.text


def test_the_button_sends_them_once_the_machine_has_time(app, ana, csrf, monkeypatch):
    with monkeypatch.context() as busy:

        def fail():
            raise PROBLEMS["busy"]()

        busy.setitem(app.view_functions, "probe.patient", _marked_like(app, fail))
        page = post(ana, csrf).text
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    saved = ana.post("/probe/patient", data={"csrf_token": fresh, "body": WORDS}, headers=HERE)
    assert saved.text == WORDS


def test_a_machine_too_busy_to_resume_the_session_still_gives_them_back(ana, csrf, monkeypatch):
    held = csrf(ana)

    def fail(*_args, **_options):
        raise PROBLEMS["locked"]()

    monkeypatch.setattr("journal.core.sessions.resume", fail)
    form = {"csrf_token": held, "body": WORDS}
    answer = ana.post("/probe/patient", data=form, headers=HERE)
    assert (answer.status_code, WORDS in answer.text) == (503, True)


def test_a_page_that_is_only_read_says_nothing_of_words(ana, overloaded):
    answer = ana.get("/probe/patient", headers=HERE)
    assert (answer.status_code, "<form" in answer.text) == (503, False)


def test_a_lost_browser_cookie_gives_the_words_back(ana, csrf):
    held = csrf(ana)
    ana.delete_cookie("browser", domain="127.0.0.1")
    form = {"csrf_token": held, "body": WORDS}
    page = ana.post("/probe/patient", data=form, headers=HERE)
    assert page.status_code == 400
    assert WORDS in page.text
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    saved = ana.post("/probe/patient", data={"csrf_token": fresh, "body": WORDS}, headers=HERE)
    assert saved.text == WORDS


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_what_another_site_posts_never_comes_back_ready_to_send(ana, headers):
    answer = ana.post("/probe/patient", data={"body": WORDS}, headers=headers)
    assert answer.status_code == 400
    assert "washing" not in answer.text
    assert "<form" not in answer.text


def test_a_stranger_gets_the_plain_page(stranger, csrf):
    answer = stranger.post("/probe/public", data={"body": WORDS}, headers=HERE)
    assert (answer.status_code, "washing" in answer.text) == (400, False)


def test_without_a_living_session_a_lost_cookie_shows_the_plain_page(ana, csrf, end_session):
    end_session(ana)
    answer = ana.post("/probe/patient", data={"body": WORDS}, headers=HERE)
    assert (answer.status_code, "washing" in answer.text) == (400, False)
