"""Where a patient's course stands in one line: on a therapist's page, and on her caseload."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical, records, scopes
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.reading import OpenGrant
from journal.features.care import histories, history, phase_words, words
from journal.features.care.course import Course
from journal.features.care.medicine_session import OWN_KIND, MedicineSession, numbered
from journal.web.zone import zone


def section(db: Session, keyring: Keyring, grant: OpenGrant, now: datetime) -> Mapping[str, Any]:
    """What today is by the therapist's own records, and the session that comes."""
    kinds = (OWN_KIND, history.OWN_KIND)
    found = [one for kind in kinds for one in clinical.about(db, keyring, grant.id, kind=kind)]
    course = _course([one for one in found if one.kind == OWN_KIND and one.readable], now)
    past, ahead = histories.of(found), course.next(now, zone())
    today = words.headline(course, now)
    phase = "" if past.last is None else str(phase_words.PHASES[past.standing.phase])
    coming = "" if ahead is None else words.coming(ahead, course.held + 1, now)
    at = "" if ahead is None else f"{coming}, {words.clock(ahead.when)}"
    return {"said": [one for one in ("" if today == coming else today, phase, at) if one]}


def lines(db: Session, keyring: Keyring, now: datetime) -> Mapping[UUID, str]:
    """Return what today is and which session comes, by grant; her own records are read once."""
    by_grant: dict[UUID, list[Opened]] = {}
    for one in records.scan_as_owner(db, keyring, scopes_named=(scopes.CLINICAL,), kind=OWN_KIND):
        if one.readable:
            by_grant.setdefault(UUID(one.content["grant"]), []).append(one)
    return {grant: _line(sessions, now) for grant, sessions in by_grant.items()}


def _course(sessions: list[Opened], now: datetime) -> Course:
    return Course.of(numbered((one.id, MedicineSession.load(one.content)) for one in sessions), now)


def _line(sessions: list[Opened], now: datetime) -> str:
    course = _course(sessions, now)
    ahead, today = course.next(now, zone()), words.headline(course, now)
    coming = "" if ahead is None else words.coming(ahead, course.held + 1, now)
    return " · ".join(dict.fromkeys(one for one in (today, coming) if one))
