"""Writing and changing a check-in; the route commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.features.checkins.checkin import KIND, SCOPE
from journal.features.checkins.forms import EditForm, NewForm


def write(db: Session, keyring: Keyring, form: NewForm, *, now: datetime) -> records.Opened:
    """Write what the form says, or return what its id already holds; the caller compares.

    NotFound when the id is another kind's.
    """
    written = records.write(
        db,
        keyring,
        record_id=form.client_id.data,
        kind=KIND,
        scope=SCOPE,
        content=form.check_in().dump(),
        occurred_at=form.moment(now),
        now=now,
    )
    if written.kind != KIND:
        raise NotFound("another kind")
    return written


def change(
    db: Session, keyring: Keyring, opened: records.Opened, form: EditForm, *, now: datetime
) -> records.Opened:
    """Save what the form says over the version it was opened at; StaleVersion, NotFound."""
    return records.edit(
        db,
        keyring,
        record_id=opened.id,
        version=form.version.data,
        content=form.check_in().dump(),
        occurred_at=form.moment_over(opened.occurred_at, now),
        now=now,
    )
