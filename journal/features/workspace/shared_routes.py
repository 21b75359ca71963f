"""One shared scope as its reader sees it: every record of it, by kind."""

from uuid import UUID

from flask import render_template, request

from journal import clock
from journal.core import caseload, reading
from journal.core.errors import NotFound
from journal.db import session
from journal.features.workspace import queries
from journal.features.workspace.routes import bp
from journal.web import desk as beside
from journal.web import shared_pages
from journal.web.audience import audience
from journal.web.login import keyring


@bp.get("/patients/<uuid:grant_id>/shared/<scope>")
@audience("therapist")
def shared(grant_id: UUID, scope: str) -> str:
    """All records of one scope, written to the patient's log before they are opened."""
    db, now, before = session(), clock.now(), request.args.get("before")
    known = shared_pages.page_of(scope)
    grant = reading.open_grant(db, keyring(), grant_id, now=now)
    if scope not in grant.scopes:
        reading.log_refusal(db, keyring(), grant.target, "not covered", now)
        raise NotFound("not covered")
    listed = caseload.first_look(db, keyring(), grant, scope)
    lister = queries.noting(db, keyring(), grant, listed, now)
    shown = shared_pages.shown(lister, scope, before)
    caseload.mark_seen(db, keyring(), grant, listed)
    return render_template(
        "workspace/shared.html",
        page={"id": grant.id, "name": grant.patient_name, "scope": known},
        shown=shown,
        before=before,
        desk=beside.desk(db, keyring(), now),
    )
