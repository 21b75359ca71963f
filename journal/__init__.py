"""The journal: create_app puts its parts together."""

from flask import Flask

from journal.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from the given settings, or from the environment's."""
    raise NotImplementedError
