"""The time zone that dates are shown and read in."""

from flask import g
from flask_login import current_user

from journal import db
from journal.core import accounts


def zone() -> str:
    """Return the signed-in person's IANA zone, "UTC" when nobody is signed in."""
    if "zone" not in g:
        g.zone = _zone_of_person()
    name: str = g.zone
    return name


def _zone_of_person() -> str:
    if not current_user.is_authenticated:
        return "UTC"
    return accounts.profile(db.session(), current_user.keyring).zone
