"""The check of the body comes due each week after a session."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.web import due
from journal.web.due import LATEST, Due, Occurrence

# The names of ties, never to be changed, and the day after the last session that each begins.
WEEKS = {f"body-check-{week}": week * 7 for week in (1, 2, 3, 4)}


def ties(_db: Session, _keyring: Keyring) -> list[Due]:
    """Return the four checks that hang from the last session; none is worth a reminder."""
    return [
        Due(name, days, _words, _address, anchor=LATEST, lasts=3, reminds=False)
        for name, days in WEEKS.items()
    ]


def settle(db: Session, keyring: Keyring, now: datetime) -> None:
    """Take what is due as done by the check that was just written; the caller commits."""
    due.settle(db, keyring, WEEKS, now)


def _words(_one: Occurrence) -> str:
    return str(_("How is your body?"))


def _address(_one: Occurrence) -> str:
    return url_for("medications.new_check")
