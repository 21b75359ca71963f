"""What one therapist sees of a patient, shown to the patient: the same rule, and no log line."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from journal import clock
from journal.core import consent, previewing
from journal.core.errors import NotFound
from journal.core.reading import OpenGrant
from journal.db import session
from journal.features.sharing.routes import bp
from journal.web import as_reader, copies, happened, kinds, series
from journal.web.as_reader import CHECK_INS
from journal.web.audience import audience
from journal.web.login import keyring as current_keyring
from journal.web.zone import zone

PAGES = {
    "patient": "sharing.preview",
    "record": "sharing.preview_record",
    "checkins": "sharing.preview_checkins",
    "measures": "sharing.preview_measures",
    "shared": "sharing.preview_shared",
}


@bp.get("/<uuid:grant_id>/preview")
@audience("patient")
def preview(grant_id: UUID) -> ResponseReturnValue:
    """Show the page that the therapist has of this patient."""
    db, before = session(), request.args.get("before")
    grant, facts = opened(grant_id)
    entries, older = as_reader.entries(partial(previewing.list_own, db, grant), before)
    patient = {
        "id": grant.id,
        "name": grant.patient_name,
        "entries": entries,
        "older": older,
        "scopes": as_reader.scopes_of(grant),
        "until": as_reader.until(grant),
        "check_ins": CHECK_INS in grant.scopes,
    }
    return render_template("sharing/preview.html", patient=patient, before=before, **facts)


@bp.get("/<uuid:grant_id>/preview/records/<uuid:record_id>")
@audience("patient")
def preview_record(grant_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """Show one record as the therapist opens it."""
    grant, facts = opened(grant_id)
    record = previewing.show_own(session(), grant, record_id)
    try:
        kind = kinds.kind(record.kind)
    except KeyError as error:
        raise NotFound("unknown kind") from error
    return render_template("sharing/preview_record.html", record=record, kind=kind, **facts)


@bp.get("/<uuid:grant_id>/preview/check-ins")
@audience("patient")
def preview_checkins(grant_id: UUID) -> ResponseReturnValue:
    """Show the check-ins as the therapist opens them."""
    grant, facts = opened(grant_id)
    if CHECK_INS not in grant.scopes:
        raise NotFound("not covered")
    lister = partial(previewing.list_own, session(), grant)
    days, before = series.range_of(request.args.get("days")), request.args.get("before")
    marks = partial(happened.read_by, session(), current_keyring(), grant, lister)
    shown = as_reader.check_ins(
        lister, days=days, before=before, zone=zone(), now=clock.now(), marks=marks
    )
    return render_template(
        "sharing/preview_checkins.html",
        page={"id": grant.id, "name": grant.patient_name, "shown": shown},
        days_shown=days,
        ranges=series.RANGES,
        partial=kinds.kind("check-in").partial,
        **facts,
    )


def opened(grant_id: UUID) -> tuple[OpenGrant, dict[str, Any]]:
    """Return the grant as its reader holds it, and what every page of the preview says."""
    db, keyring, now = session(), current_keyring(), clock.now()
    # The therapist sees what she recorded at once: it must not wait here for Today.
    copies.take_in(db, keyring, now)
    grant = previewing.open_own(db, keyring, grant_id, now=now)
    view = consent.one_grant(db, keyring, grant_id, now=now)
    return grant, {"reader_name": view.reader_name, "grant_id": grant_id, "pages": PAGES}
