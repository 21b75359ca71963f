"""Preparing for a session: what to expect, what to see to, and intentions."""

from flask import Flask

from journal.features.preparation import brief, preparation, queries, routes
from journal.features.preparation import intention_routes as intention_routes
from journal.features.preparation.intending import INTENTION
from journal.web import briefs, cards, kinds

PREPARATION = kinds.Kind(
    preparation.KIND,
    preparation.SCOPE,
    preparation.Preparation.load,
    preparation.PARTIAL,
)
BEFORE = cards.Card(
    "preparation", 5, queries.before_card, "preparation/_before.html", part=cards.LINES
)
AFTER = cards.Card("intentions", 6, queries.after_card, "preparation/_after.html", part=cards.LINES)
ON_COURSE = cards.Card(
    "preparation-course", 20, queries.course_card, "preparation/_card.html", place=cards.COURSE
)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(PREPARATION)
    kinds.register(INTENTION.kind)
    briefs.register(brief.PART)
    for card in (BEFORE, AFTER, ON_COURSE):
        cards.register(card)
    app.jinja_env.globals["preparation_steps"] = preparation.STEPS
    app.register_blueprint(routes.bp)
