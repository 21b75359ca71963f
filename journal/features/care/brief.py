"""The care arc in a therapist's brief: where it stands, what waits for her, the last session."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical
from journal.core.keyring import Keyring
from journal.features.care import (
    actions,
    glance,
    histories,
    history,
    medicine_session,
    occurring,
    queries,
    record_words,
)
from journal.features.care.anchors import Anchors
from journal.features.care.arc import Phase
from journal.features.care.course import Course
from journal.features.care.medicine_session import MedicineSession, Numbered, Status
from journal.features.care.queries import Shown
from journal.web import briefs
from journal.web.assessed import assessed
from journal.web.briefs import Brief, Coming, Meeting
from journal.web.due import COURSE, Due, Occurrence

MOST_FACTS = 14  # lines of one session


def where(brief: Brief) -> Mapping[str, Any]:
    """Return where the course stands, and what of it nobody has recorded yet."""
    db, keyring, grant = brief.db, brief.keyring, brief.grant
    return {
        **glance.section(db, keyring, grant, brief.now),
        "unsigned": assessed(db, keyring, grant.id) is None,
        "unrecorded": [one for one in _sessions(brief) if _is_left_open(one, brief.now)],
    }


def last_session(brief: Brief) -> Mapping[str, Any] | None:
    """Return what she recorded of the last session that was held, None before one was."""
    held = _last_held(_sessions(brief))
    if held is None:
        return None
    facts = list(record_words.for_a_brief(held.session.record))
    return {"session": held, "facts": facts[:MOST_FACTS], "more": len(facts) > MOST_FACTS}


def met(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> Meeting | None:
    """Return the last session that was held by now."""
    held = _last_held(queries.about(db, keyring, grant_id))
    at = None if held is None else held.session.ended_at
    if held is None or at is None or at > now:
        return None
    return Meeting(held.number or 0, at)


def due(brief: Brief, ties: Sequence[Due]) -> list[Occurrence]:
    """Return what is due of these ties by her own sessions, on the clocks where she is."""
    kinds = (medicine_session.OWN_KIND, history.OWN_KIND)
    found = [
        one
        for kind in kinds
        for one in clinical.about(brief.db, brief.keyring, brief.grant.id, kind=kind)
        if one.readable
    ]
    past = histories.of(found)
    over = past.standing.phase in (Phase.PAUSED, Phase.ENDED)
    sessions = [Numbered(one.id, one.session, one.number) for one in reversed(_sessions(brief))]
    anchors = Anchors.of(sessions, actions.begun(found, past, None))
    asked = [one for one in ties if not (over and one.anchor == COURSE)]
    there = occurring.occurrences(anchors, asked, zone=brief.zone)
    return occurring.due_at(there, brief.now, zone=brief.zone)


def coming(brief: Brief) -> Coming | None:
    """Return the next session that she planned, by the calendar where she is."""
    found = clinical.about(brief.db, brief.keyring, brief.grant.id, kind=medicine_session.OWN_KIND)
    own = {one.id: one for one in found if one.readable}
    sessions = medicine_session.numbered(
        (one.id, MedicineSession.load(one.content)) for one in own.values()
    )
    ahead = Course.of(sessions, brief.now).next(brief.now, brief.zone)
    for record_id, session, number in sessions:
        if number is not None and ahead is not None and session.brief == ahead:
            return Coming(number, UUID(own[record_id].content["copy"]))
    return None


def _sessions(brief: Brief) -> list[Shown]:
    return queries.about(brief.db, brief.keyring, brief.grant.id)


def _last_held(sessions: list[Shown]) -> Shown | None:
    return next((one for one in sessions if one.session.is_held), None)


def _is_left_open(one: Shown, now: datetime) -> bool:
    return one.session.status in (Status.PLANNED, Status.RUNNING) and one.session.span[1] < now


WHERE = briefs.Part("where", 0, where, "care/_brief.html")
LAST = briefs.Part("last-session", 50, last_session, "care/_brief_session.html")
