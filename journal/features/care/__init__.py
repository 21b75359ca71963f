"""The care arc: medicine sessions, and what hangs from them."""

from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict

from journal.features.care import actions, desk_routes, medicine_session, queries, routes, words
from journal.web import cards, copies, happened, kinds, standing


def _nobody_writes_one(_posted: MultiDict[str, str]) -> dict[str, Any]:
    """Refuse: a patient's copy is her therapist's word, and comes from no form."""
    raise ValueError("a copy is not written by hand")


KIND = kinds.Kind(
    medicine_session.KIND,
    medicine_session.SCOPE,
    medicine_session.MedicineSession.load,
    _nobody_writes_one,
    medicine_session.PARTIAL,
)
COPIED = copies.Copied(
    medicine_session.KIND, medicine_session.MedicineSession.read, actions.keep_course
)
CARD = cards.Card("course", 1, queries.card, "care/_card.html")


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(KIND)
    copies.register(COPIED)
    cards.register(CARD)
    standing.register(queries.standing)
    happened.register("medicine sessions", queries.happened)
    app.add_template_filter(words.clock, "wall_clock")
    app.register_blueprint(routes.bp)
    app.register_blueprint(desk_routes.bp)
