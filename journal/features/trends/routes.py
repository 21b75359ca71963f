"""Pictures over time, each with its table."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from journal import clock
from journal.db import session
from journal.features.trends import queries
from journal.web import happened, series
from journal.web.audience import audience
from journal.web.zone import zone

bp = Blueprint("trends", __name__)


@bp.get("/trends")
@audience("patient")
def show() -> str:
    """Show the last 7, 30, 90 or 365 days."""
    days, today = series.range_of(request.args.get("days")), clock.today(zone())
    since = series.read_from(days, today=today, zone=zone())
    found = queries.check_ins_since(session(), current_user.keyring, since)
    sessions = happened.to(session(), current_user.keyring)
    shown = series.by_day(found, days=days, today=today, zone=zone(), happened=sessions)
    return render_template("trends/show.html", series=shown, ranges=series.RANGES)
