"""Help now, and the safety plan."""

import sys
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from journal.features.safety import help_lines, plan_queries, plan_routes, routes
from journal.features.safety.plan import KIND, MANY, PARTIAL, PARTS, SCOPE, Plan
from journal.web import cards, kinds, shared_pages


def _only_on_its_page(_posted: MultiDict[str, str]) -> dict[str, Any]:
    """Refuse: a part is written over the plan that is there, which no form holds."""
    raise ValueError("a plan is written on its own page")


PLAN = kinds.Kind(KIND, SCOPE, Plan.load, _only_on_its_page, PARTIAL, many=MANY)
CARD = cards.Card("safety-plan", 70, plan_queries.card, "safety/_card.html", cards.COURSE)
SHARED = shared_pages.SharedPage(
    SCOPE,
    _("Safety plan"),
    _("The plan in the patient's own words. To suggest a change, talk about it."),
    _("No safety plan was shared yet."),
)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    say_what_is_wrong(app.extensions["journal"].settings.instance_path)
    kinds.register(PLAN)
    cards.register(CARD)
    shared_pages.register(SHARED)
    app.jinja_env.globals["safety_plan"] = Plan.load
    app.jinja_env.globals["safety_parts"] = PARTS
    app.register_blueprint(routes.bp)
    app.register_blueprint(plan_routes.bp)


def say_what_is_wrong(instance: Path) -> None:
    """Tell the operator of a file that is not used: the page shows other numbers."""
    if help_lines.directory(instance).wrong:
        sys.stderr.write(f"Warning: {instance / help_lines.FILE} can't be read: run doctor\n")
