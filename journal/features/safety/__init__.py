"""Help now."""

from flask import Flask

from journal.features.safety import help_lines, routes


def register(app: Flask) -> None:
    """Add this feature to the app; a directory that is not right stops the start."""
    help_lines.directory()
    app.register_blueprint(routes.bp)
