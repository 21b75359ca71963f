"""What is asked in the hours and days after a session: one tap at first, then the check."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.web import due, soft_window
from journal.web.due import LATEST, Due, Occurrence

DAY_1, DAY_3 = CHECKS = ("after-effects-1", "after-effects-3")  # never to be changed


def now_card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return what Today is on the day after a session, None on any other."""
    until = soft_window.open_until(db, keyring, now)
    if until is None:
        return None
    return {"headline": str(_("How is it right now?")), "until": until, "client_id": uuid4()}


def hub_card(_db: Session, _keyring: Keyring, _now: datetime) -> Mapping[str, Any]:
    """Return the way to what stays: it needs no facts."""
    return {}


def ties(_db: Session, _keyring: Keyring) -> list[Due]:
    """Return the two checks that hang from the last session."""
    return [
        Due(DAY_1, 1, _words, _address, anchor=LATEST, lasts=2),
        Due(DAY_3, 3, _words, _address, anchor=LATEST, lasts=3),
    ]


def settle(db: Session, keyring: Keyring, now: datetime) -> None:
    """Take what is due as done by the check that was just written; the caller commits."""
    due.settle(db, keyring, CHECKS, now)


def _words(one: Occurrence) -> str:
    return str(_("How are you after session %(number)s?", number=one.number))


def _address(_one: Occurrence) -> str:
    return url_for("integration.new_check")
