"""What lies sealed from before a new start: told, opened again by the old kit, or erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, func, select

from journal.core import endings, grants, once, pins, resetting, slots, taking_in
from journal.core.errors import NotFound
from journal.core.locking import begin_write
from journal.core.models import (
    FormerKeys,
    Grant,
    GrantKey,
    GrantRecord,
    KeySlot,
    Record,
    ReEncryption,
    Scope,
    ScopeKey,
)
from journal.core.state import State, change_state, read_state

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring


@dataclass(frozen=True, slots=True)
class FormerGrant:
    """A consent from before that still lives; the name is known where its reader has a new one."""

    id: UUID
    reader_name: str


@dataclass(frozen=True, slots=True)
class Start:
    """A new start and by whose link it was; by nobody's, when the old kit brought back the old."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Before:
    """A new start, and what is left from before it."""

    start: Start
    sealed: int
    kept_keys: int
    waiting: int
    grants: tuple[FormerGrant, ...]


def before(db: Session, keyring: Keyring, *, now: datetime) -> Before | None:
    """What is to be told of a new start; None for somebody who never made one."""
    made = start(db, keyring)
    if made is None:
        return None
    owner, keys = keyring.account_id, select(func.count()).select_from(FormerKeys)
    return Before(
        made,
        count(db, keyring),
        db.scalar(keys.where(FormerKeys.account_id == owner)) or 0,
        taking_in.waiting(db, keyring),
        tuple(living(db, keyring, now=now)),
    )


def start(db: Session, keyring: Keyring) -> Start | None:
    """The last change between keys of before and after; None for somebody who never made one."""
    kept = read_state(db, keyring).get(resetting.START)
    return None if kept is None else Start(datetime.fromtimestamp(kept["at"], UTC), kept["by"])


def roots(db: Session, keyring: Keyring) -> set[bytes]:
    """The root keys from before whose seeds the old kit opened: receipts may rest on them."""
    kept = read_state(db, keyring).get(resetting.START, {}).get("roots", ())
    return {bytes.fromhex(text) for text in kept}


def scope_ids(state: State) -> list[UUID]:
    """The scopes from before: named in the sealed state, so that no other is taken for one."""
    return [UUID(text) for text in state.get(resetting.START, {}).get("scopes", ())]


def count(db: Session, keyring: Keyring) -> int:
    """How many records lie sealed from before."""
    there = select(func.count()).select_from(Record).where(Record.account_id == keyring.account_id)
    old = scope_ids(read_state(db, keyring))
    return (db.scalar(there.where(Record.scope_id.in_(old))) or 0) if old else 0


def living(db: Session, keyring: Keyring, *, now: datetime) -> list[FormerGrant]:
    """The consents from before that nobody has ended."""
    state = read_state(db, keyring)
    if resetting.START not in state:
        return []
    known = pins.read(state).keys()
    names = {held.reader_id: held.names.reader for held in grants.all_held(db, keyring, now=now)}
    mine = (Grant.account_id == keyring.account_id) & (Grant.status == grants.LIVE)
    rows = db.execute(select(Grant.id, Grant.reader_id).where(mine)).all()
    return [
        FormerGrant(row.id, names.get(row.reader_id, "")) for row in rows if row.id not in known
    ]


def end(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> None:
    """End one of them; the caller commits. NotFound when it is none of these.

    The keys that could sign the ending are lost, so the rows alone end it, and a tombstone.
    """
    begin_write(db, keyring.account_id)
    if grant_id not in {one.id for one in living(db, keyring, now=now)}:
        raise NotFound
    endings.close(db, keyring.account_id, grant_id, grants.ENDED, rotation="none", now=now)


def erase(db: Session, keyring: Keyring, *, now: datetime) -> int:
    """Erase all that is sealed from before, and the keys and slots that could open it.

    The caller commits. What was given back and taken in stays; so do the receipts, closed for
    good, for their numbers. How many records that were.
    """
    begin_write(db, keyring.account_id)
    for one in living(db, keyring, now=now):
        endings.close(db, keyring.account_id, one.id, grants.ENDED, rotation="none", now=now)
    gone = count(db, keyring)
    forget(db, keyring, scope_ids(read_state(db, keyring)), numbers=None)
    return gone


def forget(
    db: Session, keyring: Keyring, old: Collection[UUID], *, numbers: Collection[int] | None
) -> None:
    """Erase these scopes with all in them, and former keys by number, or all of them."""
    owner = keyring.account_id
    inside = select(Record.id).where(Record.account_id == owner, Record.scope_id.in_(old))
    tables: tuple[tuple[Any, Any], ...] = ((GrantRecord, "record_id"), (ReEncryption, "record_id"))
    for table, column in tables:
        named = getattr(table, column).in_(inside)
        db.execute(delete(table).where(table.account_id == owner, named))
    for table in (Record, ScopeKey, GrantKey):
        db.execute(delete(table).where(table.account_id == owner, table.scope_id.in_(old)))
    db.execute(delete(Scope).where(Scope.account_id == owner, Scope.id.in_(old)))
    which = KeySlot.former > slots.TODAYS if numbers is None else KeySlot.former.in_(numbers)
    db.execute(delete(KeySlot).where(KeySlot.account_id == owner, which))
    keys = delete(FormerKeys).where(FormerKeys.account_id == owner)
    db.execute(keys if numbers is None else keys.where(FormerKeys.number.in_(numbers)))

    def drop(state: State) -> None:
        kept = [text for text in state[resetting.START]["scopes"] if UUID(text) not in old]
        state[resetting.START]["scopes"] = kept

    change_state(db, keyring, drop)
    once.forget(db)
