"""A therapist gives something to write from or to practise, and takes it back."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from journal import clock
from journal.core import reading
from journal.core.errors import Full, StaleVersion
from journal.db import session
from journal.features.integration import assignments
from journal.features.integration.assignments import Assignment
from journal.features.integration.forms import AssignmentForm
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.forms import INVALID, refuse_letter
from journal.web.login import keyring

bp = Blueprint("integration_desk", __name__, url_prefix="/patients/<uuid:grant_id>/assignments")


@bp.route("", methods=["GET", "POST"])
@audience("therapist")
def assign(grant_id: UUID) -> Answer:
    """Show what was given, and give something further."""
    db, now, form = session(), clock.now(), AssignmentForm()
    grant = reading.open_grant(db, keyring(), grant_id, now=now)
    if not form.validate_on_submit():
        return _page(grant_id, form, INVALID if form.is_submitted() else 200)
    given = Assignment(form.what.data, (form.words.data or "").strip())
    try:
        assignments.give(db, keyring(), grant_id, form.client_id.data, given, now)
    except (StaleVersion, Full) as error:
        db.rollback()
        return _page(grant_id, form, refuse_letter(form, error))
    db.commit()
    flash(_("Given. %(name)s sees it on Today.", name=grant.patient_name))
    return redirect(url_for("workspace.patient", grant_id=grant_id), 303)


@bp.post("/<uuid:record_id>/withdrawal")
@audience("therapist")
def withdrawal(grant_id: UUID, record_id: UUID) -> Answer:
    """Take it back from Today; what was written from it stays the patient's."""
    db = session()
    try:
        assignments.withdraw(db, keyring(), grant_id, record_id, clock.now())
    except (StaleVersion, Full):
        db.rollback()
        flash(_("It could not be taken back just now. Try again."), "wrong")
    else:
        db.commit()
        flash(_("Taken back."))
    return redirect(url_for(".assign", grant_id=grant_id), 303)


def _page(grant_id: UUID, form: AssignmentForm, status: int) -> Response:
    db, now = session(), clock.now()
    grant = reading.open_grant(db, keyring(), grant_id, now=now)
    page = render_template(
        "integration/assignments.html",
        grant=grant,
        form=form,
        given=list(assignments.about(db, keyring(), grant_id)),
        desk=beside.desk(db, keyring(), now),
    )
    return make_response(page, status)
