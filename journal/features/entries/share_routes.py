"""Sharing one entry with one reader, and ending that."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from journal import clock
from journal.db import session
from journal.features.entries import actions
from journal.features.entries.blueprint import bp
from journal.features.entries.entry import NAME
from journal.features.entries.forms import id_of
from journal.web import soft_window
from journal.web.audience import audience
from journal.web.notices import offer_undo


@bp.post("/entries/<uuid:record_id>/shares")
@audience("patient")
def shares(record_id: UUID) -> Response:
    """Let the reader of one grant read this entry."""
    db, keyring = session(), current_user.keyring
    # In the address where one share is taken up again: that button has no field of its own.
    grant_id = id_of(request.values.get("grant", ""))
    now = clock.now()
    until = soft_window.open_until(db, keyring, now)
    if until:
        soft_window.keep_share(db, keyring, grant_id, record_id, kind=NAME, now=now)
    else:
        actions.share(db, keyring, grant_id, record_id, now=now)
    db.commit()
    shared = _("Shared. Who can read this entry now stands below its words.")
    flash(soft_window.waits(until) if until else shared)
    return redirect(url_for(".show", record_id=record_id), 303)


@bp.post("/entries/<uuid:record_id>/shares/<uuid:grant_id>/revocation")
@audience("patient")
def share_revocation(record_id: UUID, grant_id: UUID) -> Response:
    """End a share at once; what was read can't be unread."""
    db, keyring = session(), current_user.keyring
    actions.unshare(db, keyring, grant_id, record_id, now=clock.now())
    db.commit()
    told = _("No longer shared on its own. What was read before can't be unread.")
    again = url_for(".shares", record_id=record_id, grant=grant_id)
    offer_undo(told, again, _("Share it again"))
    return redirect(url_for(".show", record_id=record_id), 303)
