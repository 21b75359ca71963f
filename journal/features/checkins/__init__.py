"""Ten-second check-ins."""

from flask import Flask

from journal.features.checkins import brief, checkin, forms, numbers, queries, routes
from journal.web import briefs, cards, kinds, safety_rules

KIND = kinds.Kind(
    checkin.KIND,
    checkin.SCOPE,
    checkin.CheckIn.load,
    checkin.PARTIAL,
    forms.parse,
)
CARD = cards.Card("check-in", 10, queries.card, "checkins/_card.html")
WAY = cards.Card("check-ins-way", 62, queries.way, "checkins/_way.html", part=cards.WAYS)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(KIND)
    cards.register(CARD)
    cards.register(WAY)
    briefs.register(brief.PART)
    safety_rules.register(numbers.SOURCE)
    app.register_blueprint(routes.bp)
