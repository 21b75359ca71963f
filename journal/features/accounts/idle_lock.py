"""Tells each page what it shows of the account itself: its idle lock, and an older database."""

from flask import Flask
from flask_login import current_user

from journal import db
from journal.core import accounts


def register(app: Flask) -> None:
    """Let the pages' own clock run as long as this person chose, not as long as the clinic did."""
    app.context_processor(_account)


def _account() -> dict[str, int | bool]:
    if not current_user.is_authenticated:
        return {}
    known = accounts.profile(db.session(), current_user.keyring)
    return {"idle_minutes": known.idle_minutes, "older_database": known.older}
