"""A therapist's pages: the rules she proposes to a patient, and saying that a flag was seen."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core import clinical, notices, reading
from journal.core.errors import Full, StaleVersion
from journal.core.reading import OpenGrant
from journal.db import session
from journal.features.safety import rule_queries
from journal.features.safety.rule import KIND, OWN_KIND, Rule, Status
from journal.features.safety.rule_forms import RuleForm
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.forms import INVALID, refuse_letter
from journal.web.login import keyring

bp = Blueprint("safety_desk", __name__, url_prefix="/patients/<uuid:grant_id>/rules")


@bp.get("")
@audience("therapist")
def show(grant_id: UUID) -> Response:
    """Show what applied, what was proposed, and the form for another one."""
    return _page(_grant(grant_id), RuleForm(formdata=None), 200)


@bp.post("")
@audience("therapist")
def propose(grant_id: UUID) -> Response:
    """Propose a rule: a letter to the patient, in force only once she agrees."""
    db, grant, form, now = session(), _grant(grant_id), RuleForm(), clock.now()
    if not form.validate():
        return _page(grant, form, INVALID)
    try:
        clinical.begin(
            *(db, keyring(), grant_id),
            record_id=form.client_id.data,
            kind=OWN_KIND,
            copied_as=KIND,
            says=form.rule().dump(),
            occurs=now,
            now=now,
        )
    except (StaleVersion, Full) as error:
        db.rollback()
        return _page(grant, form, refuse_letter(form, error))
    db.commit()
    flash(_("Proposed. It is in force once %(name)s agrees.", name=grant.patient_name))
    return redirect(url_for(".show", grant_id=grant_id), 303)


@bp.post("/<uuid:record_id>/withdrawal")
@audience("therapist")
def withdrawal(grant_id: UUID, record_id: UUID) -> Response:
    """Withdraw a rule; it ends when the patient's journal next hears of it."""
    db, grant, now = session(), _grant(grant_id), clock.now()
    there = clinical.one(db, keyring(), grant_id, record_id, kind=OWN_KIND)
    rule = Rule.read(there.content["reports"][-1]["report"]["says"])
    try:
        if rule.status is not Status.WITHDRAWN:
            clinical.change(
                *(db, keyring(), grant_id),
                record_id=record_id,
                kind=OWN_KIND,
                version=there.version,
                says=replace(rule, status=Status.WITHDRAWN).dump(),
                occurs=there.occurred_at,
                now=now,
            )
    except (StaleVersion, Full):
        db.rollback()
        flash(_("It could not be withdrawn just now. Try again."), "wrong")
        return redirect(url_for(".show", grant_id=grant_id), 303)
    db.commit()
    flash(_("Withdrawn. %(name)s reads so at the next visit.", name=grant.patient_name))
    return redirect(url_for(".show", grant_id=grant_id), 303)


@bp.post("/flags/<uuid:flag_id>/acknowledgement")
@audience("therapist")
def acknowledgement(grant_id: UUID, flag_id: UUID) -> Response:
    """Say that a flag was seen: its patient reads when. One that does not open is put away."""
    db, grant, now = session(), _grant(grant_id), clock.now()
    was_seen = notices.acknowledge(db, keyring(), grant, flag_id, now=now)
    db.commit()
    seen = _("%(name)s can read that you have seen it, and when.", name=grant.patient_name)
    flash(seen if was_seen else _("Put away. Nobody is told that you have seen it."))
    return redirect(url_for("workspace.patient", grant_id=grant_id), 303)


def _grant(grant_id: UUID) -> OpenGrant:
    return reading.open_grant(session(), keyring(), grant_id, now=clock.now())


def _page(grant: OpenGrant, form: RuleForm, status: int) -> Response:
    db, now = session(), clock.now()
    facts: dict[str, Any] = {
        "flags": rule_queries.flags(db, keyring(), grant, now),
        "proposed": rule_queries.proposed(db, keyring(), grant, now),
        "desk": beside.desk(db, keyring(), now),
    }
    page = render_template("safety/desk.html", grant=grant, form=form, **facts)
    return make_response(page, status)
