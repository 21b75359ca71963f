"""Discretion: what somebody looking over a shoulder sees."""

from flask import Flask

from journal.features.discretion import routes


def register(app: Flask) -> None:
    """Add this feature to the app."""
    app.register_blueprint(routes.bp)
