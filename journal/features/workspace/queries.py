"""What the workspace reads: an invitation that waits, one patient's page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select

from journal.core import (
    caseload,
    invitations,
    notice_marks,
    reading,
    records,
    returning,
    seen_marks,
)
from journal.core.errors import NotFound
from journal.core.models import Record
from journal.core.state import read_state
from journal.web import as_reader, desk_sections, happened
from journal.web.as_reader import CHECK_INS, JOURNAL, scopes_of, until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.invitations import Invited
    from journal.core.keyring import Keyring
    from journal.core.opened import Lister
    from journal.core.reading import OpenGrant
    from journal.core.records import Page
    from journal.web.as_reader import CheckIns, Listed, SharedScope


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One patient as far as the grant shows her.

    `new_in`: so many records of each shared scope are new; `returnable`: so many from before her
    new start can be given back; `newer`: the consent since then, where this one is from before it.
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
    new_in: Mapping[str, int]
    returnable: int
    newer: UUID | None
    sections: list[tuple[str, Mapping[str, Any]]]
    urgent: list[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class CheckInsPage:
    """A patient's check-ins as far as the grant shows them; left: how many new ones it does not."""

    id: UUID
    name: str
    shown: CheckIns
    left: int


def invitation(db: Session, keyring: Keyring, invitation_id: UUID, now: datetime) -> Invited:
    """One of the therapist's own invitations while it waits; NotFound otherwise."""
    for invited in invitations.waiting(db, keyring, now=now):
        if invited.id == invitation_id:
            return invited
    raise NotFound


def patient_page(
    db: Session, keyring: Keyring, grant_id: UUID, *, before: str | None, now: datetime
) -> PatientPage:
    """One patient's page, its titles logged as listed; remembers which of them it listed."""
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    new = caseload.unseen(db, keyring, grant)
    new_checkins = _count(db, grant, CHECK_INS, new)
    listed: set[UUID] = set()
    entries, older = as_reader.entries(noting(db, keyring, grant, listed, now), before, new)
    caseload.mark_seen(db, keyring, grant, listed | _taken_for_known(db, keyring, grant))
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
        {scope: _count(db, grant, scope, new) or 0 for scope in grant.scopes} if new else {},
        returning.waiting(db, keyring, grant, now=now),
        _newer(db, keyring, grant.id, now),
        desk_sections.shown(db, keyring, grant, now),
        desk_sections.shown(db, keyring, grant, now, urgent=True),
    )


def noting(
    db: Session, keyring: Keyring, grant: OpenGrant, listed: set[UUID], now: datetime
) -> Lister:
    """What lists records as ever, and notes which."""

    def lister(**asked: Any) -> Page:
        page = records.list_as_reader(db, keyring, grant, now=now, **asked)
        listed.update(one.id for one in page.items)
        return page

    return lister


def _taken_for_known(db: Session, keyring: Keyring, grant: OpenGrant) -> set[UUID]:
    """What no list of titles will ever bring: notices, and at the first look all older entries.

    Otherwise whoever shares years at once would head the caseload until each page was turned.
    """
    alone = reading.shared_singly(db, grant)
    notices = alone - notice_marks.entries_among(grant.target.key, alone)
    if seen_marks.kept(read_state(db, keyring), grant.id) is not None:
        return notices
    return alone | caseload.newest_of(db, grant, (JOURNAL,))


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
    known = caseload.first_look(db, keyring, grant, CHECK_INS)
    lister = partial(records.list_as_reader, db, keyring, grant, now=now)
    marks = partial(happened.read_by, db, keyring, grant, lister)
    shown = as_reader.check_ins(lister, days=days, before=before, zone=zone, now=now, marks=marks)
    # Of what a batch opened, only what the page tells of.
    caseload.mark_seen(db, keyring, grant, known | shown.told)
    left = _count(db, grant, CHECK_INS, caseload.unseen(db, keyring, grant)) or 0
    return CheckInsPage(grant.id, grant.patient_name, shown, left)


def _newer(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> UUID | None:
    """The living consent since a new start; one may have been taken back with the new start."""
    found = returning.newer(read_state(db, keyring), grant_id)
    if found is None:
        return None
    alive = {one.grant_id for one in caseload.entries(db, keyring, now=now)}
    return found if found in alive else None


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
