"""Check-ins as pictures and tables."""

from flask import Flask

from journal.features.trends import routes


def register(app: Flask) -> None:
    """Add this feature to the app."""
    app.register_blueprint(routes.bp)
