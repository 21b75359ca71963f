"""A patient's measures as her reader sees them: each instrument over time."""

from uuid import UUID

from flask import render_template

from journal import clock
from journal.core import caseload, reading
from journal.core.errors import NotFound
from journal.core.reading import OpenGrant
from journal.db import session
from journal.features.workspace import queries
from journal.features.workspace.routes import bp
from journal.web import as_reader, kinds
from journal.web import desk as beside
from journal.web.as_reader import MEASURES
from journal.web.audience import audience
from journal.web.login import keyring


@bp.get("/patients/<uuid:grant_id>/measures")
@audience("therapist")
def measures(grant_id: UUID) -> str:
    """Each instrument's table, written to the patient's log before it is opened."""
    db, now = session(), clock.now()
    grant = _covering(grant_id)
    listed = caseload.first_look(db, keyring(), grant, MEASURES)
    found = as_reader.measures(queries.noting(db, keyring(), grant, listed, now))
    caseload.mark_seen(db, keyring(), grant, listed)
    return render_template(
        "workspace/measures.html",
        page={"id": grant.id, "name": grant.patient_name},
        found=found,
        many=kinds.kind("measure").many,
        desk=beside.desk(db, keyring(), now),
    )


def _covering(grant_id: UUID) -> OpenGrant:
    """The grant, where it covers the measures; a refusal is logged there."""
    db, now = session(), clock.now()
    grant = reading.open_grant(db, keyring(), grant_id, now=now)
    if MEASURES not in grant.scopes:
        reading.log_refusal(db, keyring(), grant.target, "not covered", now)
        raise NotFound("not covered")
    return grant
