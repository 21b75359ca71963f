"""A page with nothing on it, where Hide leads in a browser without scripts."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from journal.web.audience import audience
from journal.web.errors import page

bp = Blueprint("discretion", __name__)


@bp.get("/quiet")
@audience("public")
def quiet() -> ResponseReturnValue:
    """Show the same bytes to everybody: it says neither who was here nor what for."""
    return page(200, "discretion/quiet.html")
