"""The caseload that stands beside every page of a therapist's, whichever feature's it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select

from journal.core import invitations, leaving, reading, returning
from journal.core.models import CaseloadRow, GrantRecord
from journal.core.state import read_state
from journal.web.as_reader import in_order, label

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.invitations import Invited
    from journal.core.keyring import Keyring
    from journal.core.leaving import Departed
    from journal.core.reading import CaseloadEntry

SINGLE_ENTRIES = _l("Single entries")


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the caseload: `new` counts records and opens none, `shares` are labels.

    `former`: the patient has begun anew since, and another line is about what is new.
    """

    grant_id: UUID
    name: str
    label: str
    new: int
    shares: list[str]
    stopped: bool = False
    former: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The list that stands beside every page of the workspace."""

    people: list[Person]
    waiting: list[Invited]
    departed: list[Departed]
    searched: str
    empty: bool


def desk(db: Session, keyring: Keyring, now: datetime, searched: str = "") -> Desk:
    """The caseload and the invitations that wait; `searched` is part of a name or note."""
    everybody = reading.caseload(db, keyring, now=now)
    with_singles, state = _with_singles(db, keyring), read_state(db, keyring)
    alive = {one.grant_id for one in everybody}
    wanted = searched.casefold()
    found = [
        Person(
            one.grant_id,
            one.patient_name,
            one.label,
            one.unseen,
            _shares(one, with_singles),
            one.stopped,
            returning.newer(state, one.grant_id) in alive,
        )
        for one in everybody
        if wanted in f"{one.patient_name}\n{one.label}".casefold()
    ]
    waiting = invitations.waiting(db, keyring, now=now)
    departed = leaving.departed(db, keyring, now=now)
    return Desk(found, waiting, departed, searched, empty=not everybody)


def _shares(entry: CaseloadEntry, with_singles: set[UUID]) -> list[str]:
    labels = [label(scope) for scope in in_order(entry.scopes)]
    return [*labels, str(SINGLE_ENTRIES)] if entry.grant_id in with_singles else labels


def _with_singles(db: Session, keyring: Keyring) -> set[UUID]:
    """The grants on this caseload under which single records are shared."""
    singles = select(GrantRecord.grant_id).join(
        CaseloadRow,
        and_(
            CaseloadRow.grant_id == GrantRecord.grant_id,
            CaseloadRow.patient_id == GrantRecord.account_id,
        ),
    )
    return set(db.scalars(singles.where(CaseloadRow.account_id == keyring.account_id)))
