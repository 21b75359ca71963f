"""A patient's safety plan: read it, write it part by part, look back, delete it."""

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from journal import clock
from journal.core import phones
from journal.core.errors import NotFound, StaleVersion
from journal.db import session
from journal.features.safety import plan_actions, plan_queries
from journal.features.safety.plan import BY_NAME, EMPTY, PARTS, SCOPE, Part, Plan
from journal.features.safety.plan_forms import PartForm, form_of
from journal.web import readers
from journal.web.audience import audience
from journal.web.forms import CONFLICT, answer_invalid, renew
from journal.web.login import keyring
from journal.web.notices import offer_undo
from journal.web.parts import parts
from journal.web.soft_window import can_undo

bp = Blueprint("safety_plan", __name__, url_prefix="/safety-plan")


@bp.get("")
@audience("patient")
def show() -> str:
    """Show the plan, each part with its way to change it."""
    db, now = session(), clock.now()
    there = plan_queries.newest(db, keyring())
    return render_template(
        "safety/plan.html",
        version=there,
        plan=there.plan if there else EMPTY,
        all_parts=PARTS,
        copy=plan_queries.kept_copy(there, keyring().account_id),
        readers=readers.of_scope(db, keyring(), SCOPE, now=now),
        deleted=there is None and plan_queries.deleted(db, keyring(), now),
        clinic_phone=parts().settings.clinic_phone,
    )


@bp.get("/parts/<name>")
@audience("patient")
def edit(name: str) -> str:
    """Show one part to be written."""
    part, there = _part(name), plan_queries.newest(session(), keyring())
    plan = there.plan if there else EMPTY
    form = form_of(part, plan.part(name), there.id if there else None)
    return render_template("safety/part.html", form=form, **_around(part))


@bp.post("/parts/<name>")
@audience("patient")
def save(name: str) -> Answer:
    """Keep one part, unless it was changed meanwhile; the others stay as they are."""
    db, part = session(), _part(name)
    form = form_of(part)
    if not form.validate():
        return answer_invalid("safety/part.html", form, **_around(part))
    record_id, said = form.client_id.data, form.said()
    try:
        plan_actions.save(db, keyring(), record_id, name, said, over=form.shown, now=clock.now())
    except StaleVersion as stale:
        db.rollback()
        return answer_stale(part, form, stale)
    db.commit()
    flash(_("Saved in your safety plan."))
    return redirect(url_for(".show", _anchor=name), 303)


@bp.get("/versions")
@audience("patient")
def versions() -> str:
    """List every version that was kept."""
    found = plan_queries.versions(session(), keyring())
    return render_template("safety/versions.html", versions=found)


@bp.get("/versions/<uuid:record_id>")
@audience("patient")
def version(record_id: UUID) -> str:
    """Show one version as it was."""
    found = plan_queries.one(session(), keyring(), record_id)
    return render_template("safety/version.html", version=found, all_parts=PARTS)


@bp.get("/copy")
@audience("patient")
def copy() -> Response:
    """Give a person's phone what it keeps, where that was chosen: it asks now and then."""
    there = plan_queries.newest(session(), keyring())
    enrolled = [str(one.id) for one in phones.phones(session(), keyring())]
    return jsonify(plan_queries.kept_copy(there, keyring().account_id) | {"phones": enrolled})


@bp.post("/deletion")
@audience("patient")
def deletion() -> Answer:
    """Delete the plan with every version, with a way back."""
    db = session()
    plan_actions.delete(db, keyring(), now=clock.now())
    db.commit()
    undo = can_undo(db, keyring(), clock.now())
    text = _("Safety plan deleted, with its earlier versions. %(undo)s", undo=undo)
    offer_undo(text, url_for(".restoration"))
    return redirect(url_for(".show"), 303)


@bp.post("/restoration")
@audience("patient")
def restoration() -> Answer:
    """Take the deletion back."""
    db = session()
    plan_actions.bring_back(db, keyring(), now=clock.now())
    db.commit()
    flash(_("Your safety plan is back."))
    return redirect(url_for(".show"), 303)


def answer_stale(part: Part, form: PartForm, stale: StaleVersion) -> Answer:
    """Answer 409 with what is saved and what was typed; sent from there, the typed one wins."""
    saved = Plan.load(stale.current.content).part(part.name)
    form.over.raw_data, form.over.data = None, str(stale.current.id)
    renew(form)
    facts = {"saved": saved, **_around(part)}
    return make_response(render_template("safety/part_stale.html", form=form, **facts), CONFLICT)


def _part(name: str) -> Part:
    if name not in BY_NAME:
        raise NotFound("no such part")
    return BY_NAME[name]


def _around(part: Part) -> dict[str, Any]:
    names = readers.of_scope(session(), keyring(), SCOPE, now=clock.now())
    return {"part": part, "readers": names, "clinic_phone": parts().settings.clinic_phone}
