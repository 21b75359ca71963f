"""Fill in a questionnaire, put it aside, go on, and look at what came of it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from journal import clock
from journal.core import records
from journal.db import session
from journal.features.measures import actions, filling, plans, queries, shelf
from journal.features.measures.measure import KIND, Measure
from journal.web import readers, safety_rules
from journal.web.audience import audience
from journal.web.login import keyring
from journal.web.notices import offer_undo
from journal.web.soft_window import can_undo

bp = Blueprint("measures", __name__)


@bp.get("/measures")
@audience("patient")
def index() -> str:
    """Show what can be filled in, what was put aside, and each course."""
    db = session()
    return render_template(
        "measures/index.html",
        chosen=plans.chosen(db, keyring(), clock.now()),
        offered=shelf.offered(db),
        unfinished=queries.unfinished(db, keyring()),
        found=queries.finished(db, keyring()),
    )


@bp.get("/measures/<instrument>/new")
@audience("patient")
def new(instrument: str) -> str:
    """Show a page of the questionnaire, empty or with what was put aside."""
    sheet = filling.open_(session(), keyring(), instrument, request.args)
    return sheet.render(clock.now())


@bp.post("/measures/<instrument>/new")
@audience("patient")
def write(instrument: str) -> Answer:
    """Keep a page: put aside, go on to the next, or finish."""
    db, now = session(), clock.now()
    sheet = filling.open_posted(db, keyring(), instrument)
    if sheet.reworded:
        return sheet.offer_reworded(now)
    if not sheet.is_good():
        return sheet.refuse(now)
    try:
        written = actions.save(db, keyring(), sheet.record_id, sheet.measure(), now=now)
    except actions.Taken:
        db.rollback()
        return sheet.offer_as_new(now)
    names = readers.of_record(db, keyring(), written.id, now=now)
    help_at = safety_rules.after_write(db, keyring(), written, now)
    db.commit()
    sheet.tell(names)
    return redirect(help_at or sheet.next_address(written.id), 303)


@bp.get("/measures/<instrument>/all")
@audience("patient")
def course(instrument: str) -> str:
    """Show every result of one instrument."""
    found = queries.course_of(session(), keyring(), instrument)
    return render_template("measures/course.html", course=found)


@bp.get("/measures/<uuid:record_id>")
@audience("patient")
def show(record_id: UUID) -> str:
    """Show one measure: its score, what it means, and every answer."""
    db, now = session(), clock.now()
    opened = records.open_as_owner(db, keyring(), record_id, kind=KIND)
    names = readers.of_record(db, keyring(), record_id, now=now)
    return render_template("measures/show.html", record=opened, readers=names)


@bp.post("/measures/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Answer:
    """Delete one measure, with a way back."""
    db = session()
    actions.delete(db, keyring(), record_id, now=clock.now())
    db.commit()
    offer_undo(
        _("Answers deleted. %(undo)s", undo=can_undo(db, keyring(), clock.now())),
        url_for(".restoration", record_id=record_id),
    )
    return redirect(url_for(".index"), 303)


@bp.post("/measures/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Answer:
    """Take a deletion back."""
    db = session()
    back: Measure = actions.bring_back(db, keyring(), record_id, now=clock.now())
    db.commit()
    flash(_("The answers are back."))
    return redirect(url_for(".show" if back.done else ".index", record_id=record_id), 303)


@bp.get("/questionnaires")
@audience("therapist")
def questionnaires() -> str:
    """Show which questionnaires this clinic has, and which versions are asked."""
    return render_template("measures/questionnaires.html", shelved=shelf.shelf(session()))
