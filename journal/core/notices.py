"""What a patient agreed that one therapist is told: a record shared with her alone.

Both know it by its id, and nobody else does: so a caseload counts what waits without opening
anything, and the log never says that something was shown which was not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal.core import (
    access_log,
    covering,
    grants,
    owning,
    reader_keys,
    reading,
    revealing,
    rows,
    shares,
)
from journal.core.errors import Damaged, NotFound, ReaderKeyChanged
from journal.core.locking import begin_write
from journal.core.notice_marks import ANSWER, FLAG, KEPT, SHORT, seen
from journal.core.state import change_state, read_state
from journal.crypto import notice_id

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.access_log import Event
    from journal.core.keyring import Keyring
    from journal.core.opened import Content, Opened
    from journal.core.reading import OpenGrant
    from journal.core.state import State

__all__ = ["ANSWER", "FLAG"]
MOST_TOLD = 200  # flags of one grant; of one more the oldest is told no longer


def id_for(
    db: Session, keyring: Keyring, grant_id: UUID, label: str, about: bytes, *, now: datetime
) -> UUID | None:
    """The id of what a living grant's reader is to be told; None when there is nobody to tell.

    Nobody: the grant is over or damaged, or its reader's keys are not those that were pinned.
    """
    try:
        grant = grants.held(db, keyring, grant_id, now=now)
        reader_keys.require(db, keyring, grant)
    except (NotFound, Damaged, ReaderKeyChanged):
        return None
    if grant.status != grants.LIVE:
        return None
    return notice_id.derive_id(
        content_key=keyring.content_key, grant_key=grant.key, label=label, about=about
    )


def raise_flag(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    *,
    kind: str,
    scope: str,
    about: bytes,
    content: Content,
    occurred_at: datetime,
    now: datetime,
) -> UUID | None:
    """Tell a grant's reader something, once for all that it is about; None when nobody is told.

    Told again it is the record of the first time, taken back or not. The caller commits.
    """
    begin_write(db, keyring.account_id)
    record_id = id_for(db, keyring, grant_id, FLAG, about, now=now)
    if record_id is None or rows.one(db, keyring.account_id, record_id) is not None:
        return record_id
    owning.write(
        db,
        keyring,
        record_id=record_id,
        kind=kind,
        scope=scope,
        content=content,
        occurred_at=occurred_at,
        now=now,
    )
    shares.share(db, keyring, grant_id, record_id, now=now)
    _let_go_of_old_ones(db, keyring, grant_id, now)
    return record_id


def seen_by_reader(
    db: Session, keyring: Keyring, record_id: UUID, *, now: datetime
) -> Event | None:
    """When its reader said that she has seen it, for its patient; None while she has not."""
    found = access_log.events(db, keyring, now=now, record_id=record_id, names=("opened",))
    return found[-1] if found else None


def told(db: Session, grant: OpenGrant, label: str) -> set[UUID]:
    """The ids of what a grant's reader was told, opening nothing."""
    alone = reading.shared_singly(db, grant)
    return {one for one in alone if notice_id.is_one(grant.target.key, label, one)}


def opened(
    db: Session,
    keyring: Keyring,
    grant: OpenGrant,
    record_ids: Collection[UUID],
    *,
    kind: str,
    now: datetime,
) -> list[Opened]:
    """Some of what she was told, the newest first, logged as `listed` before it is opened."""
    found = list(rows.newest(db, grant.patient_id, rows.RECORD.id.in_(record_ids)))
    return revealing.list_rows(db, keyring, grant, found, kind=kind, now=now)


def acknowledge(
    db: Session, keyring: Keyring, grant: OpenGrant, record_id: UUID, *, now: datetime
) -> bool:
    """Say that a flag was seen: its patient reads so in her log. Said twice it is said once.

    False for one that does not open: it is put away, and nobody is told that it was seen.
    """
    flags = told(db, grant, FLAG)
    if record_id not in flags:
        raise NotFound("no flag")
    if record_id.hex[:SHORT] in seen(read_state(db, keyring), grant.id):
        return True
    opens = _opens(db, keyring, grant, record_id, now)
    if opens:
        revealing.open_as_reader(db, keyring, grant.id, record_id, now=now)

    def note(state: State) -> None:
        # As many as are there: one that was seen and is forgotten would count as new again.
        before = seen(state, grant.id) | {record_id.hex[:SHORT]}
        kept = sorted(before & {one.hex[:SHORT] for one in flags})
        state.setdefault(KEPT, {})[str(grant.id)] = kept

    change_state(db, keyring, note)
    return opens


def _opens(db: Session, keyring: Keyring, grant: OpenGrant, record_id: UUID, now: datetime) -> bool:
    row = rows.one(db, grant.patient_id, record_id)
    shown = [] if row is None else [row]
    found = revealing.list_rows(db, keyring, grant, shown, kind=None, now=now)
    return any(one.readable for one in found)


def _let_go_of_old_ones(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> None:
    """What its reader said to have seen lies in her sealed state, which must not grow for ever."""
    grant = grants.held(db, keyring, grant_id, now=now)
    alone = covering.shared_singly(db, keyring).get(grant_id, set())
    flags = [one for one in alone if notice_id.is_one(grant.key, FLAG, one)]
    if len(flags) > MOST_TOLD:
        newest = rows.newest(db, keyring.account_id, rows.RECORD.id.in_(flags))
        for row in list(newest)[MOST_TOLD:]:
            shares.unshare(db, keyring, grant_id, row.id, now=now)
