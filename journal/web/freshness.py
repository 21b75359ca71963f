"""A browser's own marks: by them its next sign-in tells whether the database is an older one."""

from __future__ import annotations

import base64
import binascii

from flask import Flask, Response, request
from flask_login import current_user
from sqlalchemy.exc import OperationalError

from journal import clock, db
from journal.core import freshness, heads
from journal.core.errors import Damaged
from journal.core.keyring import Keyring
from journal.web import logging
from journal.web.application import DAYS, cookie_name
from journal.web.audience import SAFE_METHODS
from journal.web.parts import parts

LIFETIME = 400 * DAYS  # the longest that browsers keep a cookie
MOST_ACCOUNTS = 4  # a family's tablet
LONGEST = 128  # letters of one mark


def register(app: Flask) -> None:
    """Let every answer to something written bring the browser's mark up to date."""
    app.after_request(_bring_up_to_date)


def meet(keyring: Keyring) -> str:
    """Compare this browser's mark with the database, commit; return the text of its next cookie.

    What is to be told then stands in the account's state until it is acknowledged.
    """
    session, given = db.session(), _marks()
    found = freshness.open_mark(keyring, given.values())
    mark, old = found or (None, b"")
    new = freshness.meet(session, keyring, mark, now=clock.now())
    session.commit()
    others = [text for text, sealed in given.items() if sealed != old]
    return ".".join([_text(new), *others][:MOST_ACCOUNTS])


def remember(response: Response, marks: str) -> Response:
    """Let this browser keep the marks: sealed for each account that was signed in here."""
    response.set_cookie(
        cookie_name(parts(), "seen"),
        marks,
        max_age=LIFETIME,
        secure=parts().settings.secure,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def met_the_log(keyring: Keyring) -> None:
    """Keep the ends of the logs as they were shown, and commit: they can't be cut off unseen."""
    session = db.session()
    try:
        heads.renew(session, keyring)
        session.commit()
    except OperationalError as error:
        # A full disk or a busy database must not close the page.
        session.rollback()
        logging.failure(error)


def _bring_up_to_date(response: Response) -> Response:
    written = request.method not in SAFE_METHODS and response.status_code < 400
    if not written or response.is_streamed or not current_user.is_authenticated:
        return response
    session, keyring = db.session(), current_user.keyring
    try:
        # What the view left uncommitted was not meant to stay.
        session.rollback()
        found = freshness.open_mark(keyring, _marks().values())
        if freshness.is_due(session, keyring, found and found[0], now=clock.now()):
            return remember(response, meet(keyring))
    except (Damaged, OperationalError) as error:
        # What was asked for is done and saved: a busy database must not make it look failed.
        session.rollback()
        logging.failure(error)
    return response


def _marks() -> dict[str, bytes]:
    """Each mark of the cookie, as it came and as bytes; what is none stands for nothing."""
    texts = request.cookies.get(cookie_name(parts(), "seen"), "").split(".")[:MOST_ACCOUNTS]
    return {text: sealed for text in texts if (sealed := _bytes(text))}


def _bytes(text: str) -> bytes:
    if len(text) > LONGEST:
        return b""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
