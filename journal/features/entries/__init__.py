"""Journal entries: written, found again, shared one by one."""

from flask import Flask

from journal.features.entries import draft_routes, routes, share_routes  # noqa: F401
from journal.features.entries.blueprint import bp
from journal.features.entries.entry import KIND
from journal.web import kinds


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(KIND)
    app.register_blueprint(bp)
