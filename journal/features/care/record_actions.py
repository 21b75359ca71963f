"""Saving what a therapist records of a session; telling other features what was given."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical, records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.features.care import own_notes
from journal.features.care.actions import BECOMES
from journal.features.care.medicine_session import (
    KIND,
    OWN_KIND,
    SCOPE,
    MedicineSession,
    numbered,
)
from journal.features.care.own_notes import OwnPart
from journal.web import exposures


def save(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    record_id: UUID,
    version: int,
    session: MedicineSession,
    own: OwnPart,
    now: datetime,
) -> None:
    """Keep what is said of a session by now; said twice it is said once. The caller commits.

    StaleVersion when somebody has said something else of it meanwhile, NotFound when it can't
    become that any more.
    """
    opened = clinical.one(db, keyring, grant_id, record_id, kind=OWN_KIND)
    before = MedicineSession.load(opened.content)
    kept = own_notes.added(opened.content, own, now)
    if before == session and kept is None:
        return
    if session.status not in BECOMES[before.status]:
        raise NotFound("a session that is over")
    clinical.change(
        db,
        keyring,
        grant_id,
        record_id=record_id,
        kind=OWN_KIND,
        version=version,
        says=session.dump(),
        occurs=session.when.at,
        now=now,
        own=kept,
    )


def doses(db: Session, keyring: Keyring) -> Iterator[exposures.Dose]:
    """Yield every dose that a patient has a copy of."""
    copies = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND)
    found = [(one.id, MedicineSession.load(one.content)) for one in copies if one.readable]
    for _id, session, number in numbered(found):
        record = session.record
        for dose in record.doses:
            yield exposures.Dose(
                dose.at,
                dose.route.value,
                dose.mg,
                dose.per_kg(record.grams),
                session.when.day,
                number,
            )
