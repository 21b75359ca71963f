"""JSON lines on standard error: what happened to a route, and nothing of a person."""

import logging as stdlib
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

import structlog
from flask import Flask, Response, g, has_app_context, request

from journal.web import metrics

SOURCE = Path(__file__).parents[1]


class Lines(structlog.PrintLogger):
    """A line that finds no room is lost, but not the answer: logs lie on disks, which fill up."""

    def msg(self, message: str) -> None:
        """Print one line."""
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = msg


def register(app: Flask) -> None:
    """Log each answer: route template, method, status, milliseconds."""
    configure()
    app.before_request(_start)
    app.after_request(_answered)


def configure() -> None:
    """Send structlog to standard error and silence the servers' lines, which hold addresses."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: Lines(sys.stderr),
        cache_logger_on_first_use=False,
    )
    stdlib.getLogger("werkzeug").setLevel(stdlib.ERROR)


def failure(error: BaseException) -> str:
    """Log an unexpected error without its message; return the reference shown to the person.

    A message can quote a value (a parser does, a database driver does), so only the types and the
    places are kept.
    """
    reference = token_hex(4)
    structlog.get_logger().error(
        "failure", reference=reference, kinds=_kinds(error), places=_places(error), route=_route()
    )
    if has_app_context():
        g.error_reference = reference
    return reference


def _start() -> None:
    g.started = time.perf_counter()


def _answered(response: Response) -> Response:
    started = g.get("started", None)
    elapsed = 0.0 if started is None else time.perf_counter() - started
    route, method = _route(), request.method if request.method in METHODS else "other"
    metrics.answered(route, method, response.status_code, elapsed)
    structlog.get_logger().info(
        "answered",
        route=route,
        method=method,
        status=response.status_code,
        duration_ms=round(elapsed * 1000, 1),
    )
    return response


# The method is the client's own text, so only the known ones reach the log and the counts.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def _route() -> str:
    if not request:
        return "none"
    return request.url_rule.rule if request.url_rule else "unmatched"


def _kinds(error: BaseException) -> list[str]:
    kinds: list[str] = []
    step: BaseException | None = error
    while step is not None and len(kinds) < 5:
        kinds.append(type(step).__name__)
        step = step.__cause__ or step.__context__
    return kinds


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(SOURCE)) if path.is_relative_to(SOURCE) else path.name
