"""What the workspace reads: the caseload, an invitation that waits, one patient's page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select

from journal.core import invitations, leaving, reading, records, returning
from journal.core.errors import NotFound
from journal.core.models import CaseloadRow, GrantRecord, Record
from journal.core.state import read_state
from journal.web import as_reader
from journal.web.as_reader import CHECK_INS, in_order, label, scopes_of, until

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.invitations import Invited
    from journal.core.keyring import Keyring
    from journal.core.leaving import Departed
    from journal.core.reading import CaseloadEntry, OpenGrant
    from journal.web.as_reader import CheckIns, Listed, SharedScope

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


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One patient as far as the grant shows her.

    `returnable`: so many records from before her new start can be given back; `newer`: the
    consent since then, where this one is from before it.
    """

    id: UUID
    name: str
    label: str
    safety_code: str
    scopes: list[SharedScope]
    until: datetime | None
    entries: list[Listed]
    older: str | None
    new_checkins: int | None
    returnable: int
    newer: UUID | None


@dataclass(frozen=True, slots=True)
class CheckInsPage:
    """A patient's check-ins as far as the grant shows them."""

    id: UUID
    name: str
    shown: CheckIns


def desk(db: Session, keyring: Keyring, now: datetime, searched: str = "") -> Desk:
    """The caseload and the invitations that wait; `searched` is part of a name or note."""
    everybody = reading.caseload(db, keyring, now=now)
    with_singles, state = _with_singles(db, keyring), read_state(db, keyring)
    wanted = searched.casefold()
    found = [
        Person(
            one.grant_id,
            one.patient_name,
            one.label,
            one.unseen,
            _shares(one, with_singles),
            one.stopped,
            returning.newer(state, one.grant_id) is not None,
        )
        for one in everybody
        if wanted in f"{one.patient_name}\n{one.label}".casefold()
    ]
    waiting = invitations.waiting(db, keyring, now=now)
    departed = leaving.departed(db, keyring, now=now)
    return Desk(found, waiting, departed, searched, empty=not everybody)


def invitation(db: Session, keyring: Keyring, invitation_id: UUID, now: datetime) -> Invited:
    """One of the therapist's own invitations while it waits; NotFound otherwise."""
    for invited in invitations.waiting(db, keyring, now=now):
        if invited.id == invitation_id:
            return invited
    raise NotFound


def patient_page(
    db: Session, keyring: Keyring, grant_id: UUID, *, before: str | None, now: datetime
) -> PatientPage:
    """One patient's page, its titles logged as listed; remembers that she was looked at."""
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    new = reading.unseen(db, keyring, grant)
    new_checkins = _count(db, grant, CHECK_INS, new)
    lister = partial(records.list_as_reader, db, keyring, grant, now=now)
    entries, older = as_reader.entries(lister, before, new)
    reading.mark_seen(db, keyring, grant)
    return PatientPage(
        grant.id,
        grant.patient_name,
        grant.label,
        grant.safety_code,
        scopes_of(grant),
        until(grant),
        entries,
        older,
        new_checkins,
        returning.waiting(db, keyring, grant, now=now),
        returning.newer(read_state(db, keyring), grant.id),
    )


def checkins_page(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    *,
    days: int,
    before: str | None,
    zone: str,
    now: datetime,
) -> CheckInsPage:
    """The check-ins of the last days, the reader's own (zone: an IANA name), logged as opened.

    before: a cursor, for older ones. NotFound when the scope is not shared.
    """
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    if CHECK_INS not in grant.scopes:
        reading.log_refusal(db, keyring, grant.target, "not covered", now)
        raise NotFound("not covered")
    lister = partial(records.list_as_reader, db, keyring, grant, now=now)
    shown = as_reader.check_ins(lister, days=days, before=before, zone=zone, now=now)
    return CheckInsPage(grant.id, grant.patient_name, shown)


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


def _count(db: Session, grant: OpenGrant, scope: str, among: set[UUID]) -> int | None:
    """How many of these records lie in a scope, None when it is not shared; opens none."""
    if scope not in grant.scopes:
        return None
    count = (
        select(func.count())
        .select_from(Record)
        .where(
            Record.account_id == grant.patient_id,
            Record.id.in_(among),
            reading.covered(db, grant, (scope,), singly=False),
        )
    )
    return db.scalar(count) or 0
