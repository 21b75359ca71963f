"""The living style page: every component in every state, in development only."""

from flask import Flask

from journal.features.style import routes


def register(app: Flask) -> None:
    """Add this feature to the app; create_app does it only where the settings say so."""
    app.register_blueprint(routes.bp)
