"""Planning, moving, cancelling and recording a session; taking in what a therapist recorded."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import (
    care_reports,
    clinical,
    reading,
    records,
    reminding,
    soft_window,
)
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.state import State, change_state, read_state
from journal.features.care import histories, own_notes
from journal.features.care.anchored import WallTime
from journal.features.care.anchors import Anchor, Anchors
from journal.features.care.course import Course
from journal.features.care.history import History
from journal.features.care.medicine_session import (
    KIND,
    OWN_KIND,
    SCOPE,
    MedicineSession,
    Status,
    numbered,
)
from journal.features.care.own_notes import OwnPart
from journal.web import copies
from journal.web.parts import parts
from journal.web.zone import zone

STATE, TIED, ARC = "course", "tied", "arc"
# A session that was recorded can be corrected; one that was cancelled is planned anew.
BECOMES = {
    Status.PLANNED: frozenset(Status),
    Status.RUNNING: frozenset((Status.RUNNING, Status.HELD, Status.CANCELLED)),
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
    _tell_soon(db, keyring, grant_id, now)


def change(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    record_id: UUID,
    version: int,
    session: MedicineSession,
    now: datetime,
    own: OwnPart | None = None,
) -> None:
    """Say what a session has become; said twice it is said once. The caller commits.

    own: what stays with the therapist. StaleVersion when somebody has said something else of it
    meanwhile, NotFound when it can't become that any more.
    """
    opened = clinical.one(db, keyring, grant_id, record_id, kind=OWN_KIND)
    before = MedicineSession.load(opened.content)
    kept = own_notes.added(opened.content, own, now) if own else None
    if before == session and kept is None:
        return
    if session.status not in BECOMES[before.status]:
        raise NotFound("a session that is over")
    if session.status is Status.CANCELLED and before.record.doses:
        raise NotFound("a session in which medicine was given")
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
    if replace(before, record=session.record) != session:
        _tell_soon(db, keyring, grant_id, now)


def _tell_soon(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> None:
    """Remind the patient, if she wants that: her days to remind on move once she has looked in."""
    patient = reading.open_grant(db, keyring, grant_id, now=now).patient_id
    reminding.want_soon(db, parts().site_key, patient, now=now)


def held(started: datetime, ended: datetime, zone: str) -> MedicineSession:
    """Return a session that took place between two moments."""
    minutes = int((ended - started) / timedelta(minutes=1))
    return MedicineSession(Status.HELD, wall_time(started, zone), minutes)


def take_in(db: Session, keyring: Keyring, now: datetime) -> None:
    """Take in what therapists recorded since the last time; commits if there was anything."""
    copies.take_in(db, keyring, now)
    state = read_state(db, keyring)
    if STATE in state and TIED not in state:
        # It was kept by a version before anything was tied to sessions.
        keep_course(db, keyring, now)
        db.commit()


def keep_course(db: Session, keyring: Keyring, now: datetime) -> None:
    """Keep in the sealed state what Today says of the sessions, and what is tied to them."""
    scanned = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,))
    found = [one for one in scanned if one.readable]
    sessions = numbered(
        (one.id, MedicineSession.load(one.content)) for one in found if one.kind == KIND
    )
    newest = histories.newest(found)
    spans = _spans(found)

    def change(state: State) -> None:
        before = Anchors.load(state.get(TIED, {})).begun
        state[STATE] = Course.of(sessions, now).dump()
        state[TIED] = Anchors.of(sessions, begun(found, newest, before)).dump()
        state[ARC] = "" if newest is None else newest.standing.phase.value
        soft_window.keep(state, spans, now=now)

    change_state(db, keyring, change)


def _spans(found: Iterable[Opened]) -> list[soft_window.Span]:
    """When each session begins and ends, by which grant."""
    there = [(one, MedicineSession.load(one.content)) for one in found if one.kind == KIND]
    begun = (Status.RUNNING, Status.HELD)
    return [
        soft_window.Span(one.content["grant"], *session.span, session.status in begun)
        for one, session in there
        if session.status is not Status.CANCELLED
    ]


def begun(found: Iterable[Opened], newest: History | None, before: Anchor | None) -> Anchor | None:
    """The day of the first word that a therapist said of this course."""
    if newest is not None and newest.reopened is not None:
        first, at = newest.reopened.record, newest.reopened.happened.at
    else:
        copied = [one for one in found if one.content.get("reports")]
        said = [(care_reports.read(one.content["reports"][0]).said_at, one.id) for one in copied]
        if not said:
            return None
        at, first = min(said)
    # A journey since does not make it another day.
    if before is not None and before.id == first:
        return before
    return Anchor(first, wall_time(at, zone()), None, held=True)
