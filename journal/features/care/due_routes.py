"""A patient leaves out something that is due, or takes that back."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.db import session
from journal.features.care import dues
from journal.web import due
from journal.web.audience import audience
from journal.web.login import keyring as own_keyring
from journal.web.notices import offer_undo

bp = Blueprint("due", __name__, url_prefix="/care/due/<uuid:session_id>/<tie>")


@bp.post("/omission")
@audience("patient")
def omission(session_id: UUID, tie: str) -> Response:
    """Leave it out: it is not asked again."""
    db, keyring = session(), own_keyring()
    due.mark(db, keyring, *dues.one_line(db, keyring, session_id, tie, clock.now()))
    db.commit()
    offer_undo(_("Left out."), url_for(".return_", session_id=session_id, tie=tie))
    return _back()


@bp.post("/return")
@audience("patient")
def return_(session_id: UUID, tie: str) -> Response:
    """Ask it after all."""
    db, keyring = session(), own_keyring()
    due.unmark(db, keyring, *dues.one_line(db, keyring, session_id, tie, clock.now()))
    db.commit()
    flash(_("It is back."))
    return _back()


def _back() -> Response:
    return redirect(url_for("care.index"), 303)
