"""Home, and what today holds."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from journal import clock
from journal.core import accounts
from journal.db import session
from journal.web import cards
from journal.web.audience import audience
from journal.web.zone import zone

bp = Blueprint("today", __name__)

HOMES = {"patient": "today.today", "therapist": "workspace.caseload"}


@bp.get("/")
@audience("public")
def home() -> Response:
    """Send everybody where they begin."""
    where = HOMES[current_user.role] if current_user.is_authenticated else "accounts.sign_in"
    return redirect(url_for(where), 303)


@bp.get("/today")
@audience("patient")
def today() -> str:
    """Show the cards of today."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    name = accounts.profile(db, keyring).name
    shown = cards.shown(db, keyring, now, whole="whole" in request.args)
    return render_template("today/today.html", date=clock.today(zone()), name=name, cards=shown)
