"""The journal: create_app puts its parts together."""

from flask import Flask

from journal import cli, config, instance, web
from journal.config import Settings
from journal.db import Database
from journal.features import (
    accounts,
    checkins,
    entries,
    exports,
    safety,
    sharing,
    today,
    trends,
    workspace,
)
from journal.web.application import make_application
from journal.web.parts import Parts

FEATURES = (accounts, today, checkins, trends, entries, sharing, workspace, safety, exports)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from the given settings, or from the environment's."""
    settings = settings or config.read()
    database = Database(settings.database_url)
    parts = Parts(settings, database, instance.read_site_key(settings))
    app = make_application(__name__, parts)
    web.register(app)
    for feature in FEATURES:
        feature.register(app)
    cli.register(app)
    return app
