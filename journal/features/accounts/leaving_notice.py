"""Tells each page of somebody who is leaving until when they can stay."""

from flask import Flask
from flask_login import current_user

from journal import db
from journal.core import leaving
from journal.core.leaving import Pending


def register(app: Flask) -> None:
    """Give the layouts a question; pages without a layout of somebody signed in don't ask it."""
    app.context_processor(lambda: {"leaving_soon": _leaving_soon})


def _leaving_soon() -> Pending | None:
    if not current_user.is_authenticated:
        return None
    return leaving.pending(db.session(), current_user.account_id)
