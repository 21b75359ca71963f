"""Tells each page after how many idle minutes this person's devices lock."""

from flask import Flask
from flask_login import current_user

from journal import db
from journal.core import accounts


def register(app: Flask) -> None:
    """Let the pages' own clock run as long as this person chose, not as long as the clinic did."""
    app.context_processor(_idle_minutes)


def _idle_minutes() -> dict[str, int]:
    if not current_user.is_authenticated:
        return {}
    return {"idle_minutes": accounts.profile(db.session(), current_user.keyring).idle_minutes}
