"""What was asked for on the day after a session: done now, or let be."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from journal import clock
from journal.db import session
from journal.features.integration import later
from journal.features.integration.blueprint import bp
from journal.web import soft_window
from journal.web.audience import audience
from journal.web.login import keyring


@bp.get("/later")
@audience("patient")
def kept() -> str:
    """Show what was asked for, and until when it waits."""
    db, now = session(), clock.now()
    until = soft_window.open_until(db, keyring(), now)
    offers = later.offers(db, keyring(), now)
    return render_template("integration/later.html", offers=offers, until=until)


@bp.post("/later/dismissal")
@audience("patient")
def dismissal() -> Response:
    """Let it be; pressed twice it is pressed once."""
    db = session()
    soft_window.let_be(db, keyring(), request.form.get("asked", ""))
    db.commit()
    flash(_("Let be. Nothing was shared."))
    return redirect(url_for("integration.kept"), 303)
