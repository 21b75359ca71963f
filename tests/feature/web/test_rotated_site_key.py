"""The site key gets another version while pages are open, and later the older one is dropped."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from journal import db, instance
from journal.core.models import Session
from journal.core.site import SiteKey
from journal.web import browsers
from tests.feature.web.test_late_posts import kept_in, post_late, sign_in


@pytest.fixture
def change(settings):
    """What changes the site key under the running app."""

    def changed(how) -> SiteKey:
        site = how(instance.read_site_key(settings))
        instance.replace_secret(settings.site_key_file, site.render())
        return site

    return changed


def post(browser: FlaskClient, token: str) -> int:
    return browser.post("/probe/patient", data={"csrf_token": token, "body": "words"}).status_code


def test_ana_stays_signed_in_and_her_open_form_is_taken(ana, app, csrf, change):
    open_form = csrf(ana)
    change(SiteKey.rotate)
    assert post(ana, open_form) == 200
    with app.extensions["journal"].database.session() as store:
        assert list(store.scalars(select(Session.site_version))) == [2], "carried over by her visit"
    newer_form = csrf(ana)
    change(SiteKey.without_older)
    assert post(ana, newer_form) == 200


def test_the_browsers_own_cookie_is_signed_anew_once(stranger, csrf, change):
    before = csrf(stranger)
    change(SiteKey.rotate)
    first, second = stranger.get("/probe/public"), stranger.get("/probe/public")
    assert [len(answer.headers.getlist("Set-Cookie")) for answer in (first, second)] == [1, 0]
    change(SiteKey.without_older)
    assert csrf(stranger)
    assert stranger.post("/probe/public", data={"csrf_token": before}).status_code == 400
    assert stranger.post("/probe/public", data={"csrf_token": csrf(stranger)}).status_code == 200


def test_who_holds_the_dropped_key_can_forge_no_browser(app, stranger, csrf, change):
    older = app.secret_key
    change(SiteKey.rotate)
    change(SiteKey.without_older)
    stranger.get("/probe/public")
    config = app.config
    assert older not in [app.secret_key, *config["SECRET_KEY_FALLBACKS"]]
    assert older not in config["WTF_CSRF_SECRET_KEY"]


def test_words_typed_before_come_back_after(ana, csrf, end_session, change):
    kept = kept_in(post_late(ana, csrf, end_session))
    change(SiteKey.rotate)
    assert "washing up" in sign_in(ana, csrf, "ana", kept).text


def test_a_node_that_only_prepared_it_takes_what_another_signed(ana, csrf, change):
    prepared = change(SiteKey.prepare)
    assert post(ana, csrf(ana)) == 200
    change(lambda site: site.put_in_use())
    theirs = csrf(ana)
    change(lambda _: prepared)
    assert post(ana, theirs) == 200


def test_a_known_browser_stays_known(app, change):
    address = "ana@example.org"
    with app.test_request_context("/"):
        made = browsers.remember(app.make_response(""), address)
    cookie = made.headers["Set-Cookie"].split(";")[0]
    change(SiteKey.rotate)
    with app.test_request_context("/", headers={"Cookie": cookie}):
        assert browsers.known(address)
        assert not browsers.known("otto@example.org")
    change(SiteKey.without_older)
    with app.test_request_context("/", headers={"Cookie": cookie}):
        assert not browsers.known(address)
        db.session().rollback()
