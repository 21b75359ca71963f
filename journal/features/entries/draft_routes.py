"""Drafts: saved while somebody types, discarded with undo."""

from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from journal import clock
from journal.core.errors import NotFound
from journal.core.open_pages import Older
from journal.db import session
from journal.features.entries import drafts, pages
from journal.features.entries.blueprint import bp
from journal.features.entries.leaf import of_page, sent
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID
from journal.web.notices import offer_undo
from journal.web.soft_window import can_undo

REFUSALS: dict[type[Exception], tuple[str, int]] = {
    drafts.Kept: ("kept", CONFLICT),
    Older: ("older", CONFLICT),
}
ANSWERS = ("application/json", "text/html")


@bp.post("/drafts/<uuid:client_id>")
@audience("patient")
def draft(client_id: UUID) -> Response | tuple[Response, int]:
    """Save a draft: JSON for the script, a page for the button that works without it."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    # A browser names other kinds beside HTML, some of them as gladly.
    asks_for_page = request.accept_mimetypes.best_match(ANSWERS) == "text/html"
    try:
        drafts.save(db, keyring, sent(request.form, client_id), drafts.read(request.form), now=now)
    except (ValueError, drafts.Kept, Older) as error:
        db.rollback()
        if asks_for_page:
            return pages.refused_draft(db, keyring, client_id, request.form, now=now)
        said, status = REFUSALS.get(type(error), ("refused", INVALID))
        return jsonify(state=said), status
    db.commit()
    if asks_for_page:
        flash(_("Put aside. Only you can read this."))
        return redirect(url_for(".index"), 303)
    return jsonify(state="saved", at=now.isoformat())


@bp.get("/drafts/<uuid:client_id>")
@audience("patient")
def draft_arrival(client_id: UUID) -> tuple[str, int]:
    """Say whether a page's words up to a turn are here: what its phone holds of them may go."""
    if not drafts.arrived(session(), current_user.keyring, sent(request.args, client_id)):
        raise NotFound("no such draft")
    return "", 204


@bp.post("/drafts/<uuid:client_id>/deletion")
@audience("patient")
def draft_deletion(client_id: UUID) -> Response:
    """Discard a draft, with a day to undo."""
    db, keyring = session(), current_user.keyring
    leaf = of_page(client_id, request.args.get("page"))
    drafts.discard(db, keyring, leaf, now=clock.now())
    db.commit()
    undo = url_for(".draft_restoration", client_id=client_id, page=leaf.other_page)
    told = can_undo(db, keyring, clock.now())
    offer_undo(_("Draft discarded. %(undo)s", undo=told), undo)
    return redirect(url_for(".index"), 303)


@bp.post("/drafts/<uuid:client_id>/restoration")
@audience("patient")
def draft_restoration(client_id: UUID) -> Response:
    """Undo: go on with the draft."""
    db, keyring = session(), current_user.keyring
    leaf = of_page(client_id, request.args.get("page"))
    drafts.restore(db, keyring, leaf, now=clock.now())
    db.commit()
    return redirect(url_for(".new", draft=client_id, page=leaf.other_page), 303)
