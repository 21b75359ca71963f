"""Browsers that were signed in before: a cookie that no stranger's guesses can close."""

from __future__ import annotations

import base64
import hmac
import secrets

from flask import Response, request

from journal.core import throttle
from journal.web.application import DAYS, cookie_name
from journal.web.parts import parts

LIFETIME = 400 * DAYS  # the longest that browsers keep a cookie
MOST_ADDRESSES = 4  # a family's tablet
NAME_BYTES = 16


def known(address: str) -> str:
    """Return this browser's random name if it was signed in at this address, else ""."""
    name, marks = _read()
    return name if name and _is_among(marks, name, address) else ""


def changes_hands(address: str) -> bool:
    """Tell whether the last to sign in with this browser did so at another address."""
    name, marks = _read()
    return bool(marks) and not _is_among(marks[:1], name, address)


def is_shared() -> bool:
    """Tell whether more than one address was signed in with this browser, as far as it knows."""
    return len(_read()[1]) > 1


def remember(response: Response, address: str) -> Response:
    """Let this browser be known at the address from now on.

    The cookie holds a random name and keyed hashes: nothing of a person, and it signs nobody in.
    """
    name, marks = _read()
    name = name or secrets.token_urlsafe(NAME_BYTES)
    mark = _mark(name, address)
    kept = [mark, *(one for one in marks if one != mark)][:MOST_ADDRESSES]
    response.set_cookie(
        cookie_name(parts(), "known"),
        ".".join([name, *kept]),
        max_age=LIFETIME,
        secure=parts().settings.secure,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def _read() -> tuple[str, list[str]]:
    # Only ASCII: compare_digest refuses other text, and a cookie of ours has none.
    text = request.cookies.get(cookie_name(parts(), "known"), "")
    name, *marks = text.split(".") if text.isascii() else [""]
    return name[:64], marks[:MOST_ADDRESSES]


def _is_among(marks: list[str], name: str, address: str) -> bool:
    ours = [_mark(name, address, version) for version in parts().site_key.versions]
    return any(hmac.compare_digest(mark, one) for mark in ours for one in marks)


def _mark(name: str, address: str, version: int | None = None) -> str:
    mark = throttle.browser_mark(parts().site_key, name, address, version)
    return base64.urlsafe_b64encode(mark).decode().rstrip("=")
