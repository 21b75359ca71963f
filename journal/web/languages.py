"""Words and dates in the person's language and zone; English for now."""

from flask import Flask
from flask_babel import Babel, get_locale

from journal.web.zone import zone


def register(app: Flask) -> None:
    """Let templates translate, and dates be read in the signed-in person's zone."""
    Babel(app, timezone_selector=zone)
    settings = app.extensions["journal"].settings
    app.jinja_env.globals.update(
        get_locale=get_locale,
        clinic={"name": settings.clinic_name, "hours": settings.clinic_hours},
        idle_minutes=settings.idle_minutes,
    )
