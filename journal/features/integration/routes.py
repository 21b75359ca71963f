"""What stays: the hub, the course in time, and each piece written, shown, changed and deleted."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import NotFound, StaleVersion
from journal.db import session
from journal.features.integration import actions, pages, queries, sorts
from journal.features.integration.blueprint import bp
from journal.features.integration.forms import filled
from journal.features.integration.sorts import Sort
from journal.web import soft_window
from journal.web.audience import audience
from journal.web.forms import INVALID
from journal.web.login import keyring
from journal.web.notices import offer_undo

MOST = 1_000_000


@bp.get("/insights")
@audience("patient")
def index() -> str:
    """Show insights, what they led to, and what came of that."""
    hub = queries.hub(session(), keyring(), _first())
    return render_template("integration/index.html", hub=hub)


@bp.get("/insights/course")
@audience("patient")
def course() -> str:
    """Show everything in time, sessions between."""
    events, older = queries.course(session(), keyring(), _first())
    return render_template("integration/course.html", events=events, older=older, first=_first())


@bp.route("/insights/new", methods=["GET", "POST"])
@audience("patient")
def new_insight() -> Response:
    """Keep an insight."""
    return _new(sorts.INSIGHTS)


@bp.route("/practices/new", methods=["GET", "POST"])
@audience("patient")
def new_practice() -> Response:
    """Take something up."""
    return _new(sorts.PRACTICES)


@bp.route("/revisits/new", methods=["GET", "POST"])
@audience("patient")
def new_revisit() -> Response:
    """Look back at a practice."""
    return _new(sorts.REVISITS)


@bp.route("/after-effects/new", methods=["GET", "POST"])
@audience("patient")
def new_check() -> Response:
    """Check in the days after a session."""
    return _new(sorts.AFTER)


@bp.get("/insights/<uuid:record_id>")
@audience("patient")
def show(record_id: UUID) -> str:
    """Show one piece, who can read it, and who opened it when."""
    return pages.shown(session(), keyring(), record_id, now=clock.now())


@bp.route("/insights/<uuid:record_id>/edit", methods=["GET", "POST"])
@audience("patient")
def edit(record_id: UUID) -> Response:
    """Change one piece."""
    db, now = session(), clock.now()
    opened = actions.opened(db, keyring(), record_id)
    sort = sorts.of_kind(opened.kind)
    if request.method == "GET":
        form = filled(sort.form, opened, sort.load(opened.content))
        return make_response(pages.writing(db, keyring(), sort, form, now=now, opened=opened))
    form = pages.posted(db, keyring(), sort)
    if not form.validate():
        page = pages.writing(db, keyring(), sort, form, now=now, opened=opened)
        return make_response(page, INVALID)
    try:
        saved = actions.change(db, keyring(), opened, form, now=now)
    except StaleVersion as stale:
        db.rollback()
        return pages.conflict(db, keyring(), sort, form, stale.current, now=now)
    db.commit()
    late = soft_window.open_until(db, keyring(), now) if saved.put_off else None
    flash(soft_window.waits(late) if late else pages.saved(db, keyring(), record_id, now=now))
    return redirect(url_for(".show", record_id=record_id), 303)


@bp.post("/insights/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Response:
    """Delete one piece, with a way back."""
    db, now = session(), clock.now()
    actions.delete(db, keyring(), record_id, now=now)
    db.commit()
    told = _("Deleted. %(undo)s", undo=soft_window.can_undo(db, keyring(), now))
    offer_undo(told, url_for(".restoration", record_id=record_id))
    return redirect(url_for(".index"), 303)


@bp.post("/insights/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Response:
    """Take a deletion back."""
    db = session()
    actions.restore(db, keyring(), record_id, now=clock.now())
    db.commit()
    flash(_("It is back."))
    return redirect(url_for(".show", record_id=record_id), 303)


@bp.post("/insights/<uuid:record_id>/shares")
@audience("patient")
def shares(record_id: UUID) -> Response:
    """Let the reader of one grant read this piece; on the day after a session, later."""
    db, now = session(), clock.now()
    kind, grant_id = actions.opened(db, keyring(), record_id).kind, _grant()
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


def _new(sort: Sort) -> Response:
    """Show an empty form, or keep what it says; the same form sent again keeps nothing twice."""
    db, now = session(), clock.now()
    if request.method == "GET":
        form = pages.begun(db, keyring(), sort)
        return make_response(pages.writing(db, keyring(), sort, form, now=now))
    form = pages.posted(db, keyring(), sort)
    if not form.validate():
        return make_response(pages.writing(db, keyring(), sort, form, now=now), INVALID)
    try:
        kept = actions.write(db, keyring(), sort, form, now=now)
    except StaleVersion as stale:
        db.rollback()
        return pages.conflict(db, keyring(), sort, form, stale.current, now=now)
    except NotFound as error:
        db.rollback()
        return pages.as_new(db, keyring(), sort, form, error, now=now)
    db.commit()
    flash(pages.saved(db, keyring(), kept.id, now=now))
    return redirect(url_for(".show", record_id=kept.id), 303)


def _first() -> int:
    found = request.args.get("after", 0, type=int)
    if not 0 <= found <= MOST:
        raise NotFound
    return found


def _grant() -> UUID:
    try:
        # In the address where it is asked once more: that button has no field of its own.
        return UUID(request.values.get("grant", ""))
    except ValueError as error:
        raise NotFound from error
