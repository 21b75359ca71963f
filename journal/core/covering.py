"""What is shared and where it lies, as its patient sees it: told from rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from journal.core import owning, rows, scopes
from journal.core.models import GrantRecord, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.opened import Opened

# SQLite takes 32,766 values in one statement, PostgreSQL 65,535.
AT_ONCE = 10_000
One = TypeVar("One")


def shared_singly(db: Session, keyring: Keyring) -> dict[UUID, set[UUID]]:
    """Ids of the records shared one by one, by grant."""
    found: dict[UUID, set[UUID]] = {}
    wanted = select(GrantRecord.grant_id, GrantRecord.record_id).where(
        GrantRecord.account_id == keyring.account_id
    )
    for grant_id, record_id in db.execute(wanted):
        found.setdefault(grant_id, set()).add(record_id)
    return found


def several(db: Session, keyring: Keyring, record_ids: Collection[UUID]) -> dict[UUID, Opened]:
    """Those of these records that are still there, in as few queries as it takes.

    Deleted ones are left out; one that does not open has `readable` False.
    """
    found: dict[UUID, Opened] = {}
    for some in _batches(record_ids):
        sealed = list(rows.newest(db, keyring.account_id, Record.id.in_(some)))
        found |= {opened.id: opened for opened in owning.open_rows(db, keyring, sealed)}
    return found


def scopes_of(db: Session, keyring: Keyring, record_ids: Collection[UUID]) -> dict[UUID, str]:
    """The name of the scope that each of these records lies in, opening none of them."""
    names = scopes.names(db, keyring)
    found: dict[UUID, str] = {}
    for some in _batches(record_ids):
        lying = select(Record.id, Record.scope_id).where(
            Record.account_id == keyring.account_id, Record.id.in_(some)
        )
        found |= {row.id: names.get(row.scope_id, "") for row in db.execute(lying)}
    return found


def _batches(ids: Collection[One]) -> Iterator[list[One]]:
    every = list(ids)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))
