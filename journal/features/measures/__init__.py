"""Measures: questionnaires that a clinic imports, two scales of our own, and their scores."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journal.core.records import Opened
from journal.db import session
from journal.features.measures import fhir, forms, queries, routes, shelf
from journal.features.measures.measure import COURSES, KIND, PARTIAL, SCOPE, Measure, finish
from journal.web import baseline, cards, kinds


def parse(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Read a whole posted questionnaire to a record's content; ValueError with words for it."""
    asked = shelf.by_hash(session(), fields.get("questionnaire", ""))
    if asked is None:
        raise ValueError("no such questionnaire")
    answers = forms.read_answers(asked, {name: fields.getlist(name) for name in fields})
    return finish(asked, answers).dump()


def documents(db: Session, record: Opened) -> Mapping[str, Mapping[str, Any]]:
    """Return a measure's files for other programs."""
    measure = Measure.load(record.content)
    return fhir.documents(record, shelf.by_hash(db, measure.questionnaire))


MEASURE = kinds.Kind(KIND, SCOPE, Measure.load, parse, PARTIAL, many=COURSES, documents=documents)
CARD = cards.Card("measures", 60, queries.card, "measures/_card.html")


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(MEASURE)
    cards.register(CARD)
    baseline.register(queries.never_finished)
    app.register_blueprint(routes.bp)
    app.jinja_env.globals["measure_of"] = lambda record: queries.shown(session(), record)
    app.jinja_env.globals["measure_courses"] = queries.courses
