"""Help now."""

from flask import Flask


def register(app: Flask) -> None:
    """Add this feature to the app."""
