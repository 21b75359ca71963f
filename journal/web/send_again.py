"""A post that could not be taken just now: it comes back with what was typed and one button."""

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError

from journal.core.errors import Busy
from journal.web import audience, browsers, errors, late_post, login, origins

LOADED = "_login_user"  # where Flask-Login keeps whom it loaded
BUSY, OUT_OF_DATE, SHARED = "busy", "out of date", "shared"


def register(app: Flask) -> None:
    """Answer what trying again mends with the words, where they may be shown."""
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(OperationalError, _database_busy)
    app.register_error_handler(CSRFError, _out_of_date)


def _busy(error: Busy) -> Response:
    return _carrying(errors.busy(error), BUSY)


def _database_busy(error: OperationalError) -> Response:
    return _carrying(errors.database_busy(error), BUSY)


def _out_of_date(error: CSRFError) -> Response:
    answer = errors.http(error)
    # The post was refused before anybody asked whose it is. Where others have signed in as well, a
    # button would bring the words of who left this tab open into the account that is open now.
    why = SHARED if browsers.is_shared() else OUT_OF_DATE
    return _carrying(answer, why) if current_user.is_authenticated else answer


def _carrying(answer: Response, why: str) -> Response:
    """Put the page that sends the post again in the place of an answer that would lose it.

    Only for a post that says a page of this site sent it: what another site's page made this
    browser post must never come back one press away from being done.
    """
    late = late_post.of_request()
    who = audience.audience_of(current_app, request.endpoint) if request.endpoint else "public"
    if request.method != "POST" or who == "public" or not origins.sent_from_here():
        return answer
    if not late.fields or not _somebody_is_signed_in():
        return answer
    # Rendered as for nobody: asking a busy database who this is would wait, and fail, again.
    g.pop(LOADED, None)
    g.setdefault(LOADED, AnonymousUserMixin())
    page = make_response(
        render_template("errors/send_again.html", late=late, why=why), answer.status_code
    )
    if "Retry-After" in answer.headers:
        page.headers["Retry-After"] = answer.headers["Retry-After"]
    return page


def _somebody_is_signed_in() -> bool:
    if LOADED in g:
        return bool(current_user.is_authenticated)
    # The database was too busy to say whose session this is: its own browser may see its words.
    return login.session_cookie() is not None
