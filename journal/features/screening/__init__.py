"""Screening and assessment: what a patient answers, and what a therapist makes of it."""

from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict

from journal.features.screening import (
    assessment,
    desk_queries,
    desk_routes,
    forms,
    points,
    queries,
    routes,
    screening,
)
from journal.web import assessed, cards, copies, desk_sections, kinds


def parse(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Read a whole posted screening to a record's content; ValueError with words for it."""
    form = forms.ScreeningForm(fields, meta={"csrf": False})
    if not form.validate() or form.refuse_open():
        raise ValueError(" ".join(text for texts in form.errors.values() for text in texts))
    return form.screening(done=True).dump()


def _nobody_writes_one(_posted: MultiDict[str, str]) -> dict[str, Any]:
    """Refuse: a patient's copy is her therapist's word, and comes from no form."""
    raise ValueError("a copy is not written by hand")


SCREENING = kinds.Kind(
    screening.KIND, screening.SCOPE, screening.Screening.load, parse, screening.PARTIAL
)
ASSESSMENT = kinds.Kind(
    assessment.KIND,
    screening.SCOPE,
    assessment.Assessment.load,
    _nobody_writes_one,
    assessment.PARTIAL,
)
COPIED = copies.Copied(assessment.KIND, assessment.Assessment.read)
ON_TODAY = cards.Card("screening", 8, queries.today, "screening/_today.html")
ON_COURSE = cards.Card(
    "screening-course", 10, queries.card, "screening/_card.html", place=cards.COURSE
)
SECTION = desk_sections.Section("assessment", 10, desk_queries.section, "screening/_section.html")


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(SCREENING)
    kinds.register(ASSESSMENT)
    copies.register(COPIED)
    cards.register(ON_TODAY)
    cards.register(ON_COURSE)
    desk_sections.register(SECTION)
    assessed.register(desk_queries.assessed)
    app.jinja_env.globals["screening_points"] = points.POINTS
    app.jinja_env.globals["screening_answers"] = points.ANSWERS
    app.jinja_env.globals["assessment_found"] = assessment.FOUND
    app.jinja_env.globals["assessment_outcomes"] = assessment.OUTCOME_WORDS
    app.register_blueprint(routes.bp)
    app.register_blueprint(desk_routes.bp)
