"""Intentions: written before a session, looked at again after it, changed, deleted."""

from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from journal import clock
from journal.db import session
from journal.features.preparation import queries
from journal.features.preparation.intending import INTENTION, INTENTIONS
from journal.features.preparation.routes import bp
from journal.web import readers
from journal.web.audience import audience
from journal.web.login import keyring
from journal.web.pieces import pages
from journal.web.pieces.actions import opened


@bp.get("/intentions")
@audience("patient")
def intentions() -> str:
    """Show every intention, newest first."""
    before = request.args.get("before")
    page = queries.every(session(), keyring(), before)
    return render_template(
        "preparation/intentions.html", page=page, before=before, shown=queries.SHOWN
    )


@bp.route("/intentions/new", methods=["GET", "POST"])
@audience("patient")
def new() -> Response:
    """Write an intention, for the next session if one is planned."""
    return pages.new(INTENTIONS, INTENTION)


@bp.get("/intentions/<uuid:record_id>")
@audience("patient")
def intention(record_id: UUID) -> str:
    """Show one intention, and who can read it."""
    db, now = session(), clock.now()
    record = opened(db, keyring(), INTENTIONS, record_id)
    names = readers.of_record(db, keyring(), record_id, now=now)
    return render_template("preparation/intention.html", record=record, readers=names)


@bp.route("/intentions/<uuid:record_id>/edit", methods=["GET", "POST"])
@audience("patient")
def edit(record_id: UUID) -> Response:
    """Change an intention, or add what came of it."""
    return pages.edit(INTENTIONS, record_id)


@bp.post("/intentions/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Response:
    """Delete an intention, with a way back."""
    return pages.deletion(INTENTIONS, record_id)


@bp.post("/intentions/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Response:
    """Take a deletion back."""
    return pages.restoration(INTENTIONS, record_id)
