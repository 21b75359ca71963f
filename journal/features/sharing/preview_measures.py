"""The measures as a therapist sees them, shown to the patient: no log line."""

from functools import partial
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from journal.core import previewing
from journal.core.errors import NotFound
from journal.db import session
from journal.features.sharing.preview_routes import opened
from journal.features.sharing.routes import bp
from journal.web import as_reader, kinds
from journal.web.as_reader import MEASURES
from journal.web.audience import audience


@bp.get("/<uuid:grant_id>/preview/measures")
@audience("patient")
def preview_measures(grant_id: UUID) -> ResponseReturnValue:
    """Show each instrument's table as the therapist opens it."""
    grant, facts = opened(grant_id)
    if MEASURES not in grant.scopes:
        raise NotFound("not covered")
    return render_template(
        "sharing/preview_measures.html",
        page={"id": grant.id, "name": grant.patient_name},
        found=as_reader.measures(partial(previewing.list_own, session(), grant)),
        many=kinds.kind("measure").many,
        **facts,
    )
