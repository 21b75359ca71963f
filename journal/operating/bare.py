"""The app without a site key: restore puts one in place, and doctor says that it is missing."""

from dataclasses import dataclass

import click
from flask import Flask

from journal.config import Settings
from journal.db import Database


@dataclass(frozen=True, slots=True)
class BareParts:
    """Settings and database; there is no site key."""

    settings: Settings
    database: Database


def asked_for_a_command() -> bool:
    """Tell whether the flask command is loading the app, and not a server."""
    return click.get_current_context(silent=True) is not None


def make(settings: Settings) -> Flask:
    """Return an app without a single page."""
    app = Flask("journal", static_folder=None)
    app.extensions["journal"] = BareParts(settings, Database(settings.database_url))
    return app
