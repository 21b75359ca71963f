"""CSRF secrets bound to the browser, without a time limit: a form may lie open for days."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_wtf import CSRFProtect

from journal.web.signed import Signed

FIELD, HEADER = "csrf_token", "X-CSRFToken"
SALT = "wtf-csrf-token"  # Flask-WTF's own, which reads what we sign


class OwnToken(CSRFProtect):  # type: ignore[misc]  # flask_wtf ships no types
    """Looks for a token where our pages put it."""

    def _get_csrf_token(self) -> str | None:
        # Flask-WTF looks through every field, and fails at a part that has no name.
        return request.form.get(FIELD) or request.headers.get(HEADER)


def signed_secret() -> str:
    """Return this browser's secret, signed for its forms: made once in a request."""
    if FIELD not in g:
        secret = session.setdefault(FIELD, secrets.token_hex(20))
        # Where Flask-WTF would keep its own.
        g.csrf_token = Signed(current_app.config["WTF_CSRF_SECRET_KEY"], salt=SALT).dumps(secret)
    made: str = g.csrf_token
    return made


def renew() -> None:
    """Give this browser another secret: pages that are still open in it can post no more."""
    session.pop(FIELD, None)
    g.pop(FIELD, None)


def spare(app: Flask, view: Callable[..., Any]) -> None:
    """Let a view be posted to without a token: what it does is in its address alone."""
    app.extensions["csrf"].exempt(view)


def register(app: Flask) -> None:
    """Refuse every unsafe request without the browser's own csrf_token."""
    OwnToken(app)
    # Flask-WTF gives its own to both: macros see the globals alone.
    app.context_processor(lambda: {FIELD: signed_secret})
    app.jinja_env.globals[FIELD] = signed_secret
