"""Medicines with their changes, doses and the days between, own use, and a check of the body."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from journal.features.medications import brief, checking, courses, pieces, queries
from journal.features.medications import list_routes as list_routes
from journal.features.medications import routes as routes
from journal.features.medications.blueprint import bp
from journal.features.medications.sorts import SORTS
from journal.web import briefs, cards, due, happened, kinds, shared_pages

KINDS = tuple(sort.kind for sort in SORTS.values())
CARD = cards.Card("medications", 40, queries.card, "medications/_card.html", place=cards.COURSE)
SHARED = shared_pages.SharedPage(
    pieces.SCOPE,
    _l("Medicines"),
    _l("What they take and how it changed, what they took outside the clinic, how their body is."),
    _l("Nothing here so far"),
)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    for kind in KINDS:
        kinds.register(kind)
    briefs.register(brief.PART)
    cards.register(CARD)
    shared_pages.register(SHARED)
    happened.register("medicines", queries.happened, queries.happened_shared)
    due.register("medications", checking.ties)
    app.jinja_env.globals["medicine_changes"] = courses.changes_in
    app.jinja_env.globals["medicine_words"] = pieces.WHATS
    app.register_blueprint(bp)
