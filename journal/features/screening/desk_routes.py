"""A therapist's page: a patient's answers, her own findings, and her sign-off."""

from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core import reading
from journal.core.errors import Full, StaleVersion
from journal.core.reading import OpenGrant
from journal.db import session
from journal.features.screening import desk_queries, signing
from journal.features.screening.desk_queries import Desk
from journal.features.screening.forms import AssessmentForm
from journal.features.screening.points import POINTS
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID, refuse_as_full
from journal.web.login import keyring

bp = Blueprint("assessment", __name__, url_prefix="/patients/<uuid:grant_id>/assessment")


@bp.get("")
@audience("therapist")
def show(grant_id: UUID) -> Response:
    """Show the answers that are shared, logged before they are opened, and what was found."""
    db, now = session(), clock.now()
    grant = reading.open_grant(db, keyring(), grant_id, now=now)
    desk = desk_queries.desk(db, keyring(), grant, now)
    return _page(_filled(desk), 200, grant, desk)


@bp.post("")
@audience("therapist")
def save(grant_id: UUID) -> Response:
    """Keep the findings, and sign off where she says so."""
    db, now, form = session(), clock.now(), AssessmentForm()
    grant = reading.open_grant(db, keyring(), grant_id, now=now)
    if not form.validate():
        return _refuse(form, INVALID, grant)
    try:
        _act(grant_id, form)
    except StaleVersion:
        db.rollback()
        form.refuse(_("It was changed meanwhile. What you typed is still here; save it again."))
        return _refuse(form, CONFLICT, grant)
    except Full:
        db.rollback()
        refuse_as_full(form)
        return _refuse(form, INVALID, grant)
    db.commit()
    _tell(form, grant)
    return redirect(url_for(".show", grant_id=grant_id), 303)


def _act(grant_id: UUID, form: AssessmentForm) -> None:
    db, now = session(), clock.now()
    before = signing.findings(db, keyring(), grant_id)
    found = form.findings(before)
    # The patient's row is held before her own, always in this order: two can't wait for each other.
    if form.sign.data:
        version, anew = form.signed_version.data or 0, found.seen != before.seen
        signing.sign(db, keyring(), grant_id, version, form.assessment(), anew=anew, now=now)
    signing.keep(db, keyring(), grant_id, form.version.data or 0, found, now)


def _filled(desk: Desk) -> AssessmentForm:
    form, findings = AssessmentForm(formdata=None), desk.findings
    form.fill("finding", findings.found)
    form.fill("note", findings.notes)
    form.systolic.data, form.diastolic.data = findings.systolic, findings.diastolic
    if desk.signed:
        last = desk.signed[0].assessment
        form.outcome.data, form.reason.data = last.outcome, last.reason
    _carry(form, desk)
    return form


def _refuse(form: AssessmentForm, status: int, grant: OpenGrant) -> Response:
    desk = desk_queries.desk(session(), keyring(), grant, clock.now())
    if status == CONFLICT:
        _carry(form, desk)
    return _page(form, status, grant, desk)


def _carry(form: AssessmentForm, desk: Desk) -> None:
    """Let the form say what this page shows."""
    shown = {
        "version": desk.findings_version,
        "signed_version": desk.signed_version,
        "seen": desk.shared.seen if desk.shared else "",
        "seen_version": desk.shared.record.version if desk.shared else 0,
    }
    for name, value in shown.items():
        form[name].raw_data, form[name].data = None, value


def _page(form: AssessmentForm, status: int, grant: OpenGrant, desk: Desk) -> Response:
    page = render_template(
        "screening/assessment.html",
        form=form,
        grant=grant,
        found=desk,
        points=POINTS,
        stale=status == CONFLICT,
        desk=beside.desk(session(), keyring(), clock.now()),
    )
    return make_response(page, status)


def _tell(form: AssessmentForm, grant: OpenGrant) -> None:
    if form.sign.data:
        flash(_("Signed off. %(name)s gets a copy.", name=grant.patient_name))
    else:
        flash(_("Saved. Your findings are yours alone."))
