"""A patient's own page: where she stands, and her medicine sessions."""

from flask import Blueprint, render_template

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
    further = cards.shown(db, keyring, now, cards.COURSE)
    course = queries.own_course(db, keyring, now)
    return render_template("care/index.html", course=course, cards=further)
