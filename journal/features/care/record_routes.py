"""A therapist's pages of one session's record: fill it in as it goes, correct it later."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import Full, StaleVersion
from journal.db import session
from journal.features.care import actions, own_notes, record_parts, record_queries
from journal.features.care.desk_routes import bp
from journal.features.care.medicine_session import MedicineSession
from journal.features.care.record_filling import form_of
from journal.features.care.record_forms import RecordForm
from journal.features.care.record_queries import Open
from journal.features.care.record_reading import Reading
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID, refuse_as_full
from journal.web.login import keyring as own_keyring
from journal.web.zone import zone

MORE = "more"


@bp.get("/<uuid:record_id>/record")
@audience("therapist")
def record(grant_id: UUID, record_id: UUID) -> Response:
    """Show the record with what is known of the session by now."""
    found = record_queries.one(session(), own_keyring(), grant_id, record_id, clock.now())
    form = form_of(found.session, found.own, found.version, clock.now())
    return _page(found, form, 200, asked=request.args.getlist(record_parts.PART))


@bp.post("/<uuid:record_id>/record")
@audience("therapist")
def save(grant_id: UUID, record_id: UUID) -> Response:
    """Keep what is known by now, as often as anybody likes."""
    db, keyring, now = session(), own_keyring(), clock.now()
    found = record_queries.one(db, keyring, grant_id, record_id, now)
    saved = form_of(found.session, found.own, found.version, now)
    fields = record_parts.whole(request.form, saved)
    if fields.get(record_parts.THEN) and record_parts.unchanged(fields, saved):
        return _go_on(found)
    form = RecordForm(fields)
    if form.one_more(request.form.get(MORE, "")):
        return _page(found, form, 200, added=True)
    reading = Reading(form, found.session, zone(), now)
    said, own = reading.session(), reading.own()
    if said is None:
        return _page(found, form, INVALID, doubted=reading.doubted)
    at = (grant_id, record_id, form.version.data)
    try:
        actions.change(db, keyring, *at, said, now, own)
    except StaleVersion as stale:
        return _answer_stale(found, form, said, stale)
    except Full:
        return _answer_full(found, form)
    db.commit()
    return _saved(found, said)


def _answer_stale(
    found: Open, form: RecordForm, said: MedicineSession, stale: StaleVersion
) -> Response:
    """Answer 409 with what is saved and what was typed; sent from there, the typed one wins."""
    session().rollback()
    form.refuse(_("It was changed meanwhile. What you typed is still here; save it again."))
    form["version"].raw_data, form["version"].data = None, stale.current.version
    saved = MedicineSession.load(stale.current.content)
    kept = own_notes.current(stale.current.content)
    return _page(found, form, CONFLICT, saved=saved, kept=kept, typed=said)


def _answer_full(found: Open, form: RecordForm) -> Response:
    session().rollback()
    refuse_as_full(form)
    return _page(found, form, INVALID)


def _saved(found: Open, said: MedicineSession) -> Response:
    """Go on with the record while the session lasts, and back to the session once it is over."""
    grant_id, name = found.grant.id, found.grant.patient_name
    if request.form.get(record_parts.THEN):
        flash(_("Saved."))
        return _go_on(found)
    if said.is_held:
        flash(_("Saved. %(name)s gets a copy, without what is for you alone.", name=name))
        return redirect(url_for("care_desk.move", grant_id=grant_id, record_id=found.id), 303)
    flash(_("Saved. The session goes on: write when it ended once it is over."))
    return _go_on(found)


def _go_on(found: Open) -> Response:
    """Go on with the part that was asked for, or with the one that was sent."""
    sent = request.form.getlist(record_parts.THEN) or request.form.getlist(record_parts.PART)
    part = next(iter(record_parts.known(sent)), None)
    at = url_for("care_desk.record", grant_id=found.grant.id, record_id=found.id, part=part)
    return redirect(at, 303)


def _page(
    found: Open, form: RecordForm, status: int, *, asked: Sequence[str] = (), **facts: Any
) -> Response:
    facts["open_parts"] = record_parts.shown(form, asked or request.form.getlist(record_parts.PART))
    facts["titles"] = record_parts.TITLES
    desk = beside.desk(session(), own_keyring(), clock.now())
    page = render_template("care/record.html", found=found, form=form, desk=desk, **facts)
    return make_response(page, status)
