"""Signing up, signing in, recovery, and the account's own page."""

from flask import Flask


def register(app: Flask) -> None:
    """Add this feature to the app."""
