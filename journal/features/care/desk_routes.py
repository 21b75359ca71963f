"""A therapist's pages: plan a patient's session, move it, cancel it, record that it took place."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core import reading
from journal.core.errors import Full, NotFound, StaleVersion
from journal.core.reading import OpenGrant
from journal.db import session
from journal.features.care import actions, histories, queries
from journal.features.care.forms import CancelForm, HeldForm, MoveForm, PlanForm
from journal.features.care.medicine_session import MedicineSession, Status
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID, BaseForm, refuse_as_full, refuse_as_saved
from journal.web.login import keyring as own_keyring
from journal.web.zone import zone

bp = Blueprint("care_desk", __name__, url_prefix="/patients/<uuid:grant_id>/care")
SHOWN, DONE = 200, 0


@bp.route("", methods=["GET", "POST"])
@audience("therapist")
def plan(grant_id: UUID) -> Response:
    """Show the sessions of one patient, and plan the next one."""
    db, keyring, form = session(), own_keyring(), PlanForm()
    grant = reading.open_grant(db, keyring, grant_id, now=clock.now())

    def act() -> None:
        when = actions.wall_time(form.starts_at.data, zone())
        actions.plan(db, keyring, grant_id, form.client_id.data, when, clock.now())

    status = _try(form, act)
    if status == DONE:
        return _back(grant_id, _("Planned. %(name)s gets a copy.", name=grant.patient_name))
    facts = {
        "sessions": queries.about(db, keyring, grant_id),
        "course": histories.desk(db, keyring, grant_id),
    }
    return _page("care/sessions.html", grant, status, form=form, **facts)


@bp.route("/<uuid:record_id>", methods=["GET", "POST"])
@audience("therapist")
def move(grant_id: UUID, record_id: UUID) -> Response:
    """Show one session with all that was said of it, and move it."""
    grant, shown = _one(grant_id, record_id)
    form = MoveForm()
    status = _try(form, lambda: _say(grant_id, record_id, form, _planned(form)))
    if status == DONE:
        return _back(grant_id, _("Moved. %(name)s gets the new copy.", name=grant.patient_name))
    if status == SHOWN:
        form.starts_at.data, form.version.data = shown.session.when.at, shown.version
    return _page("care/session.html", grant, status, form=form, shown=shown)


@bp.post("/<uuid:record_id>/cancellation")
@audience("therapist")
def cancellation(grant_id: UUID, record_id: UUID) -> Response:
    """Say that a session will not be."""
    grant, shown = _one(grant_id, record_id)
    form, cancelled = CancelForm(), replace(shown.session, status=Status.CANCELLED)
    if _try(form, lambda: _say(grant_id, record_id, form, cancelled)) == DONE:
        return _back(grant_id, _("Cancelled. %(name)s gets the new copy.", name=grant.patient_name))
    flash(_("This session was changed meanwhile. Look at it again."), "wrong")
    return redirect(url_for("care_desk.move", grant_id=grant_id, record_id=record_id), 303)


@bp.route("/<uuid:record_id>/outcome", methods=["GET", "POST"])
@audience("therapist")
def outcome(grant_id: UUID, record_id: UUID) -> Response:
    """Record that a session took place, or correct when it did."""
    grant, shown = _one(grant_id, record_id)
    if shown.session.status is Status.CANCELLED:
        raise NotFound("a session that was cancelled")
    form = HeldForm()
    status = _try(form, lambda: _say(grant_id, record_id, form, _held(form, shown.session)))
    if status == DONE:
        return _back(grant_id, _("Recorded. %(name)s gets a copy.", name=grant.patient_name))
    if status == SHOWN:
        form.started_at.data, form.version.data = shown.session.when.at, shown.version
        form.ended_at.data = shown.session.ended_at
    return _page("care/outcome.html", grant, status, form=form, shown=shown)


def _one(grant_id: UUID, record_id: UUID) -> tuple[OpenGrant, queries.Shown]:
    db, keyring = session(), own_keyring()
    grant = reading.open_grant(db, keyring, grant_id, now=clock.now())
    return grant, queries.one_about(db, keyring, grant_id, record_id)


def _planned(form: MoveForm) -> MedicineSession:
    return MedicineSession(Status.PLANNED, actions.wall_time(form.starts_at.data, zone()))


def _held(form: HeldForm, before: MedicineSession) -> MedicineSession:
    times = actions.held(form.started_at.data, form.ended_at.data, zone())
    return replace(times, record=before.record)


def _say(grant_id: UUID, record_id: UUID, form: Any, becomes: MedicineSession) -> None:
    version, now = form.version.data, clock.now()
    actions.change(session(), own_keyring(), grant_id, record_id, version, becomes, now)


def _try(form: BaseForm, act: Callable[[], None]) -> int:
    """Do what was posted and commit: DONE, or the status under which the form is shown."""
    if not form.validate_on_submit():
        return INVALID if form.is_submitted() else SHOWN
    try:
        act()
    except StaleVersion as stale:
        session().rollback()
        if isinstance(form, PlanForm):
            refuse_as_saved(form)
            return CONFLICT
        form.refuse(_("It was changed meanwhile. What you typed is still here; save it again."))
        form["version"].raw_data, form["version"].data = None, stale.current.version
        return CONFLICT
    except Full:
        session().rollback()
        refuse_as_full(form)
        return INVALID
    session().commit()
    return DONE


def _back(grant_id: UUID, told: str) -> Response:
    flash(told)
    return redirect(url_for("care_desk.plan", grant_id=grant_id), 303)


def _page(template: str, grant: OpenGrant, status: int, **facts: Any) -> Response:
    desk = beside.desk(session(), own_keyring(), clock.now())
    return make_response(render_template(template, grant=grant, desk=desk, **facts), status)
