"""The journal: create_app puts its parts together."""

from flask import Flask

from journal import cli, config, instance, web
from journal.config import Settings
from journal.crypto.errors import CryptoError
from journal.db import Database
from journal.features import (
    accounts,
    care,
    checkins,
    discretion,
    entries,
    exports,
    integration,
    measures,
    medications,
    preparation,
    pwa,
    reminders,
    safety,
    screening,
    sharing,
    style,
    sync,
    today,
    trends,
    workspace,
)
from journal.operating import bare
from journal.web.application import make_application
from journal.web.parts import Parts

FEATURES = (
    accounts,
    today,
    care,
    screening,
    preparation,
    integration,
    medications,
    checkins,
    trends,
    measures,
    entries,
    sharing,
    workspace,
    safety,
    discretion,
    exports,
    reminders,
    sync,
    pwa,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from the given settings, or from the environment's."""
    settings = settings or config.read()
    try:
        site_key = instance.WatchedKey(settings)
    except (OSError, CryptoError):
        if not bare.asked_for_a_command():
            raise
        app = bare.make(settings)
        cli.register_bare(app)
        return app
    parts = Parts(settings, Database(settings.database_url), site_key)
    app = make_application(__name__, parts)
    web.register(app)
    for feature in FEATURES:
        feature.register(app)
    if settings.development:
        style.register(app)
    cli.register(app)
    return app
