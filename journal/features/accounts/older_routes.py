"""An older copy of the database was put back: told until it is acknowledged."""

from flask import Response, make_response, redirect, render_template, request
from flask_login import current_user

from journal.core import freshness
from journal.db import session
from journal.features.accounts.arriving import destination
from journal.features.accounts.routes import bp
from journal.web.audience import audience


@bp.get("/account/older-database")
@audience("signed-in")
def older_database() -> Response:
    """Tell what that means, what may be missing, and what to do."""
    older = freshness.told(session(), current_user.keyring)
    wanted = destination(request.args.get("next"))
    if older is None:
        return make_response(redirect(wanted, 303))
    page = render_template("accounts/older_database.html", older=older, next=wanted)
    return make_response(page)


@bp.post("/account/older-database/acknowledgement")
@audience("signed-in")
def older_database_acknowledgement() -> Response:
    """It was read: from here on this database is the one to compare with."""
    db = session()
    freshness.acknowledge(db, current_user.keyring)
    db.commit()
    return make_response(redirect(destination(request.form.get("next")), 303))
