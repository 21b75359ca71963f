"""Words that wait for their form: sent ahead while somebody types, listed, thrown away."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from journal import clock
from journal.core import unfinished
from journal.core.errors import NotFound
from journal.core.open_pages import Older
from journal.core.unfinished import Kept, Sent, TooLarge
from journal.db import session
from journal.web import kept_words, paths
from journal.web.audience import audience
from journal.web.forms import CONFLICT, INVALID
from journal.web.notices import offer_undo
from journal.web.soft_window import can_undo

TOO_LARGE = 413
ENDED = 401  # to the script, whose own session is over
REFUSALS: dict[type[Exception], tuple[str, int]] = {
    Kept: ("kept", CONFLICT),
    Older: ("older", CONFLICT),
    TooLarge: ("too large", TOO_LARGE),
}

bp = Blueprint(kept_words.BLUEPRINT, __name__, url_prefix="/words")


@bp.get("")
@audience("signed-in")
def index() -> str:
    """List what was typed and not saved, wherever that was."""
    db, keyring = session(), current_user.keyring
    found = unfinished.every(db, keyring)
    return render_template(
        "words/index.html",
        found=found,
        closed=unfinished.unreadable(db, keyring, found),
        put_away=unfinished.put_away(db, keyring, clock.now()),
        most=unfinished.MOST,
    )


@bp.post("/<uuid:page>")
@audience("signed-in")
def words(page: UUID) -> tuple[Response, int]:
    """Keep what a page sent ahead."""
    db, keyring = session(), current_user.keyring
    if not kept_words.is_of(page, keyring.account_id):
        return jsonify(state="another's"), ENDED
    fields = {**request.form.to_dict(), "page": str(page)}
    try:
        sent, said = kept_words.read(fields, keyring.role)
        unfinished.save(db, keyring, sent, said, now=clock.now())
    except (ValueError, Kept, Older, TooLarge) as error:
        db.rollback()
        state, status = REFUSALS.get(type(error), ("refused", INVALID))
        return jsonify(state=state), status
    db.commit()
    return jsonify(state="saved"), 200


@bp.get("/<uuid:page>")
@audience("signed-in")
def arrival(page: UUID) -> tuple[str, int]:
    """Say whether a page's words up to a turn are here: what its phone holds of them may go."""
    turn = request.args.get("turn", 0, type=int)
    if not unfinished.arrived(session(), current_user.keyring, Sent(page, turn)):
        raise NotFound("no such words")
    return "", 204


@bp.post("/<uuid:page>/deletion")
@audience("signed-in")
def deletion(page: UUID) -> Response:
    """Throw a page's words away, with a day to undo."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    comes_back = unfinished.discard(db, keyring, page, now=now)
    db.commit()
    if comes_back:
        undo = can_undo(db, keyring, now)
        offer_undo(_("Thrown away. %(undo)s", undo=undo), url_for(".restoration", page=page))
    else:
        flash(_("Thrown away."))
    return redirect(paths.safe_path(request.form.get("back")) or url_for(".index"), 303)


@bp.post("/<uuid:page>/restoration")
@audience("signed-in")
def restoration(page: UUID) -> Response:
    """Undo: back to the page on which they can be put back."""
    db = session()
    there = unfinished.restore(db, current_user.keyring, page, now=clock.now())
    db.commit()
    return redirect(there.words.at, 303)
