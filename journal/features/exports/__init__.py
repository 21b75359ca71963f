"""Everything of one's own in one file."""

from flask import Flask

from journal.features.exports import routes


def register(app: Flask) -> None:
    """Add this feature to the app."""
    app.register_blueprint(routes.bp)
