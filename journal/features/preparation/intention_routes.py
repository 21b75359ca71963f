"""Intentions: written before a session, looked at again after it, changed, deleted."""

from uuid import UUID, uuid4

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from journal import clock
from journal.core import records
from journal.core.errors import NotFound, StaleVersion
from journal.core.records import Opened
from journal.db import session
from journal.features.preparation import actions, queries
from journal.features.preparation.forms import UNNAMED, IntentionForm, session_named
from journal.features.preparation.intention import KIND, PRIVATE, Intention
from journal.features.preparation.routes import bp
from journal.web import readers
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID
from journal.web.login import keyring
from journal.web.notices import offer_undo
from journal.web.soft_window import can_undo
from journal.web.standing import standing


@bp.get("/intentions")
@audience("patient")
def intentions() -> str:
    """Show every intention, newest first."""
    before = request.args.get("before")
    page = queries.every(session(), keyring(), before)
    return render_template(
        "preparation/intentions.html", page=page, before=before, shown=queries.SHOWN
    )


@bp.get("/intentions/new")
@audience("patient")
def new() -> Response:
    """Show an empty page to write on, for the next session if one is planned."""
    here = standing(session(), keyring(), clock.now())
    named = here.next_id.hex if here.next_id else ""
    return _page(IntentionForm(formdata=None, session=named), 200)


@bp.post("/intentions/new")
@audience("patient")
def write() -> Response:
    """Keep a new intention; the same one sent again answers as the first did."""
    db, now, form = session(), clock.now(), _posted()
    if not form.validate():
        return _page(form, INVALID)
    named = session_named(form.session.data)
    said = form.intention(named.hex if named else "")
    try:
        kept = actions.write(db, keyring(), form.client_id.data, said, form.audience.data, now=now)
    except StaleVersion as stale:
        db.rollback()
        return _stale(form, stale.current)
    except NotFound as error:
        db.rollback()
        return _deleted(form, error)
    return _kept(kept)


@bp.get("/intentions/<uuid:record_id>")
@audience("patient")
def intention(record_id: UUID) -> str:
    """Show one intention, and who can read it."""
    db, now = session(), clock.now()
    opened = records.open_as_owner(db, keyring(), record_id, kind=KIND)
    names = readers.of_record(db, keyring(), record_id, now=now)
    return render_template("preparation/intention.html", record=opened, readers=names)


@bp.get("/intentions/<uuid:record_id>/edit")
@audience("patient")
def edit(record_id: UUID) -> Response:
    """Show an intention to change it, or to add what came of it."""
    opened = records.open_as_owner(session(), keyring(), record_id, kind=KIND)
    said = Intention.load(opened.content)
    form = IntentionForm(
        formdata=None,
        version=opened.version,
        audience=opened.scope,
        body=said.body,
        came=said.came,
    )
    return _page(form, 200, opened)


@bp.post("/intentions/<uuid:record_id>/edit")
@audience("patient")
def change(record_id: UUID) -> Response:
    """Save an intention over the version it was opened at."""
    db, now, form = session(), clock.now(), _posted()
    try:
        opened = records.open_as_owner(db, keyring(), record_id, kind=KIND)
        if not form.validate():
            return _page(form, INVALID, opened)
        said = form.intention(Intention.load(opened.content).session)
        version, scope = form.version.data or 0, form.audience.data
        changed = actions.change(db, keyring(), opened, version, said, scope, now=now)
    except StaleVersion as stale:
        db.rollback()
        return _stale(form, stale.current)
    except NotFound as error:
        db.rollback()
        return _deleted(form, error)
    if changed.scope != scope:
        flash(
            _("It stays yours alone for now: it is the day after your session. Choose again later.")
        )
    return _kept(changed)


@bp.post("/intentions/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Response:
    """Delete an intention, with a way back."""
    db, now = session(), clock.now()
    actions.delete(db, keyring(), record_id, now=now)
    db.commit()
    told = _("Intention deleted. %(undo)s", undo=can_undo(db, keyring(), now))
    offer_undo(told, url_for(".restoration", record_id=record_id))
    return redirect(url_for(".show"), 303)


@bp.post("/intentions/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Response:
    """Take a deletion back."""
    db = session()
    actions.bring_back(db, keyring(), record_id, now=clock.now())
    db.commit()
    flash(_("The intention is back."))
    return redirect(url_for(".intention", record_id=record_id), 303)


def _posted() -> IntentionForm:
    form = IntentionForm()
    form.audience.choices = UNNAMED
    return form


def _page(
    form: IntentionForm, status: int, opened: Opened | None = None, **facts: bool
) -> Response:
    db, now = session(), clock.now()
    form.audience.choices = queries.audiences(db, keyring(), now, opened)
    here = standing(db, keyring(), now)
    page = render_template(
        "preparation/write.html", form=form, opened=opened, standing=here, **facts
    )
    return make_response(page, status)


def _stale(form: IntentionForm, current: Opened) -> Response:
    """Answer 409 with what is saved and what was typed; sent from there, the typed one wins."""
    form.version.raw_data, form.version.data = None, current.version
    return _page(form, CONFLICT, current, stale=True)


def _deleted(form: IntentionForm, error: NotFound) -> Response:
    """Give back as a new one what was typed into one that was deleted; raise for all else."""
    if error.reason != "deleted":
        raise error
    form.client_id.raw_data, form.client_id.data = None, uuid4()
    form.refuse(_("You deleted what was saved here before. Save again to keep this as a new one."))
    return _page(form, CONFLICT)


def _kept(kept: Opened) -> Response:
    db, now = session(), clock.now()
    names = [] if kept.scope == PRIVATE else readers.of_record(db, keyring(), kept.id, now=now)
    db.commit()
    shared = ngettext(
        "Saved. You and %(num)s therapist can read this. Nobody watches this in real time.",
        "Saved. You and %(num)s therapists can read this. Nobody watches this in real time.",
        len(names),
    )
    flash(shared if names else _("Saved. Only you can read this."))
    return redirect(url_for(".intention", record_id=kept.id), 303)
