"""Addresses within this site, and nowhere else."""

from urllib.parse import urlsplit

from flask import request

from journal.core.errors import NotFound

MOST_LINES = 1_000_000


def safe_path(text: str | None) -> str | None:
    """Return the text when it is a path on this site, else None.

    A browser reads "//host" and "/\\\\host" as another site, and drops tabs and newlines first.
    """
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return None
    if any(ord(letter) <= 32 or 127 <= ord(letter) < 160 for letter in text):
        return None
    try:
        found = urlsplit(text)
    except ValueError:
        return None
    return None if found.scheme or found.netloc else text


def first() -> int:
    """Return how many lines of a list this request has left behind; NotFound for nonsense."""
    found = request.args.get("after", 0, type=int)
    if not 0 <= found <= MOST_LINES:
        raise NotFound
    return found


def here() -> str:
    """Return this request's path with its query."""
    return safe_path(request.full_path.rstrip("?")) or "/"
