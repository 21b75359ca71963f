"""The pages that pieces are written on: what a feature's routes answer with."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import NotFound, StaleVersion
from journal.core.opened import Opened
from journal.db import session
from journal.web import readers, soft_window, who_reads
from journal.web.forms import CONFLICT, INVALID, refuse_as_deleted, replaces
from journal.web.login import keyring
from journal.web.notices import offer_undo
from journal.web.pieces import actions
from journal.web.pieces.sorts import Form, Pieces, Sort


def new(pieces: Pieces[Form], sort: Sort[Form]) -> Response:
    """Show an empty form, or keep what it says; the same form sent again keeps nothing twice."""
    if request.method == "GET":
        form = pieces.begun(session(), keyring(), sort, clock.now())
        return _page(pieces, sort, form)
    form = sort.form()
    if not form.validate():
        return _page(pieces, sort, form, status=INVALID)
    return _keep(pieces, sort, form, None)


def edit(pieces: Pieces[Form], record_id: UUID) -> Response:
    """Show one to be changed, or save it over the version that was shown."""
    try:
        opened = actions.opened(session(), keyring(), pieces, record_id)
    except NotFound as error:
        return _deleted(pieces, record_id, error)
    sort = pieces.sort_of(opened.kind)
    if request.method == "GET":
        form = sort.form.filled(opened, sort.load(opened.content))
        return _page(pieces, sort, form, opened)
    form = sort.form()
    if not form.validate():
        return _page(pieces, sort, form, opened, INVALID)
    return _keep(pieces, sort, form, opened)


def deletion(pieces: Pieces[Form], record_id: UUID) -> Response:
    """Delete one, with a way back."""
    db, now = session(), clock.now()
    sort = actions.delete(db, keyring(), pieces, record_id, now=now)
    db.commit()
    told = f"{sort.deleted} {soft_window.can_undo(db, keyring(), now)}"
    offer_undo(told, url_for(f"{pieces.at}.restoration", record_id=record_id))
    return redirect(url_for(sort.home), 303)


def restoration(pieces: Pieces[Form], record_id: UUID) -> Response:
    """Take a deletion back."""
    db = session()
    sort = actions.restore(db, keyring(), pieces, record_id, now=clock.now())
    db.commit()
    flash(str(sort.back))
    return redirect(url_for(pieces.shown, record_id=record_id), 303)


def _keep(pieces: Pieces[Form], sort: Sort[Form], form: Form, before: Opened | None) -> Response:
    """Save, and say who can read it; where something else is there, show both."""
    db, now = session(), clock.now()
    try:
        if before is None:
            kept = actions.write(db, keyring(), pieces, sort, form, now=now)
        else:
            kept = actions.change(db, keyring(), pieces, before, form, now=now)
    except StaleVersion as stale:
        db.rollback()
        return _stale(pieces, sort, form, stale.current)
    except NotFound as error:
        db.rollback()
        return _as_new(pieces, sort, form, error)
    # Read in the transaction that writes: nobody's consent begins or ends in between.
    names = readers.of_record(db, keyring(), kept.id, now=now)
    db.commit()
    if kept.scope != form.scope:
        flash(soft_window.waits(soft_window.open_until(db, keyring(), now) or now))
    flash(who_reads.saved(names))
    return redirect(url_for(pieces.shown, record_id=kept.id), 303)


def _page(
    pieces: Pieces[Form],
    sort: Sort[Form],
    form: Form,
    opened: Opened | None = None,
    status: int = 200,
) -> Response:
    """Show the page it is written on, new or changed."""
    page = _rendered(f"{pieces.at}/write.html", pieces, sort, form, opened)
    return make_response(page, status)


def _stale(pieces: Pieces[Form], sort: Sort[Form], form: Form, current: Opened) -> Response:
    """Answer 409 with what is saved and what was typed; sent from there, the typed one wins."""
    replaces(form, current.version)
    page = _rendered("pieces/stale.html", pieces, sort, form, current)
    return make_response(page, CONFLICT)


def _deleted(pieces: Pieces[Form], record_id: UUID, error: NotFound) -> Response:
    """Give back what was typed into one that was deleted meanwhile; raise for all else."""
    if error.reason != "deleted" or request.method == "GET":
        raise error
    sort = actions.deleted_sort(session(), keyring(), pieces, record_id, now=clock.now())
    return _as_new(pieces, sort, sort.form(), error)


def _as_new(pieces: Pieces[Form], sort: Sort[Form], form: Form, error: NotFound) -> Response:
    """Give back as a new form what was typed into one that was deleted; raise for all else."""
    if error.reason != "deleted":
        raise error
    refuse_as_deleted(form)
    return _page(pieces, sort, form, status=CONFLICT)


def _rendered(
    template: str, pieces: Pieces[Form], sort: Sort[Form], form: Form, opened: Opened | None
) -> str:
    facts = pieces.facts(session(), keyring(), form, opened, clock.now())
    shown = {"pieces": pieces, "sort": sort, "kind": sort.kind, "opened": opened, "record": opened}
    return render_template(template, form=form, **shown, **facts)
