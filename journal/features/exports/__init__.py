"""Everything of one's own in one file."""

from flask import Flask

from journal.features.exports import places, routes


def register(app: Flask) -> None:
    """Add this feature to the app."""
    places.register(app)
    app.register_blueprint(routes.bp)
