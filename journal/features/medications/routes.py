"""Medicines, own use and checks: each written, shown, changed, deleted and taken back."""

from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import NotFound, StaleVersion
from journal.core.opened import Opened
from journal.db import session
from journal.features.medications import actions, pages, sorts
from journal.features.medications.blueprint import bp
from journal.features.medications.forms import filled
from journal.features.medications.sorts import SORTS, Sort
from journal.web import readers
from journal.web.audience import audience
from journal.web.forms import INVALID
from journal.web.login import keyring
from journal.web.notices import offer_undo
from journal.web.soft_window import can_undo


@bp.route("/new", methods=["GET", "POST"])
@audience("patient")
def new() -> Response:
    """Note a medicine, or a change of one."""
    return _new(sorts.CHANGES)


@bp.route("/exposures/new", methods=["GET", "POST"])
@audience("patient")
def new_use() -> Response:
    """Note something taken outside the clinic."""
    return _new(sorts.USES)


@bp.route("/checks/new", methods=["GET", "POST"])
@audience("patient")
def new_check() -> Response:
    """Answer the check of the body."""
    return _new(sorts.CHECKS)


@bp.get("/<uuid:record_id>")
@audience("patient")
def show(record_id: UUID) -> str:
    """Show one of them, and who can read it."""
    return pages.shown(session(), keyring(), record_id, now=clock.now())


@bp.route("/<uuid:record_id>/edit", methods=["GET", "POST"])
@audience("patient")
def edit(record_id: UUID) -> Response:
    """Change one of them."""
    db, now = session(), clock.now()
    try:
        opened = actions.opened(db, keyring(), record_id)
    except NotFound as error:
        return _deleted(record_id, error)
    sort = sorts.of_kind(opened.kind)
    if request.method == "GET":
        form = filled(sort.form, opened, sort.load(opened.content))
        return make_response(pages.writing(db, keyring(), sort, form, now=now, opened=opened))
    form = sort.form()
    if not form.validate():
        page = pages.writing(db, keyring(), sort, form, now=now, opened=opened)
        return make_response(page, INVALID)
    try:
        changed = actions.change(db, keyring(), opened, form, now=now)
    except StaleVersion as stale:
        db.rollback()
        return pages.conflict(db, keyring(), sort, form, stale.current, now=now)
    return _kept(changed)


@bp.post("/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Response:
    """Delete one of them, with a way back."""
    db, now = session(), clock.now()
    kind = actions.delete(db, keyring(), record_id, now=now)
    db.commit()
    told = _("Deleted. %(undo)s", undo=can_undo(db, keyring(), now))
    offer_undo(told, url_for(".restoration", record_id=record_id))
    return redirect(url_for(SORTS[kind].home if kind else ".hub"), 303)


@bp.post("/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Response:
    """Take a deletion back."""
    db = session()
    actions.restore(db, keyring(), record_id, now=clock.now())
    db.commit()
    flash(_("It is back."))
    return redirect(url_for(".show", record_id=record_id), 303)


def _new(sort: Sort) -> Response:
    """Show an empty form, or keep what it says; the same form sent again keeps nothing twice."""
    db, now = session(), clock.now()
    if request.method == "GET":
        form = pages.begun(db, keyring(), sort)
        return make_response(pages.writing(db, keyring(), sort, form, now=now))
    form = sort.form()
    if not form.validate():
        return make_response(pages.writing(db, keyring(), sort, form, now=now), INVALID)
    try:
        kept = actions.write(db, keyring(), sort, form, now=now)
    except StaleVersion as stale:
        db.rollback()
        return pages.conflict(db, keyring(), sort, form, stale.current, now=now)
    except NotFound as error:
        db.rollback()
        return pages.as_new(db, keyring(), sort, form, error, now=now)
    return _kept(kept)


def _deleted(record_id: UUID, error: NotFound) -> Response:
    """Give back what was typed into one that was deleted meanwhile; raise for all else."""
    db, now = session(), clock.now()
    if error.reason != "deleted" or request.method == "GET":
        raise error
    sort = sorts.of_kind(actions.kind_in_bin(db, keyring(), record_id, now=now))
    return pages.as_new(db, keyring(), sort, sort.form(), error, now=now)


def _kept(kept: Opened) -> Response:
    """Commit, and say who can read it."""
    db, now = session(), clock.now()
    names = readers.of_record(db, keyring(), kept.id, now=now)
    db.commit()
    shared = ngettext(
        "Saved. You and %(num)s therapist can read this. Nobody watches this in real time.",
        "Saved. You and %(num)s therapists can read this. Nobody watches this in real time.",
        len(names),
    )
    flash(shared if names else _("Saved. Only you can read this."))
    return redirect(url_for(".show", record_id=kept.id), 303)
