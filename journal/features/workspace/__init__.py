"""The therapist's caseload and what each patient shares."""

from flask import Flask


def register(app: Flask) -> None:
    """Add this feature to the app."""
