"""Screening and assessment: what a patient answers, and what a therapist makes of it."""

from flask import Flask

from journal.features.screening import (
    assessment,
    desk_queries,
    desk_routes,
    points,
    queries,
    routes,
    screening,
)
from journal.web import assessed, cards, copies, desk_sections, kinds

SCREENING = kinds.Kind(screening.KIND, screening.SCOPE, screening.Screening.load, screening.PARTIAL)
ASSESSMENT = kinds.Kind(
    assessment.KIND,
    screening.SCOPE,
    assessment.Assessment.load,
    assessment.PARTIAL,
)
COPIED = copies.Copied(assessment.KIND, assessment.Assessment.read)
ON_TODAY = cards.Card("screening", 8, queries.today, "screening/_today.html", part=cards.LINES)
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
