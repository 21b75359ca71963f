"""Journal entries: written, found again, shared one by one."""

from flask import Flask

from journal.features.entries import arrivals, brief, draft_routes, routes, share_routes  # noqa: F401
from journal.features.entries.blueprint import bp
from journal.features.entries.entry import KIND
from journal.features.entries.leaf import NAME
from journal.web import briefs, inbox, kinds


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(KIND)
    briefs.register(brief.PART)
    inbox.register(NAME, arrivals.put)
    app.register_blueprint(bp)
