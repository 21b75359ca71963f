"""A therapist's page: which instruments are asked in one patient's course."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from journal import clock
from journal.core import reading
from journal.core.errors import Full, StaleVersion
from journal.core.keyring import Keyring
from journal.core.reading import OpenGrant
from journal.db import session
from journal.features.measures import plans, schedule, shelf
from journal.features.measures.rules import RULES
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.fields import ChoicesField, IdField, WholeField, options
from journal.web.forms import CONFLICT, INVALID, BaseForm, refuse_as_full, replaces
from journal.web.login import keyring as own_keyring

bp = Blueprint("measure_plan", __name__, url_prefix="/patients/<uuid:grant_id>/measures/plan")


class PlanForm(BaseForm):
    """The instruments that are asked; version: of the choice that the page showed."""

    client_id = IdField()
    version = WholeField(_l("Version"), [Optional()], widget=HiddenInput())
    asked = ChoicesField(_l("Asked in this course"))


@bp.get("")
@audience("therapist")
def show(grant_id: UUID) -> Response:
    """Show what is asked, and when."""
    db, keyring = session(), own_keyring()
    grant = reading.open_grant(db, keyring, grant_id, now=clock.now())
    return _page(grant, _form(db, keyring, grant_id), 200)


@bp.post("")
@audience("therapist")
def choose(grant_id: UUID) -> Response:
    """Keep what is asked, and let the patient have a copy."""
    db, keyring, now, form = session(), own_keyring(), clock.now(), PlanForm()
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    offered = _offer(db, form)
    if not form.validate():
        return _page(grant, form, INVALID)
    asked, version = form.asked.data or [], form.version.data
    try:
        plans.choose(db, keyring, grant_id, form.client_id.data, asked, offered, version, now)
    except (StaleVersion, Full) as refused:
        return _refuse(grant, form, refused)
    db.commit()
    flash(_("Saved. %(name)s gets a copy.", name=grant.patient_name))
    return redirect(url_for(".show", grant_id=grant_id), 303)


def section(
    db: Session,
    keyring: Keyring,
    grant: OpenGrant,
    now: Any,  # noqa: ARG001 - told
) -> dict[str, Any]:
    """Return the section of the patient's page; it opens none of the patient's records."""
    form = _form(db, keyring, grant.id)
    return {"asked": [RULES[name].name for name in form.asked.data or ()]}


def _form(db: Session, keyring: Keyring, grant_id: UUID) -> PlanForm:
    """The form as she left it: whatever she did not choose about is asked."""
    before = plans.of(db, keyring, grant_id)
    chosen = {} if before is None else plans.load(before.content)
    form = PlanForm(formdata=None)
    form.asked.data = [name for name in _offer(db, form) if chosen.get(name, True)]
    form.version.data = None if before is None else before.version
    return form


def _offer(db: Session, form: PlanForm) -> list[str]:
    there = shelf.instruments(db)
    offered = [name for name in schedule.SCHEDULED if name in there]
    form.asked.choices = options((name, RULES[name].name) for name in offered)
    return offered


def _refuse(grant: OpenGrant, form: PlanForm, refused: Exception) -> Response:
    db = session()
    db.rollback()
    if isinstance(refused, Full):
        refuse_as_full(form)
        return _page(grant, form, INVALID)
    form.refuse(_("It was changed meanwhile. What you chose is still here; save it again."))
    before = plans.of(db, own_keyring(), grant.id)
    replaces(form, before.version if before else None)
    return _page(grant, form, CONFLICT)


def _page(grant: OpenGrant, form: PlanForm, status: int) -> Response:
    facts = {
        "desk": beside.desk(session(), own_keyring(), clock.now()),
        "timing": schedule.timing(),
    }
    return make_response(
        render_template("measures/plan.html", grant=grant, form=form, **facts), status
    )
