"""Journal entries: written, found again, shared one by one."""

from flask import Flask


def register(app: Flask) -> None:
    """Add this feature to the app."""
