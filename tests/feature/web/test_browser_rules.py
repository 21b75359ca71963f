"""What the answers tell a browser to load, to keep and to send back."""

import json
from dataclasses import replace

import pytest
from flask import Flask

from journal import create_app
from journal.config import Settings
from journal.web.application import make_application

WORDS = "heron " * 3


def cookies_of(answer):
    return answer.headers.getlist("Set-Cookie")


def test_every_answer_forbids_inline_code_other_sites_and_keeping(ana, stranger):
    for browser, path in ((ana, "/probe/patient"), (stranger, "/probe/public"), (ana, "/none")):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "microphone=(self)" in headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in headers


def test_on_this_machine_the_cookies_have_plain_names(stranger, csrf):
    (browser_cookie,) = cookies_of(stranger.get("/probe/public"))
    assert browser_cookie.startswith("browser=")
    assert "HttpOnly" in browser_cookie
    assert "SameSite=Lax" in browser_cookie
    assert "Secure" not in browser_cookie


def test_the_browsers_cookie_holds_the_csrf_secret_alone(ana):
    from flask import session

    with ana:
        ana.get("/probe/public")
        assert set(session) == {"csrf_token"}


def test_pages_behind_sign_in_are_never_compressed(ana):
    answer = ana.get("/probe/signed-in", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_public_page_that_repeats_nothing_is_compressed(stranger, coding):
    answer = stranger.get("/probe/public", headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_public_page_that_could_repeat_its_address_is_not_compressed(stranger):
    answer = stranger.get("/probe/public?next=/guess", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers


class TestOverHttps:
    @pytest.fixture
    def probe_settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"base_url": "https://journal.example"})

    def test_the_cookies_belong_to_this_host_alone(self, app, stranger, csrf):
        (browser_cookie,) = cookies_of(stranger.get("/probe/public"))
        assert browser_cookie.startswith("__Host-browser=")
        for wanted in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
            assert wanted in browser_cookie
        assert "Domain" not in browser_cookie

    def test_the_session_cookie_is_named_and_kept_the_same_way(self, ana):
        cookie = ana.get_cookie("__Host-session", domain="journal.example")
        assert cookie.secure
        assert cookie.http_only
        assert cookie.same_site == "Lax"
        assert cookie.path == "/"
        assert ana.get("/probe/patient").status_code == 200

    def test_browsers_are_told_to_stay_on_https(self, stranger):
        assert "max-age=" in stranger.get("/probe/public").headers["Strict-Transport-Security"]

    def test_only_the_https_origin_may_post(self, stranger, csrf):
        form = {"csrf_token": csrf(stranger)}
        ours = stranger.post(
            "/probe/public", data=form, headers={"Origin": "https://journal.example"}
        )
        plain = stranger.post(
            "/probe/public", data=form, headers={"Origin": "http://journal.example"}
        )
        assert (ours.status_code, plain.status_code) == (200, 400)


def test_a_proxy_is_believed_only_when_it_is_declared(settings):
    from flask import request

    def address_seen(trusted: int) -> str | None:
        app = create_app(settings.model_copy(update={"trusted_proxies": trusted}))
        seen: list[str | None] = []
        app.before_request(lambda: seen.append(request.remote_addr))
        app.test_client().get("/healthz", headers={"X-Forwarded-For": "6.6.6.6, 192.0.2.7"})
        app.extensions["journal"].database.dispose()
        return seen[0]

    assert address_seen(0) == "127.0.0.1"
    assert address_seen(1) == "192.0.2.7"


def test_debug_mode_is_refused_outside_tests(app: Flask, settings, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    ours = app.extensions["journal"]
    serious = replace(ours, settings=settings.model_copy(update={"testing": False}))
    with pytest.raises(RuntimeError, match="Debug"):
        make_application("journal", serious)


def test_the_log_holds_routes_and_nothing_of_a_person(ana, capsys):
    ana.get("/probe/problem/missing?q=heron", headers={"User-Agent": "heron"})
    ana.open("/probe/patient", method="HERON")
    log = capsys.readouterr().err
    lines = [json.loads(line) for line in log.splitlines()]
    assert lines[0]["route"] == "/probe/problem/<name>"
    assert lines[0]["status"] == 404
    assert lines[0]["duration_ms"] >= 0
    assert "heron" not in log.lower()
    assert "127.0.0.1" not in log
