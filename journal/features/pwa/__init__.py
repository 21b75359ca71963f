"""The journal as an app: what a device may keep of it, and the pages that need no signal."""

from flask import Flask

from journal.features.pwa.routes import bp


def register(app: Flask) -> None:
    """Add this feature to the app."""
    app.register_blueprint(bp)
