"""What a patient shares, with whom, and who opened it."""

from flask import Flask

from journal.features.sharing import preview_routes as preview_routes
from journal.features.sharing import receipt_routes as receipt_routes
from journal.features.sharing import routes


def register(app: Flask) -> None:
    """Add this feature to the app."""
    app.register_blueprint(routes.bp)
