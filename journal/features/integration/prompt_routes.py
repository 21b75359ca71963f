"""Another prompt for today, or none; what a therapist gave, put away."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from journal import clock
from journal.db import session
from journal.features.integration import assignments, prompting
from journal.features.integration.blueprint import bp
from journal.web.audience import audience
from journal.web.login import keyring

TO_THE_PAGE = "write"


@bp.post("/prompts/another")
@audience("patient")
def another_prompt() -> Response:
    """Offer another one, on Today or on the writing page it was asked from."""
    db = session()
    found = prompting.another(db, keyring(), clock.now())
    db.commit()
    if found is not None and request.form.get("came_from") == TO_THE_PAGE:
        return redirect(url_for("entries.new", prompt=found.id), 303)
    return redirect(url_for("today.today"), 303)


@bp.post("/prompts/none")
@audience("patient")
def no_prompt() -> Response:
    """Leave today without one."""
    db = session()
    prompting.none_today(db, keyring(), clock.now())
    db.commit()
    return redirect(url_for("today.today"), 303)


@bp.post("/prompts/put-away")
@audience("patient")
def put_away() -> Response:
    """Take off Today what a therapist gave; it stays among the copies."""
    db = session()
    assignments.put_away(db, keyring(), request.form.get("given", ""))
    db.commit()
    return redirect(url_for("today.today"), 303)
