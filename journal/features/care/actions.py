"""Planning, moving, cancelling and recording a session; taking in what a therapist recorded."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import care_copies, clinical, records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.state import change_state
from journal.features.care.anchored import WallTime
from journal.features.care.course import Course
from journal.features.care.medicine_session import (
    KIND,
    OWN_KIND,
    SCOPE,
    MedicineSession,
    Status,
    numbered,
)
from journal.web import copies

STATE = "course"
# A session that was recorded can be corrected; one that was cancelled is planned anew.
BECOMES = {
    Status.PLANNED: frozenset(Status),
    Status.HELD: frozenset((Status.HELD,)),
    Status.CANCELLED: frozenset[Status](),
}


def wall_time(moment: datetime, zone: str) -> WallTime:
    """Return what the clocks of a zone show at a moment."""
    local = moment.astimezone(ZoneInfo(zone))
    return WallTime(local.date(), local.hour * 60 + local.minute, zone)


def plan(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, when: WallTime, now: datetime
) -> None:
    """Plan a session; posted twice it is planned once. The caller commits."""
    clinical.begin(
        db,
        keyring,
        grant_id,
        record_id=record_id,
        kind=OWN_KIND,
        copied_as=KIND,
        says=MedicineSession(Status.PLANNED, when).dump(),
        occurs=when.at,
        now=now,
    )


def change(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    record_id: UUID,
    version: int,
    session: MedicineSession,
    now: datetime,
) -> None:
    """Say what has become of a session; said twice it is said once. The caller commits.

    StaleVersion when somebody has said something else of it meanwhile, NotFound when it can't
    become that any more.
    """
    opened = clinical.one(db, keyring, grant_id, record_id, kind=OWN_KIND)
    before = MedicineSession.load(opened.content)
    if before == session:
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
    )


def held(started: datetime, ended: datetime, zone: str) -> MedicineSession:
    """Return a session that took place between two moments."""
    minutes = int((ended - started) / timedelta(minutes=1))
    return MedicineSession(Status.HELD, wall_time(started, zone), minutes)


def take_in(db: Session, keyring: Keyring, now: datetime) -> None:
    """Take in what therapists recorded since the last time; commits if there was anything."""

    def keep() -> None:
        copies.keep(db, keyring, now)

    care_copies.take_in(db, keyring, copies.check, then=keep, now=now)


def keep_course(db: Session, keyring: Keyring, now: datetime) -> None:
    """Keep in the sealed state what Today says of the sessions."""
    found = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND)
    sessions = [(one.id, MedicineSession.load(one.content)) for one in found if one.readable]
    course = Course.of(numbered(sessions), now).dump()
    change_state(db, keyring, lambda state: state.update({STATE: course}))
