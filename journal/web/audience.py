"""Deny by default: a view without a declared audience answers nobody."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from journal.web import late_post, paths

Audience = Literal["public", "signed-in", "patient", "therapist"]
View = TypeVar("View", bound=Callable[..., Any])

MARK = "audience"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def audience(who: Audience) -> Callable[[View], View]:
    """Declare who a view answers; stands under the route decorator."""

    def mark(view: View) -> View:
        setattr(view, MARK, who)
        return view

    return mark


def register(app: Flask) -> None:
    """Ask every request's view for its audience before it runs."""
    app.before_request(_admit)


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """Return the audience that an endpoint declares, None when it declares none."""
    return getattr(app.view_functions[endpoint], MARK, None)


def _admit() -> Response | None:
    if request.endpoint is None:
        return None  # no view will run: the router answers 404 or 405
    who = audience_of(current_app, request.endpoint)
    if who == "public":
        return None
    if who is None:
        abort(404)
    if not current_user.is_authenticated:
        return _sign_in_first()
    if who not in ("signed-in", current_user.role):
        abort(404)
    return None


def _sign_in_first() -> Response:
    if request.method not in SAFE_METHODS:
        return late_post.answer()
    return redirect(url_for("accounts.sign_in", next=paths.here()), 303)
