"""A therapist's pages: take a step of one patient's course, take the last one back."""

from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from journal import clock
from journal.core import reading
from journal.core.errors import Full, NotFound, StaleVersion
from journal.db import session
from journal.features.care import histories, phase_words, steps
from journal.features.care.arc import OutOfOrder, Step, possible
from journal.features.care.forms import StepForm, TakeBackForm
from journal.features.care.history import SAID
from journal.web import assessed
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.forms import TOO_MUCH_WAITS
from journal.web.login import keyring as own_keyring

bp = Blueprint("care_steps", __name__, url_prefix="/patients/<uuid:grant_id>/care/steps")
NOT_NOW = _l("It does not follow from where the course stands now. Look at it again.")


@bp.get("/<step>")
@audience("therapist")
def ask(grant_id: UUID, step: str) -> Response:
    """Ask once more before a step that matters; NotFound for one that does not follow."""
    db, keyring, now = session(), own_keyring(), clock.now()
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    if step not in possible(histories.about(db, keyring, grant_id).standing) & SAID:
        raise NotFound("no step from here")
    facts = {
        "step": Step(step),
        "words": phase_words,
        "assessed": assessed.assessed(db, keyring, grant_id),
        "desk": beside.desk(db, keyring, now),
    }
    return make_response(render_template("care/step.html", grant=grant, form=StepForm(), **facts))


@bp.post("")
@audience("therapist")
def take(grant_id: UUID) -> Response:
    """Take a step."""
    db, keyring, now, form = session(), own_keyring(), clock.now(), StepForm()
    reading.open_grant(db, keyring, grant_id, now=now)
    if not form.validate():
        return _back(grant_id, str(NOT_NOW), "wrong")
    try:
        steps.take(db, keyring, grant_id, form.client_id.data, form.chosen, now)
    except (OutOfOrder, StaleVersion, Full) as refused:
        return _refuse(grant_id, refused)
    db.commit()
    return _back(grant_id, _("Noted. Your patient gets a copy."))


@bp.post("/<uuid:record_id>/withdrawal")
@audience("therapist")
def withdrawal(grant_id: UUID, record_id: UUID) -> Response:
    """Take the last step back; what was said stays in the copy's earlier versions."""
    db, keyring, now, form = session(), own_keyring(), clock.now(), TakeBackForm()
    reading.open_grant(db, keyring, grant_id, now=now)
    if not form.validate():
        return _back(grant_id, str(NOT_NOW), "wrong")
    try:
        steps.take_back(db, keyring, grant_id, record_id, form.version.data, now)
    except (OutOfOrder, StaleVersion, Full) as refused:
        return _refuse(grant_id, refused)
    db.commit()
    return _back(grant_id, _("Taken back. Your patient gets the new copy."))


def _refuse(grant_id: UUID, refused: Exception) -> Response:
    session().rollback()
    words = TOO_MUCH_WAITS if isinstance(refused, Full) else NOT_NOW
    return _back(grant_id, str(words), "wrong")


def _back(grant_id: UUID, told: str, how: str = "message") -> Response:
    flash(told, how)
    return redirect(url_for("care_desk.plan", grant_id=grant_id), 303)
