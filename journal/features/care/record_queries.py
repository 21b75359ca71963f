"""What the page of one session's record reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical, reading
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.reading import OpenGrant
from journal.features.care import own_notes, queries
from journal.features.care.medicine_session import OWN_KIND, MedicineSession, Status
from journal.features.care.own_notes import OwnPart


@dataclass(frozen=True, slots=True)
class Open:
    """One session of a patient as its therapist has it, with its number in the course."""

    grant: OpenGrant
    id: UUID
    session: MedicineSession
    number: int | None
    version: int
    own: OwnPart
    earlier: list[OwnPart]


def one(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, now: datetime) -> Open:
    """Open one session's record; NotFound when it is none of this patient's, or was cancelled."""
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    opened = clinical.one(db, keyring, grant_id, record_id, kind=OWN_KIND)
    session = MedicineSession.load(opened.content)
    if session.status is Status.CANCELLED:
        raise NotFound("a session that was cancelled")
    shown = queries.one_about(db, keyring, grant_id, record_id)
    own, earlier = own_notes.current(opened.content), own_notes.history(opened.content)[1:]
    return Open(grant, record_id, session, shown.number, opened.version, own, earlier)
