"""An app with one page for each audience, and people who are signed in."""

from collections.abc import Callable, Iterator

import pytest
from flask import Blueprint, Flask, abort, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from journal import clock, create_app
from journal.config import Settings
from journal.core import accounts, sessions
from journal.core.errors import Busy, Damaged, NotFound, Throttled
from journal.web import late_post
from journal.web.audience import audience
from journal.web.login import sign_in, sign_out
from journal.web.parts import parts

PASSWORD = "four slow herons wading"
PROBLEMS: dict[str, Callable[[], Exception]] = {
    "missing": lambda: NotFound("not yours"),
    "throttled": lambda: Throttled(90),
    "busy": Busy,
    "damaged": Damaged,
    "locked": lambda: OperationalError("SELECT heron", {}, OSError("database is locked")),
    "broken": lambda: ValueError("the heron said hello"),
}

bp = Blueprint("probe", __name__, url_prefix="/probe")


@bp.route("/public", methods=["GET", "POST"])
@audience("public")
def public() -> str:
    return render_template_string("<p>{{ 'heron ' * 200 }}</p><p>{{ csrf_token() }}</p>")


@bp.route("/signed-in")
@audience("signed-in")
def signed_in() -> str:
    return "heron " * 200


@bp.route("/patient", methods=["GET", "POST"])
@audience("patient")
def patient() -> str:
    return request.form.get("body", "for the patient")


@bp.route("/therapist", methods=["GET", "POST"])
@audience("therapist")
def therapist() -> str:
    return "for the therapist"


@bp.route("/forgotten")
def forgotten() -> str:
    return "nobody said who may see this"


@bp.route("/problem/<name>")
@audience("public")
def problem(name: str) -> str:
    if name == "conflict":
        abort(409)
    raise PROBLEMS[name]()


@bp.post("/signing-in/<name>")
@audience("public")
def signing_in(name: str):
    db = parts().database.session()
    site, now = parts().site_key, clock.now()
    root = accounts.unlock(db, site, email=f"{name}@example.org", password=PASSWORD, now=now)
    cookie, keyring = sessions.start(db, site, root, device="a phone", now=now)
    db.commit()
    db.close()
    response = late_post.give_back(keyring.account_id) or late_post.make_response("welcome")
    return sign_in(response, cookie)


@bp.post("/signing-out")
@audience("signed-in")
def signing_out():
    return sign_out(late_post.make_response("goodbye"))


@pytest.fixture
def probe_settings(settings: Settings) -> Settings:
    return settings


@pytest.fixture
def app(probe_settings: Settings) -> Iterator[Flask]:
    ours = create_app(probe_settings)
    ours.register_blueprint(bp)
    ours.config["PROPAGATE_EXCEPTIONS"] = False
    yield ours
    ours.extensions["journal"].database.dispose()


@pytest.fixture
def ana(app: Flask) -> FlaskClient:
    """A patient's browser, signed in."""
    return browser_of(app, "ana", "patient")


@pytest.fixture
def tess(app: Flask) -> FlaskClient:
    """A therapist's browser, signed in."""
    return browser_of(app, "tess", "therapist")


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser that nobody signed in with."""
    return app.test_client()


def browser_of(app: Flask, name: str, role: str) -> FlaskClient:
    ours = app.extensions["journal"]
    with ours.database.session() as db:
        accounts.create(
            db,
            ours.site_key,
            accounts.make_keys(ours.site_key, password=PASSWORD),
            role=role,
            email=f"{name}@example.org",
            name=name.title(),
            zone="Europe/Amsterdam",
            now=clock.now(),
        )
        db.commit()
    browser = app.test_client()
    answer = browser.post(f"/probe/signing-in/{name}", data={"csrf_token": token(browser)})
    assert answer.status_code == 200
    return browser


def token(browser: FlaskClient) -> str:
    """Return a CSRF token for this browser."""
    return browser.get("/probe/public").text.split("<p>")[2].removesuffix("</p>")


@pytest.fixture
def csrf() -> Callable[[FlaskClient], str]:
    return token


@pytest.fixture
def end_session(app: Flask) -> Callable[[FlaskClient], None]:
    """End the session of a browser on the server; the browser keeps its cookie."""

    def end(browser: FlaskClient) -> None:
        cookie = browser.get_cookie("session", domain="127.0.0.1")
        with app.extensions["journal"].database.session() as db:
            sessions.end(db, cookie.value)
            db.commit()

    return end
