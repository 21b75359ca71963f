"""The therapist's caseload and what each patient shares."""

from flask import Flask

from journal.features.workspace import brief_routes as brief_routes
from journal.features.workspace import measure_routes as measure_routes
from journal.features.workspace import shared_routes as shared_routes
from journal.features.workspace.routes import bp
from journal.web import shared_pages


def register(app: Flask) -> None:
    """Add this feature to the app."""
    app.register_blueprint(bp)
    app.jinja_env.globals["shared_pages_among"] = shared_pages.among
