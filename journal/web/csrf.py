"""CSRF secrets bound to the browser, without a time limit: a form may lie open for days."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_wtf import CSRFProtect

FIELD, HEADER = "csrf_token", "X-CSRFToken"


class OwnToken(CSRFProtect):  # type: ignore[misc]  # flask_wtf ships no types
    """Looks for a token where our pages put it."""

    def _get_csrf_token(self) -> str | None:
        # Flask-WTF looks through every field, and fails at a part that has no name.
        return request.form.get(FIELD) or request.headers.get(HEADER)


def spare(app: Flask, view: Callable[..., Any]) -> None:
    """Let a view be posted to without a token: what it does is in its address alone."""
    app.extensions["csrf"].exempt(view)


def register(app: Flask) -> None:
    """Refuse every unsafe request without the browser's own csrf_token."""
    OwnToken(app)
