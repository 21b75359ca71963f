"""What stays: the hub, the course in time, and each piece written, shown, changed and deleted."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import NotFound
from journal.db import session
from journal.features.integration import actions, queries, sorts
from journal.features.integration.blueprint import bp
from journal.features.integration.keeping import STAYS
from journal.web import soft_window, who_reads
from journal.web.audience import audience
from journal.web.login import keyring
from journal.web.parts import parts
from journal.web.paths import first
from journal.web.pieces import pages
from journal.web.pieces.actions import opened


@bp.get("/insights")
@audience("patient")
def index() -> str:
    """Show insights, what they led to, and what came of that."""
    hub = queries.hub(session(), keyring(), first())
    return render_template("integration/index.html", hub=hub)


@bp.get("/insights/course")
@audience("patient")
def course() -> str:
    """Show everything in time, sessions between."""
    events, older = queries.course(session(), keyring(), first())
    return render_template("integration/course.html", events=events, older=older, first=first())


@bp.route("/insights/new", methods=["GET", "POST"])
@audience("patient")
def new_insight() -> Response:
    """Keep an insight."""
    return pages.new(STAYS, sorts.INSIGHTS)


@bp.route("/practices/new", methods=["GET", "POST"])
@audience("patient")
def new_practice() -> Response:
    """Take something up."""
    return pages.new(STAYS, sorts.PRACTICES)


@bp.route("/revisits/new", methods=["GET", "POST"])
@audience("patient")
def new_revisit() -> Response:
    """Look back at a practice."""
    return pages.new(STAYS, sorts.REVISITS)


@bp.route("/after-effects/new", methods=["GET", "POST"])
@audience("patient")
def new_check() -> Response:
    """Check in the days after a session."""
    return pages.new(STAYS, sorts.AFTER)


@bp.get("/insights/<uuid:record_id>")
@audience("patient")
def show(record_id: UUID) -> str:
    """Show one piece, who can read it, and who opened it when."""
    db, now = session(), clock.now()
    record = opened(db, keyring(), STAYS, record_id)
    sort = STAYS.sort_of(record.kind)
    readers = who_reads.readers_of(db, keyring(), record_id, now=now)
    return render_template(
        "integration/show.html",
        record=record,
        sort=sort,
        piece=sort.load(record.content),
        readers=readers,
        who=who_reads.said(readers.names),
        clinic_phone=parts().settings.clinic_phone,
    )


@bp.route("/insights/<uuid:record_id>/edit", methods=["GET", "POST"])
@audience("patient")
def edit(record_id: UUID) -> Response:
    """Change one piece."""
    return pages.edit(STAYS, record_id)


@bp.post("/insights/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Response:
    """Delete one piece, with a way back."""
    return pages.deletion(STAYS, record_id)


@bp.post("/insights/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Response:
    """Take a deletion back."""
    return pages.restoration(STAYS, record_id)


@bp.post("/insights/<uuid:record_id>/shares")
@audience("patient")
def shares(record_id: UUID) -> Response:
    """Let the reader of one grant read this piece; on the day after a session, later."""
    db, now = session(), clock.now()
    kind, grant_id = opened(db, keyring(), STAYS, record_id).kind, _grant()
    until = soft_window.open_until(db, keyring(), now)
    if until:
        soft_window.keep_share(db, keyring(), grant_id, record_id, kind=kind, now=now)
    else:
        actions.share(db, keyring(), grant_id, record_id, now=now)
    db.commit()
    flash(soft_window.waits(until) if until else _("Shared."))
    return redirect(url_for(".show", record_id=record_id), 303)


@bp.post("/insights/<uuid:record_id>/shares/<uuid:grant_id>/revocation")
@audience("patient")
def share_end(record_id: UUID, grant_id: UUID) -> Response:
    """End a share at once; what was read can't be unread."""
    db = session()
    actions.unshare(db, keyring(), grant_id, record_id, now=clock.now())
    db.commit()
    flash(_("No longer shared on its own. What was read before can't be unread."))
    return redirect(url_for(".show", record_id=record_id), 303)


def _grant() -> UUID:
    try:
        # In the address where it is asked once more: that button has no field of its own.
        return UUID(request.values.get("grant", ""))
    except ValueError as error:
        raise NotFound from error
