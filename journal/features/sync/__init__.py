"""Phones that write while nobody is signed in: enrolling one, taking what it sends."""

from flask import Flask

from journal.features.sync import item_routes, phone_routes, queries
from journal.web import cards

CARD = cards.Card("phone", 5, queries.card, "sync/_card.html")


def register(app: Flask) -> None:
    """Add this feature to the app."""
    cards.register(CARD)
    app.jinja_env.globals["phone_name"] = queries.phone_name
    app.jinja_env.globals["phone_ids"] = queries.phone_ids
    app.register_blueprint(phone_routes.bp)
    app.register_blueprint(item_routes.bp)
    # A phone's request reads no cookie, so no other site's page can use what a browser holds.
    app.extensions["csrf"].exempt(item_routes.bp)
