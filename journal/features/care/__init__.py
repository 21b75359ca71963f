"""The care arc: medicine sessions, and what hangs from them."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from journal.features.care import (
    actions,
    brief,
    desk_routes,
    due_routes,
    dues,
    glance,
    histories,
    history,
    medicine_session,
    phase_words,
    queries,
    record_words,
    routes,
    step_routes,
    words,
)
from journal.features.care import record_routes as record_routes
from journal.web import (
    briefs,
    cards,
    copies,
    desk_lines,
    desk_sections,
    due,
    exposures,
    happened,
    kinds,
    shared_pages,
    standing,
)

KIND = kinds.Kind(
    medicine_session.KIND,
    medicine_session.SCOPE,
    medicine_session.MedicineSession.load,
    medicine_session.PARTIAL,
    many="care/_record_many.html",
)
STEP = kinds.Kind(
    history.KIND,
    medicine_session.SCOPE,
    history.SaidStep.load,
    history.PARTIAL,
    many="care/_step_many.html",
)
STEP_COPIED = copies.Copied(history.KIND, history.SaidStep.read)
COPIED = copies.Copied(
    medicine_session.KIND, medicine_session.MedicineSession.read, actions.keep_course
)
SHARED = shared_pages.SharedPage(
    medicine_session.SCOPE,
    _l("Course of treatment"),
    _l("What they add about preparation, sessions and the time after them."),
    _l("Nothing here so far"),
)
GLANCE = desk_sections.Section(
    "where-it-stands", 50, glance.section, "care/_glance.html", urgent=True
)
CARD = cards.Card("course", 1, queries.card, "care/_card.html", part=cards.WHERE)
WHERE = cards.Card("where", 0, histories.card, "care/_where.html", cards.COURSE)
DUE = cards.Card("due", 3, dues.card, "care/_due.html", part=cards.LINES)
WAY = cards.Card("course-way", 61, queries.way, "care/_way.html", part=cards.WAYS)
COURSE_DUE = cards.Card("course-due", 1, dues.course_card, "care/_course_due.html", cards.COURSE)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    kinds.register(KIND)
    kinds.register(STEP)
    copies.register(COPIED)
    copies.register(STEP_COPIED)
    shared_pages.register(SHARED)
    desk_sections.register(GLANCE)
    desk_lines.register(glance.lines)
    briefs.told_by(brief.met, brief.due, brief.coming)
    for part in (brief.WHERE, brief.LAST):
        briefs.register(part)
    cards.register(CARD)
    cards.register(WHERE)
    cards.register(DUE)
    cards.register(WAY)
    cards.register(COURSE_DUE)
    due.computed_by(dues.now_and_next, dues.renew)
    standing.register(queries.standing)
    happened.register("medicine sessions", queries.happened, queries.happened_by_her_record)
    exposures.register("medicine sessions", queries.doses)
    app.add_template_filter(words.clock, "wall_clock")
    record_words.register(app)
    app.register_blueprint(routes.bp)
    app.register_blueprint(due_routes.bp)
    app.register_blueprint(desk_routes.bp)
    app.register_blueprint(step_routes.bp)
    app.jinja_env.globals["step_words"] = phase_words.STEPS
