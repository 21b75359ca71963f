"""Signing up, signing in, recovery, and the account's own page."""

from flask import Flask

from journal.features.accounts import account_routes as account_routes
from journal.features.accounts import before_routes as before_routes
from journal.features.accounts import idle_lock, leaving_notice
from journal.features.accounts import invitation_routes as invitation_routes
from journal.features.accounts import key_routes as key_routes
from journal.features.accounts import leaving_routes as leaving_routes
from journal.features.accounts import older_routes as older_routes
from journal.features.accounts.routes import bp


def register(app: Flask) -> None:
    """Add this feature to the app."""
    idle_lock.register(app)
    leaving_notice.register(app)
    # The other modules of routes hung theirs on it when they were imported above.
    app.register_blueprint(bp)
