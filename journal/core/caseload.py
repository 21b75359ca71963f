"""A therapist's patients, and what is new to her of each: told by ids, and nothing is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, select

from journal.core import notice_marks, reading, seen_marks, told
from journal.core.models import CaseloadRow, GrantRecord, Record
from journal.core.state import State, change_state, read_state

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.reading import OpenGrant

# What is older than the newest hundred is not news. Twice as many are remembered, so that
# those which move up when others are deleted are known as well.
NEW_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class CaseloadEntry:
    """One patient of a caseload; `unseen` counts what is new to the reader, opening none.

    `alone` counts what is shared singly, `flags` those that the reader has not said to have seen.
    `stopped`: the consent names keys that were never the reader's, and nothing goes on.
    """

    grant_id: UUID
    patient_name: str
    label: str
    scopes: tuple[str, ...]
    unseen: int
    alone: int = 0
    flags: int = 0
    stopped: bool = False


def entries(db: Session, keyring: Keyring, *, now: datetime) -> list[CaseloadEntry]:
    """The patients whose grants are alive, those with most that is new first."""
    found = reading.open_all(db, keyring, now=now)
    state, singles = read_state(db, keyring), _singles_for(db, keyring)
    made = [
        CaseloadEntry(one.id, one.patient_name, "", (), 0, stopped=True)
        if isinstance(one, reading.Stopped)
        else _entry(db, one, state, singles.get(one.id, set()))
        for one in found
    ]
    return sorted(made, key=_most_urgent)


def _entry(db: Session, grant: OpenGrant, state: State, alone: set[UUID]) -> CaseloadEntry:
    return CaseloadEntry(
        grant.id,
        grant.patient_name,
        grant.label,
        grant.scopes,
        len(_unseen(db, grant, state, alone)),
        len(notice_marks.entries_among(grant.target.key, alone)),
        len(notice_marks.unseen_flags(state, grant.id, grant.target.key, alone)),
    )


def _most_urgent(entry: CaseloadEntry) -> tuple[bool, bool, int, str]:
    return not entry.flags, not entry.stopped, -entry.unseen, entry.patient_name.casefold()


def unseen(db: Session, keyring: Keyring, grant: OpenGrant) -> set[UUID]:
    """The covered records that no page of hers has listed yet, of the newest hundred.

    Told by their ids: a back-dated record, or an old one shared today, is new as well.
    """
    return _unseen(db, grant, read_state(db, keyring), reading.shared_singly(db, grant))


def mark_seen(db: Session, keyring: Keyring, grant: OpenGrant, listed: Collection[UUID]) -> None:
    """Remember that a page listed these, for what is new on this therapist's caseload; commits."""
    before = seen_marks.kept(read_state(db, keyring), grant.id)
    there = seen_marks.of(newest_of(db, grant, grant.scopes) | reading.shared_singly(db, grant))
    kept = there & (seen_marks.of(listed) | (before or set()))
    if kept != before:
        change_state(db, keyring, lambda state: seen_marks.keep(state, grant.id, kept))
        db.commit()


def first_look(db: Session, keyring: Keyring, grant: OpenGrant, scope: str) -> set[UUID]:
    """What is taken for known when a scope's pages list anything for the first time: all of it.

    Otherwise whoever shares years at once would head the caseload until each page was turned. To
    be asked before a page is listed: what comes meanwhile was not there.
    """
    there = newest_of(db, grant, (scope,))
    known = seen_marks.kept(read_state(db, keyring), grant.id) or set()
    return set() if known & seen_marks.of(there) else there


def newest_of(db: Session, grant: OpenGrant, scopes: Collection[str]) -> set[UUID]:
    """The ids of the newest records in these scopes: those that can be new, and as many again."""
    return _newest(db, grant, scopes, 2 * NEW_AT_MOST)


def _unseen(db: Session, grant: OpenGrant, state: State, singles: set[UUID]) -> set[UUID]:
    known = (seen_marks.kept(state, grant.id) or set()) | told.marks(state, grant.id)
    newest = _newest(db, grant, grant.scopes, NEW_AT_MOST) | singles
    return {one for one in newest if seen_marks.short(one) not in known}


def _newest(db: Session, grant: OpenGrant, scopes: Collection[str], limit: int) -> set[UUID]:
    """The ids of the newest records covered by scope, in these scopes."""
    by_scope = (
        select(Record.id)
        .where(
            Record.account_id == grant.patient_id,
            reading.covered(db, grant, scopes, singly=False),
        )
        .order_by(Record.position.desc())
        .limit(limit)
    )
    return set(db.scalars(by_scope))


def _singles_for(db: Session, keyring: Keyring) -> dict[UUID, set[UUID]]:
    """The records shared singly under each grant of a caseload."""
    rows = db.execute(
        select(GrantRecord.grant_id, GrantRecord.record_id)
        .join(
            CaseloadRow,
            and_(
                CaseloadRow.grant_id == GrantRecord.grant_id,
                CaseloadRow.patient_id == GrantRecord.account_id,
            ),
        )
        .where(CaseloadRow.account_id == keyring.account_id)
    )
    found: dict[UUID, set[UUID]] = {}
    for grant_id, record_id in rows:
        found.setdefault(grant_id, set()).add(record_id)
    return found
