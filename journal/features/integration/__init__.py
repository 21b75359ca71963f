"""The time after a medicine session: the soft window, prompts, after-effects, what stays."""

from flask import Flask

from journal.features.integration import later, later_routes  # noqa: F401 - routes
from journal.features.integration.blueprint import bp
from journal.web import cards

LATER = cards.Card("later", 4, later.card, "integration/_later_card.html")


def register(app: Flask) -> None:
    """Add this feature to the app."""
    cards.register(LATER)
    app.register_blueprint(bp)
