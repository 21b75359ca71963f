"""What a patient shares, with whom, and who opened it."""

from flask import Flask

from journal.features.sharing import departures, routes
from journal.features.sharing import preview_measures as preview_measures
from journal.features.sharing import preview_routes as preview_routes
from journal.features.sharing import preview_shared as preview_shared
from journal.features.sharing import receipt_routes as receipt_routes
from journal.web import cards

SOMEBODY_LEFT = cards.Card("somebody-left", 5, departures.left, "sharing/_left.html")


def register(app: Flask) -> None:
    """Add this feature to the app."""
    cards.register(SOMEBODY_LEFT)
    app.register_blueprint(routes.bp)
