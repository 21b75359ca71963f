"""What the pages of the care arc read: a patient's own copies, a therapist's own records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core import care_copies, care_reports, clinical, consent, records
from journal.core.care_reports import Signed
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.reading import OpenGrant
from journal.core.state import read_state
from journal.features.care import actions, phase_words, words
from journal.features.care.anchored import days_after
from journal.features.care.anchors import Anchors
from journal.features.care.arc import Phase
from journal.features.care.course import Course
from journal.features.care.medicine_session import (
    KIND,
    OWN_KIND,
    SCOPE,
    MedicineSession,
    Numbered,
    Status,
    numbered,
)
from journal.web import exposures
from journal.web.happened import SESSION, Happened
from journal.web.standing import Standing
from journal.web.zone import zone

MOST_WHOLE, A_PAGE = 3, 20  # sessions on a page: with what was recorded, and a line each


@dataclass(frozen=True, slots=True)
class Said:
    """One version of a session, and when its therapist said it."""

    session: MedicineSession
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A session on a page, with all that was said of it, the newest first; `by` is a name."""

    id: UUID
    session: MedicineSession
    number: int | None
    version: int
    history: list[Said]
    by: str = ""


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """A patient's own page: sessions, the newest first, and how many copies were not genuine.

    whole: what is to come, and the last one there was; earlier: those of before, a page of them;
    older: the last of these, where there are more.
    """

    headline: str
    whole: list[Shown]
    earlier: list[Shown]
    older: UUID | None
    refused: int


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Take in what came, and return what today is; None before anything was said or planned."""
    actions.take_in(db, keyring, now)
    state = read_state(db, keyring)
    course, phase = Course.load(state.get(actions.STATE, {})), state.get(actions.ARC)
    ahead = course.next(now, zone())
    if course.last is None and ahead is None and not phase:
        return None
    return {
        "phase": phase_words.PHASES[Phase(phase)] if phase else "",
        "headline": words.headline(course, now),
        "ahead": ahead,
        "coming": "" if ahead is None else words.coming(ahead, course.held + 1, now),
        "clock": "" if ahead is None else words.clock(ahead.when),
    }


def standing(db: Session, keyring: Keyring, now: datetime) -> Standing:
    """Return where a patient stands, by what her sealed state keeps."""
    state = read_state(db, keyring)
    course = Course.load(state.get(actions.STATE, {}))
    last, ahead, here = course.last, course.next(now, zone()), zone()
    there = {one.when: one.id for one in Anchors.load(state.get(actions.TIED, {})).sessions}
    return Standing(
        phase=state.get(actions.ARC, ""),
        held=course.held,
        day=course.day(now, here),
        began_at=None if last is None else last.when.at,
        ended_at=None if last is None else last.ended_at,
        until_next=None if ahead is None else -days_after(ahead.when, now, here),
        next_at=None if ahead is None else ahead.when.at,
        last_id=None if last is None else there.get(last.when),
        next_id=None if ahead is None else there.get(ahead.when),
    )


def way(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return the way to the course's page where no card leads there: before anything was said."""
    here = standing(db, keyring, now)
    return None if here.phase or here.began_at or here.next_at else {}


def own_course(db: Session, keyring: Keyring, now: datetime, before: str | None) -> OwnCourse:
    """A patient's sessions; before: the id of the one after which an earlier page left off."""
    course = Course.load(read_state(db, keyring).get(actions.STATE, {}))
    sessions = _own(db, keyring, now)
    left_off = [place for place, one in enumerate(sessions, 1) if str(one.id) == before]
    first = left_off[0] if left_off else _whole(sessions)
    earlier, more = sessions[first : first + A_PAGE], sessions[first + A_PAGE :]
    return OwnCourse(
        words.headline(course, now),
        [] if left_off else sessions[:first],
        earlier,
        earlier[-1].id if more else None,
        care_copies.refused(db, keyring),
    )


def own_session(db: Session, keyring: Keyring, record_id: UUID, now: datetime) -> Shown:
    """One of a patient's own sessions; NotFound for none."""
    for shown in _own(db, keyring, now):
        if shown.id == record_id:
            return shown
    raise NotFound("no session of theirs")


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


def happened(db: Session, keyring: Keyring) -> Iterator[Happened]:
    """Yield the sessions that were held, as marks in a picture."""
    return _marks(_copies(db, keyring))


def happened_by_her_record(
    db: Session, keyring: Keyring, grant: OpenGrant, _lister: object
) -> Iterator[Happened]:
    """Yield the sessions that a therapist recorded herself: reading her own is in no log.

    For the patient, who looks at what she sees, they come from the copies of them.
    """
    if keyring.role == "patient":
        return _marks([one for one in _copies(db, keyring) if _is_under(grant, one)])
    found = clinical.about(db, keyring, grant.id, kind=OWN_KIND)
    return _marks([one for one in found if one.readable])


def _is_under(grant: OpenGrant, copy: Opened) -> bool:
    said = (care_reports.read(signed) for signed in copy.content["reports"])
    return any(report.subject.grant == grant.id for report in said)


def _marks(found: list[Opened]) -> Iterator[Happened]:
    for _id, session, number in numbered(
        (one.id, MedicineSession.load(one.content)) for one in found
    ):
        if session.is_held:
            words = str(_("Session %(number)s", number=number))
            yield Happened(session.when.at, words, SESSION, str(number))


def about(db: Session, keyring: Keyring, grant_id: UUID) -> list[Shown]:
    """A therapist's own records of one patient's sessions, the newest first."""
    found = clinical.about(db, keyring, grant_id, kind=OWN_KIND)
    return _shown([one for one in found if one.readable], {})


def one_about(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID) -> Shown:
    """One of them with its number; NotFound when it is none of this patient's."""
    clinical.one(db, keyring, grant_id, record_id, kind=OWN_KIND)
    for shown in about(db, keyring, grant_id):
        if shown.id == record_id:
            return shown
    raise NotFound("its scope does not open")


def _own(db: Session, keyring: Keyring, now: datetime) -> list[Shown]:
    names = {str(one.id): one.reader_name for one in consent.all_grants(db, keyring, now=now)}
    return _shown(_copies(db, keyring), names)


def _whole(sessions: list[Shown]) -> int:
    """Return how many are shown whole: what is to come, and the last one there was."""
    over = (Status.HELD, Status.CANCELLED)
    ahead = list(takewhile(lambda one: one.session.status not in over, sessions))
    return min(len(ahead) + 1, MOST_WHOLE)


def _copies(db: Session, keyring: Keyring) -> list[Opened]:
    found = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND)
    return [one for one in found if one.readable]


def _shown(found: list[Opened], names: Mapping[str, str]) -> list[Shown]:
    opened = {one.id: one for one in found}
    in_order: list[Numbered] = numbered(
        (one.id, MedicineSession.load(one.content)) for one in found
    )
    return [
        Shown(
            *one,
            opened[one.id].version,
            [_said(signed) for signed in reversed(opened[one.id].content["reports"])],
            names.get(opened[one.id].content["grant"], ""),
        )
        for one in reversed(in_order)
    ]


def _said(signed: Signed) -> Said:
    report = care_reports.read(signed)
    return Said(MedicineSession.read(report.says), report.said_at)
