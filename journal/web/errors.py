"""What went wrong, as a page that says what to do next."""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import cast

import structlog
from flask import Flask, Response, current_app, flash, g, make_response, redirect, render_template
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from journal import db
from journal.core import errors as core
from journal.web import filters, logging, metrics
from journal.web.parts import parts

PAGES = frozenset({400, 405, 413, 429, 500, 503})
ELSE = 405  # its words fit whatever else can't be done
BUSY_SECONDS = 5


def register(app: Flask) -> None:
    """Give each error of the core, and each HTTP error, its page."""
    app.extensions["journal.not_found"] = cache(lambda: _bare("errors/404.html").encode())
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(InternalServerError, _failed)
    app.register_error_handler(core.NotFound, _not_found)
    app.register_error_handler(core.Throttled, _throttled)
    app.register_error_handler(core.Damaged, _damaged)
    app.register_error_handler(core.ReaderKeyChanged, _reader_key_changed)
    app.register_error_handler(core.OwnKeyChanged, _own_key_changed)
    app.register_error_handler(core.ConsentNamesOthers, _consent_names_others)
    app.register_error_handler(core.IsLeaving, _is_leaving)


def page(status: int, template: str = "", **facts: object) -> Response:
    """Render an error page that depends on nothing of the request."""
    return make_response(_bare(template or f"errors/{status}.html", **facts), status)


def _not_found(_error: Exception) -> Response:
    """Answer the same bytes for what is missing, not yours, or not for your role.

    Rendered once an application, outside any request, so that nothing can make it differ.
    """
    _roll_back()
    bytes_of_page = cast(Callable[[], bytes], current_app.extensions["journal.not_found"])
    return Response(bytes_of_page(), 404, content_type="text/html; charset=utf-8")


def http(error: HTTPException) -> Response:
    """Answer an HTTP error with its page."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.NOT_FOUND:
        return _not_found(error)
    _roll_back()
    answer = page(status, f"errors/{status if status in PAGES else ELSE}.html")
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _throttled(error: core.Throttled) -> Response:
    _roll_back()
    answer = page(429, wait=filters.duration(minutes_of(error)))
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def minutes_of(error: core.Throttled) -> int:
    """Return the time to wait in whole minutes, rounded up."""
    return max(1, -(-error.retry_after // 60))


def busy(_error: core.Busy) -> Response:
    """Answer 503 and say when to come back."""
    _roll_back()
    answer = page(503)
    answer.headers["Retry-After"] = str(BUSY_SECONDS)
    return answer


def database_busy(error: OperationalError) -> Response:
    """Log what the database said, and answer 503."""
    metrics.database_busy.inc()
    # A lock waited for in vain, or a database that restarts: the same post may work in a moment.
    logging.failure(error)
    return busy(core.Busy())


def _damaged(_error: core.Damaged) -> Response:
    """Answer 409: what is stored does not match its seal, and trying again won't mend it."""
    _roll_back()
    structlog.get_logger().error("damaged")
    return page(409, "errors/damaged.html")


def _reader_key_changed(error: core.ReaderKeyChanged) -> Response:
    """Answer 409: nothing goes to keys that are not the therapist's; the page says what to do."""
    _roll_back()
    structlog.get_logger().error("reader_key_changed")
    facts = {"name": error.reader_name, "grant_id": error.grant_id}
    return page(409, "errors/reader_key_changed.html", **facts)


def _own_key_changed(_error: core.OwnKeyChanged) -> Response:
    """Answer 409 to who has the right password for an account whose public keys were swapped."""
    _roll_back()
    structlog.get_logger().error("own_key_changed")
    return page(409, "errors/own_key_changed.html")


def _consent_names_others(error: core.ConsentNamesOthers) -> Response:
    """Answer 409: the patient was told keys that were never this therapist's."""
    _roll_back()
    structlog.get_logger().error("consent_names_others")
    return page(409, "errors/consent_names_others.html", name=error.patient_name)


def _is_leaving(_error: core.IsLeaving) -> Response:
    """Lead to the page on which leaving can be taken back, and say why."""
    _roll_back()
    flash(_("While you are leaving you can’t share or invite. If you stay, try it again."), "wrong")
    return make_response(redirect("/account/leaving", 303))


def _failed(_error: InternalServerError) -> Response:
    _roll_back()
    return page(500, reference=g.get("error_reference", ""))


def _roll_back() -> None:
    if "database_session" in g:
        db.session().rollback()


def _bare(template: str, **facts: object) -> str:
    """Render outside the request: nobody is signed in there and no cookie is read."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    with app.app_context(), app.test_request_context("/", base_url=parts().settings.base_url):
        return render_template(template, **facts)
