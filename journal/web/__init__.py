"""The Flask toolkit that every feature stands on."""

from flask import Flask

from journal import db
from journal.web import (
    assets,
    audience,
    compression,
    csrf,
    errors,
    filters,
    freshness,
    headers,
    health,
    kept_words,
    languages,
    logging,
    login,
    origins,
    send_again,
    soft_window,
    words_routes,
)


def register(app: Flask) -> None:
    """Fit the toolkit to the app. Before a view each hook runs in this order, after it backwards:
    the log sees every answer, the host is checked before anything, the audience last.
    """
    db.attach(app)
    for part in (logging, headers, compression, origins, csrf, login, audience, freshness):
        part.register(app)
    for part in (errors, send_again, languages, filters, assets, soft_window, kept_words):
        part.register(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(words_routes.bp)
