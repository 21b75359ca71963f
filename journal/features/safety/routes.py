"""Help now, and the page of a plan kept on a phone: public, the same for everybody."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, lazy_gettext

from journal.features.safety.help_lines import directory
from journal.web.audience import audience
from journal.web.errors import page
from journal.web.parts import parts

bp = Blueprint("safety", __name__)
NAMES = {
    "crisis": lazy_gettext("Crisis line"),
    "emergency": lazy_gettext("Emergency services"),
}


@bp.get("/help-now")
@audience("public")
def help_now() -> ResponseReturnValue:
    """Show whom to call, rendered apart from the request: it must work when all else fails."""
    locale, settings = get_locale(), parts().settings
    found = directory(settings.instance_path)
    answer = page(
        200,
        "safety/help_now.html",
        countries=[(_name(locale, one.code), one.lines) for one in found.countries],
        names=NAMES,
        unverified=any(line.verified_on is None for one in found.countries for line in one.lines),
        clinic_phone=settings.clinic_phone,
    )
    # A number that was taken away must not be dialled for a day. Without a signal the worker's
    # copy stands in.
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.add_etag()
    # The worker's script is made of this page, too, and is asked for with marks of its own.
    return answer.make_conditional(request) if request.endpoint == "safety.help_now" else answer


@bp.get("/safety-plan/kept")
@audience("public")
def kept_plan() -> ResponseReturnValue:
    """Show the page that a phone fills with the plan it keeps; it is the same for everybody."""
    answer = page(200, "safety/kept.html")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _name(locale: object, code: str) -> str:
    territories: dict[str, str] = getattr(locale, "territories", {})
    return territories.get(code, code)
