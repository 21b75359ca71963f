"""Preparing for a session: what to expect, what to see to, and intentions."""

from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict

from journal.features.preparation import forms, intention, preparation, queries, routes
from journal.features.preparation import intention_routes as intention_routes
from journal.web import cards, kinds


def parse_steps(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Read a posted list to a record's content; ValueError with words for it."""
    named = forms.session_named(fields.get("session"))
    said = forms.read_steps(fields, named.hex if named else "")
    if wrong := forms.too_much(said):
        raise ValueError(wrong)
    return said.dump()


def parse_intention(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Read a posted intention to a record's content; ValueError with words for it."""
    form = forms.IntentionForm(fields, meta={"csrf": False})
    form.audience.choices = forms.UNNAMED
    if not form.validate():
        raise ValueError(" ".join(text for texts in form.errors.values() for text in texts))
    named = forms.session_named(form.session.data)
    return form.intention(named.hex if named else "").dump()


PREPARATION = kinds.Kind(
    preparation.KIND,
    preparation.SCOPE,
    preparation.Preparation.load,
    parse_steps,
    preparation.PARTIAL,
)
INTENTION = kinds.Kind(
    intention.KIND,
    intention.PRIVATE,
    intention.Intention.load,
    parse_intention,
    intention.PARTIAL,
)
BEFORE = cards.Card("preparation", 5, queries.before_card, "preparation/_before.html")
AFTER = cards.Card("intentions", 6, queries.after_card, "preparation/_after.html")
ON_COURSE = cards.Card(
    "preparation-course", 20, queries.course_card, "preparation/_card.html", place=cards.COURSE
)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(PREPARATION)
    kinds.register(INTENTION)
    for card in (BEFORE, AFTER, ON_COURSE):
        cards.register(card)
    app.jinja_env.globals["preparation_steps"] = preparation.STEPS
    app.register_blueprint(routes.bp)
