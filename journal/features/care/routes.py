"""A patient's own pages: where she stands, and her medicine sessions."""

from uuid import UUID

from flask import Blueprint, render_template, request

from journal import clock
from journal.db import session
from journal.features.care import actions, queries
from journal.web import cards
from journal.web.audience import audience
from journal.web.login import keyring as own_keyring

bp = Blueprint("care", __name__)


@bp.get("/care")
@audience("patient")
def index() -> str:
    """The sessions that are planned and that were held, as the therapist recorded them."""
    db, keyring, now = session(), own_keyring(), clock.now()
    actions.take_in(db, keyring, now)
    # They may take copies in too, so the sessions are read after them.
    further = cards.shown(db, keyring, now, cards.COURSE)
    course = queries.own_course(db, keyring, now, before := request.args.get("before"))
    return render_template("care/index.html", course=course, cards=[] if before else further)


@bp.get("/care/<uuid:record_id>")
@audience("patient")
def show(record_id: UUID) -> str:
    """One session with all that was said of it."""
    db, keyring, now = session(), own_keyring(), clock.now()
    actions.take_in(db, keyring, now)
    shown = queries.own_session(db, keyring, record_id, now)
    return render_template("care/show.html", shown=shown)
