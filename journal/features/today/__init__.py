"""Where a patient is today."""

from flask import Flask

from journal.features.today import queries, routes
from journal.web import cards

LAST_WORDS = cards.Card(
    "last-words", 90, queries.last_words, "today/_last_words.html", part=cards.LAST
)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    cards.register(LAST_WORDS)
    app.register_blueprint(routes.bp)
