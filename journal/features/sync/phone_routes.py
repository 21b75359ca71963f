"""The phones that may write without signing in, and what of theirs could not be read."""

import base64
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from journal import clock
from journal.core import inbox, phones
from journal.core.errors import Full
from journal.db import session
from journal.web.audience import audience
from journal.web.device import device_name
from journal.web.inbox import open_waiting, tell

bp = Blueprint("phones", __name__, url_prefix="/account/phone")


@bp.get("")
@audience("patient")
def index() -> str:
    """List the phones, and what could not be read."""
    db, keyring = session(), current_user.keyring
    return render_template(
        "sync/phones.html",
        phones=phones.phones(db, keyring),
        refused=inbox.refused(db, keyring),
        waiting=inbox.waiting(db, keyring).sealed,
    )


@bp.post("")
@audience("patient")
def enrol() -> Response:
    """Let this phone write: its script keeps what is answered here, and nobody can ask again."""
    db = session()
    label = device_name(request.user_agent.string)
    try:
        made = phones.enrol(db, current_user.keyring, label=label, now=clock.now())
    except Full:
        db.rollback()
        answer = jsonify(problem=_("You have ten phones here. Remove one first."))
        answer.status_code = 409
        return answer
    db.commit()
    return jsonify(
        account=str(current_user.account_id),
        phone=str(made.phone_id),
        secret=made.secret,
        inbox=base64.b64encode(made.inbox).decode(),
        mark_key=base64.b64encode(made.mark_key).decode(),
    )


@bp.post("/opening")
@audience("patient")
def opening() -> Answer:
    """Bring in what came since this session began."""
    tell(open_waiting(session(), current_user.keyring, clock.now()))
    return redirect(url_for("today.today"), 303)


@bp.get("/<uuid:phone_id>/removal")
@audience("patient")
def ask_removal(phone_id: UUID) -> str:
    """Say what removing a phone does."""
    found = phones.keys_of(session(), current_user.keyring, phone_id)
    return render_template("sync/removal.html", phone=found)


@bp.post("/<uuid:phone_id>/removal")
@audience("patient")
def remove(phone_id: UUID) -> Answer:
    """Take nothing more from a phone, bring in what it sent, and forget its keys."""
    db, keyring = session(), current_user.keyring
    phones.close(db, keyring, phone_id)
    db.commit()
    tell(open_waiting(db, keyring, clock.now()))
    phones.remove(db, keyring, phone_id)
    db.commit()
    flash(_("This phone can't write here any more without signing in."))
    return redirect(url_for("phones.index"), 303)


@bp.post("/items/<uuid:item_id>/disposal")
@audience("patient")
def dispose(item_id: UUID) -> Answer:
    """Throw away what could not be read."""
    db = session()
    inbox.throw_away(db, current_user.keyring, item_id)
    db.commit()
    flash(_("Thrown away."))
    return redirect(url_for("phones.index"), 303)
