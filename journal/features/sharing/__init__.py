"""What a patient shares, with whom, and who opened it."""

from flask import Flask


def register(app: Flask) -> None:
    """Add this feature to the app."""
