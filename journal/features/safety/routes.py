"""Help now: public, the same for everybody, and it opens nothing and nobody's session."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, lazy_gettext

from journal.features.safety.help_lines import directory
from journal.web.audience import audience
from journal.web.errors import page
from journal.web.parts import parts

bp = Blueprint("safety", __name__)
KEPT_SECONDS = 24 * 60 * 60
NAMES = {
    "crisis": lazy_gettext("Crisis line"),
    "emergency": lazy_gettext("Emergency services"),
}


@bp.get("/help-now")
@audience("public")
def help_now() -> ResponseReturnValue:
    """Show whom to call, rendered apart from the request: it must work when all else fails."""
    locale = get_locale()
    answer = page(
        200,
        "safety/help_now.html",
        countries=[(_name(locale, one.code), one.lines) for one in directory()],
        names=NAMES,
        clinic_phone=parts().settings.clinic_phone,
    )
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer


def _name(locale: object, code: str) -> str:
    territories: dict[str, str] = getattr(locale, "territories", {})
    return territories.get(code, code)
