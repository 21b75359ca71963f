"""Reminders: when a patient wants to be told to look in, and through what."""

from flask import Flask

from journal.features.reminders.public_routes import public
from journal.features.reminders.public_routes import stop as stop
from journal.features.reminders.routes import bp
from journal.web import csrf


def register(app: Flask) -> None:
    """Add this feature to the app."""
    app.register_blueprint(bp)
    app.register_blueprint(public)
    # A mail program that unsubscribes for somebody has none of our pages open (RFC 8058).
    csrf.spare(app, stop)
