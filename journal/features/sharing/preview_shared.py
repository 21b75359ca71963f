"""A shared scope as a therapist sees it, shown to the patient: no log line."""

from functools import partial
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from journal.core import previewing
from journal.core.errors import NotFound
from journal.db import session
from journal.features.sharing.preview_routes import opened
from journal.features.sharing.routes import bp
from journal.web import shared_pages
from journal.web.audience import audience


@bp.get("/<uuid:grant_id>/preview/shared/<scope>")
@audience("patient")
def preview_shared(grant_id: UUID, scope: str) -> ResponseReturnValue:
    """Show the records of one scope as the therapist opens them."""
    known, before = shared_pages.page_of(scope), request.args.get("before")
    grant, facts = opened(grant_id)
    if scope not in grant.scopes:
        raise NotFound("not covered")
    return render_template(
        "sharing/preview_shared.html",
        page={"id": grant.id, "name": grant.patient_name, "scope": known},
        shown=shared_pages.shown(partial(previewing.list_own, session(), grant), scope, before),
        before=before,
        **facts,
    )
