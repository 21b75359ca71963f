"""A patient's pages: answer the screening, go on with it, see what became of it."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import StaleVersion
from journal.db import session
from journal.features.screening import actions, queries
from journal.features.screening.forms import ScreeningForm
from journal.features.screening.points import POINTS
from journal.features.screening.screening import Screening
from journal.web import copies, who_reads
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID, replaces
from journal.web.login import keyring
from journal.web.notices import offer_undo
from journal.web.soft_window import can_undo

bp = Blueprint("screening", __name__, url_prefix="/screening")


@bp.get("")
@audience("patient")
def show() -> str:
    """Show the answers, who can read them, and what a therapist signed off."""
    db, now = session(), clock.now()
    copies.take_in(db, keyring(), now)
    own, around = queries.own(db, keyring(), now), queries.around(db, keyring(), now)
    return render_template("screening/show.html", own=own, around=around)


@bp.get("/answers")
@audience("patient")
def answers() -> Response:
    """Show the form, with what was answered so far."""
    own = queries.own(session(), keyring(), clock.now())
    form = ScreeningForm(formdata=None)
    form.fill("answer", own.screening.answers)
    form.fill("note", own.screening.notes)
    form.version.data = own.record.version if own.record else 0
    return _page(form, 200, own)


@bp.post("/answers")
@audience("patient")
def save() -> Response:
    """Keep the answers: half-way, or finished."""
    db, now, form = session(), clock.now(), ScreeningForm()
    good = form.validate()
    if not form.later.data:
        good = not form.refuse_open() and good
    if not good:
        return _page(form, INVALID, queries.own(db, keyring(), now))
    said = form.screening(done=not form.later.data)
    try:
        actions.save(db, keyring(), said, form.version.data or 0, now=now)
    except StaleVersion as stale:
        db.rollback()
        replaces(form, stale.current.version)
        return _page(form, CONFLICT, queries.own(db, keyring(), now))
    db.commit()
    _tell(queries.own(db, keyring(), now))
    return redirect(url_for(".show"), 303)


@bp.post("/deletion")
@audience("patient")
def deletion() -> Response:
    """Delete the answers, with a way back."""
    db = session()
    actions.delete(db, keyring(), now=clock.now())
    db.commit()
    told = _("Answers deleted. %(undo)s", undo=can_undo(db, keyring(), clock.now()))
    offer_undo(told, url_for(".restoration"))
    return redirect(url_for(".show"), 303)


@bp.post("/restoration")
@audience("patient")
def restoration() -> Response:
    """Take a deletion back."""
    db = session()
    actions.bring_back(db, keyring(), now=clock.now())
    db.commit()
    flash(_("The answers are back."))
    return redirect(url_for(".show"), 303)


def _page(form: ScreeningForm, status: int, own: queries.Own) -> Response:
    """The form; help stands on it where what was typed or saved asks for it."""
    typed: Screening = form.screening(done=False)
    helped = typed.needs_help or own.screening.needs_help
    facts = {"form": form, "own": own, "points": POINTS, "needs_help": helped}
    page = render_template("screening/answers.html", stale=status == CONFLICT, **facts)
    return make_response(page, status)


def _tell(own: queries.Own) -> None:
    """Say on the next page what happened, by number: a flashed message lies in a cookie."""
    if not own.screening.done:
        flash(_("Put aside. Only you can read this."))
        return
    flash(who_reads.saved(own.readers))
