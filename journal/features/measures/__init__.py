"""Measures: questionnaires that a clinic imports, two scales of our own, and their scores."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from journal.core.records import Opened
from journal.db import session
from journal.features.measures import (
    brief,
    fhir,
    numbers,
    plan_routes,
    plans,
    queries,
    relief,
    routes,
    schedule,
    shelf,
)
from journal.features.measures.measure import COURSES, KIND, PARTIAL, SCOPE, Measure
from journal.features.measures.rules import RULES
from journal.web import baseline, briefs, cards, copies, desk_sections, due, kinds, safety_rules


def documents(db: Session, record: Opened) -> Mapping[str, Mapping[str, Any]]:
    """Return a measure's files for other programs."""
    measure = Measure.load(record.content)
    return fhir.documents(record, shelf.by_hash(db, measure.questionnaire))


MEASURE = kinds.Kind(KIND, SCOPE, Measure.load, PARTIAL, many=COURSES, documents=documents)
PLAN = kinds.Kind(plans.KIND, plans.CARE, plans.load, plans.PARTIAL)
SECTION = desk_sections.Section(
    "measure-plan", 40, plan_routes.section, "measures/_plan_section.html"
)
UNFINISHED = cards.Card("unfinished", 7, queries.card, "measures/_card.html", part=cards.LINES)
WAY = cards.Card("measures-way", 63, queries.way, "measures/_way.html", part=cards.WAYS)
RELIEF = cards.Card("relief", 12, relief.card, "measures/_relief_card.html")


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(MEASURE)
    safety_rules.register(numbers.SOURCE)
    cards.register(UNFINISHED)
    cards.register(WAY)
    cards.register(RELIEF)
    baseline.register(queries.never_finished)
    briefs.register(brief.PART)
    kinds.register(PLAN)
    copies.register(plans.COPIED)
    desk_sections.register(SECTION)
    due.register("measures", schedule.ties)
    app.register_blueprint(routes.bp)
    app.register_blueprint(plan_routes.bp)
    app.add_template_filter(lambda instrument: RULES[instrument].name, "measure_name")
    app.jinja_env.globals["measure_of"] = lambda record: queries.shown(session(), record)
    app.jinja_env.globals["measure_courses"] = queries.courses
