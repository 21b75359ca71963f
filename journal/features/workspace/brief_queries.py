"""What the brief counts as new: since the last medicine session, or since she read it last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.core.reading import OpenGrant
from journal.web import briefs
from journal.web.briefs import Brief

SESSION, LOOK, DAYS = "session", "brief", "days"


class Since(NamedTuple):
    """A moment to count from: after a session (its number), the last brief, or so many days."""

    name: str
    at: datetime
    number: int = 0


class Whose(NamedTuple):
    """The patient, as the parts of the page name her."""

    id: UUID
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class BriefPage:
    """One brief: what it counts from, and what else it could."""

    patient: Whose
    since: Since
    others: Sequence[Since]
    brief: Brief


def page(
    db: Session, keyring: Keyring, grant: OpenGrant, asked: str, zone: str, now: datetime
) -> BriefPage:
    """One patient's brief; asked: the name of what to count from, else the latest there is."""
    known = _known(db, keyring, grant.id, now)
    since = next((one for one in known if one.name == asked), known[0])
    brief = Brief(db, keyring, grant, since.at, now, zone)
    whose = Whose(grant.id, grant.patient_name, grant.label)
    others = [one for one in known if one != since]
    return BriefPage(whose, since, others, brief)


def _known(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> list[Since]:
    """What can be counted from, the latest first."""
    met = briefs.last_meeting(db, keyring, grant_id, now)
    look = briefs.last_look(db, keyring, grant_id, now)
    found = [] if met is None else [Since(SESSION, met.at, met.number)]
    found += [] if look is None else [Since(LOOK, look)]
    found.sort(key=lambda one: one.at, reverse=True)
    return found or [Since(DAYS, now - briefs.WITHOUT_ANY)]
