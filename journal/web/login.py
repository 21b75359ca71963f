"""Who is signed in: the session cookie resumed into a keyring, through Flask-Login."""

from typing import Literal
from uuid import UUID

from flask import Flask, Request, Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user

from journal import clock, db
from journal.core import sessions
from journal.core.errors import SessionEnded
from journal.core.keyring import Keyring
from journal.web.application import cookie_name
from journal.web.origins import SAFE_METHODS
from journal.web.parts import parts

LIFETIME = 12 * 60 * 60  # seconds; the core ends a session earlier when it is idle


class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login ships no types
    """One signed-in account, as routes and templates see it through current_user."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    @property
    def role(self) -> Literal["patient", "therapist"]:
        """Say which half of the journal this account sees."""
        return self.keyring.role

    @property
    def account_id(self) -> UUID:
        """Return the account's id."""
        return self.keyring.account_id

    def get_id(self) -> str:
        """Return what Flask-Login calls an account."""
        return str(self.account_id)


class OwnCookie(LoginManager):  # type: ignore[misc]  # flask_login ships no types
    """Flask-Login without its own cookies: they would have to hold something of a person."""

    session_protection = None

    def _update_remember_cookie(self, response: Response) -> Response:
        # It would read Flask's cookie on every answer, which makes each one vary by cookie.
        return response


def register(app: Flask) -> None:
    """Let current_user be the account that the session cookie opens."""
    # Any request may carry a cookie of the default name, and that would hide our own.
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-never-set"
    manager = OwnCookie()
    # Flask-Login's constructor sets it on the instance, where it would win over the class.
    manager.session_protection = None
    manager.request_loader(_resume)
    manager.init_app(app)


def keyring() -> Keyring:
    """Return the keyring of the signed-in account; only behind an audience that signs in."""
    signed_in: SignedIn = current_user
    return signed_in.keyring


def session_cookie() -> str | None:
    """Return the session cookie that this request carries, live or ended."""
    return _cookie_of(request)


def ended_account() -> UUID | None:
    """Return whose session this request's cookie was, when it has ended and that is known."""
    account: UUID | None = g.get("ended_account", None)
    return account


def sign_in(response: Response, cookie_secret: str) -> Response:
    """Put the session cookie on the answer and lengthen the life of the browser's own."""
    response.set_cookie(
        cookie_name(parts(), "session"),
        cookie_secret,
        max_age=LIFETIME,
        secure=parts().settings.secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    session.modified = True
    return response


def sign_out(response: Response) -> Response:
    """Take the session cookie away and let the browser forget the pages it kept."""
    response.delete_cookie(
        cookie_name(parts(), "session"),
        secure=parts().settings.secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _resume(incoming: Request) -> SignedIn | None:
    cookie = _cookie_of(incoming)
    if not cookie:
        return None
    try:
        reading = incoming.method in SAFE_METHODS
        keyring = sessions.resume(
            db.session(), parts().site_key, cookie, now=clock.now(), reading=reading
        )
        return SignedIn(keyring)
    except SessionEnded as ended:
        g.ended_account = ended.account_id
        return None


def _cookie_of(incoming: Request) -> str | None:
    return incoming.cookies.get(cookie_name(parts(), "session"))
