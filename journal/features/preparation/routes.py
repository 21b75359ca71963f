"""A patient's page of preparing: what to expect, and the list for the next session."""

from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import StaleVersion
from journal.db import session
from journal.features.preparation import actions, queries
from journal.features.preparation.forms import StepsForm, read_steps, too_much
from journal.features.preparation.preparation import STEPS, Preparation
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID, replaces
from journal.web.login import keyring
from journal.web.parts import parts

bp = Blueprint("preparation", __name__, url_prefix="/preparation")


@bp.get("")
@audience("patient")
def show() -> Response:
    """Show what to expect, the list, and the intentions for the next session."""
    ahead = queries.ahead(session(), keyring(), clock.now())
    form = StepsForm(formdata=None, version=ahead.version)
    return _page(form, ahead, ahead.preparation, 200)


@bp.post("/sessions/<uuid:session_id>")
@audience("patient")
def keep(session_id: UUID) -> Response:
    """Keep the list for one session; one that was moved meanwhile is the same."""
    db, now, form = session(), clock.now(), StepsForm()
    said = read_steps(request.form, session_id.hex)
    if wrong := too_much(said):
        form.refuse(wrong)
        return _page(form, queries.ahead(db, keyring(), now), said, INVALID)
    try:
        actions.keep_steps(db, keyring(), session_id, said, form.version.data or 0, now)
    except StaleVersion as stale:
        db.rollback()
        replaces(form, stale.current.version)
        return _page(form, queries.ahead(db, keyring(), now), said, CONFLICT)
    db.commit()
    flash(_("Kept."))
    return redirect(url_for(".show", _anchor="steps"), 303)


def _page(form: StepsForm, ahead: queries.Ahead, typed: Preparation, status: int) -> Response:
    page = render_template(
        "preparation/show.html",
        form=form,
        ahead=ahead,
        typed=typed,
        steps=STEPS,
        stale=status == CONFLICT,
        clinic_phone=parts().settings.clinic_phone,
    )
    return make_response(page, status)
