"""Medicines, own use and checks: each written, shown, changed, deleted and taken back."""

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from journal import clock
from journal.db import session
from journal.features.medications import pieces, queries, sorts
from journal.features.medications.blueprint import bp
from journal.features.medications.noting import NOTED
from journal.web import readers
from journal.web.audience import audience
from journal.web.login import keyring
from journal.web.parts import parts
from journal.web.pieces import pages
from journal.web.pieces.actions import opened


@bp.route("/new", methods=["GET", "POST"])
@audience("patient")
def new() -> Response:
    """Note a medicine, or a change of one."""
    return pages.new(NOTED, sorts.CHANGES)


@bp.route("/exposures/new", methods=["GET", "POST"])
@audience("patient")
def new_use() -> Response:
    """Note something taken outside the clinic."""
    return pages.new(NOTED, sorts.USES)


@bp.route("/checks/new", methods=["GET", "POST"])
@audience("patient")
def new_check() -> Response:
    """Answer the check of the body."""
    return pages.new(NOTED, sorts.CHECKS)


@bp.get("/<uuid:record_id>")
@audience("patient")
def show(record_id: UUID) -> str:
    """Show one with its readers; of a medicine all its changes, as many as are light enough."""
    db, now = session(), clock.now()
    record = opened(db, keyring(), NOTED, record_id)
    changes = queries.beside(db, keyring(), record) if record.kind == pieces.CHANGE else []
    return render_template(
        "medications/show.html",
        record=record,
        sort=NOTED.sort_of(record.kind),
        changes=changes,
        readers=readers.of_record(db, keyring(), record_id, now=now),
        needs_help=queries.asks_for_help(db, keyring(), record),
        clinic_phone=parts().settings.clinic_phone,
    )


@bp.route("/<uuid:record_id>/edit", methods=["GET", "POST"])
@audience("patient")
def edit(record_id: UUID) -> Response:
    """Change one of them."""
    return pages.edit(NOTED, record_id)


@bp.post("/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Response:
    """Delete one of them, with a way back."""
    return pages.deletion(NOTED, record_id)


@bp.post("/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Response:
    """Take a deletion back."""
    return pages.restoration(NOTED, record_id)
