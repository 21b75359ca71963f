"""What a reader gave back after a new start becomes the patient's own, marked as from her."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select

from journal.core import grants, owning, positions, returning, rows, scopes
from journal.core.errors import NotFound
from journal.core.locking import begin_write
from journal.core.models import ReturnedRecord
from journal.core.sealing import Body
from journal.crypto import envelope, primitives
from journal.crypto.errors import CryptoError
from journal.crypto.grant import derive_return_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from journal.core.grants import HeldGrant
    from journal.core.keyring import Keyring
    from journal.core.opened import Opened

BATCH = 200


class Returned(NamedTuple):
    """One record that was given back, opened."""

    id: UUID
    scope: str
    body: Body


def waiting(db: Session, keyring: Keyring) -> int:
    """How many records were given back and not yet taken in."""
    mine = ReturnedRecord.account_id == keyring.account_id
    return db.scalar(select(func.count()).select_from(ReturnedRecord).where(mine)) or 0


def take_in(db: Session, keyring: Keyring, *, now: datetime) -> int:
    """Write each once under an id of its own, in batches, each committed; how many those were.

    A row from before is never written over. What a grant's key does not open stays where it
    lies: it is nobody's word.
    """
    if not waiting(db, keyring):
        return 0
    taken, held = 0, grants.all_held(db, keyring, now=now)
    others = [grant.id for grant in held]
    for grant in held:
        after, more = 0, True
        while more:
            begin_write(db, keyring.account_id)
            batch = _batch(db, grant, after)
            taken += sum(_take_one(db, keyring, grant, row, others) for row in batch)
            db.commit()
            after, more = (batch[-1].n, True) if batch else (after, False)
    return taken


def own_id(grant_id: UUID, record_id: UUID) -> UUID:
    """The id under which a record that was given back is kept: the same however often."""
    return UUID(bytes=primitives.sha256(b"AG1 returned", grant_id.bytes, record_id.bytes)[:16])


def copies(
    db: Session, keyring: Keyring, record_id: UUID, grant_ids: Collection[UUID]
) -> list[Opened]:
    """What is there of a record that these grants' readers gave back."""
    found = []
    for grant_id in grant_ids:
        row = rows.one(db, keyring.account_id, own_id(grant_id, record_id))
        if row is None:
            continue
        try:
            found.append(owning.open_row(db, keyring, row))
        except NotFound:
            continue  # it does not open, so it is nobody's copy
    return found


def says_the_same(one: Opened, body: Body) -> bool:
    """Whether two records are the same words of the same time."""
    told = (one.kind, one.content, one.occurred_at)
    return told == (body.kind, body.content, body.occurred_at)


def _batch(db: Session, grant: HeldGrant, after: int) -> list[Any]:
    rows_of = (
        select(ReturnedRecord.record_id, ReturnedRecord.n, ReturnedRecord.sealed)
        .where(
            ReturnedRecord.account_id == grant.patient_id,
            ReturnedRecord.grant_id == grant.id,
            ReturnedRecord.n > after,
        )
        .order_by(ReturnedRecord.n)
        .limit(BATCH)
    )
    return list(db.execute(rows_of))


def _take_one(
    db: Session, keyring: Keyring, grant: HeldGrant, row: Any, others: Collection[UUID]
) -> bool:
    try:
        found = _open(grant, row)
    except (CryptoError, KeyError, TypeError, ValueError):
        return False
    known = copies(db, keyring, row.record_id, others)
    fresh = rows.one(db, keyring.account_id, found.id) is None
    fresh = fresh and not any(says_the_same(one, found.body) for one in known)
    if fresh:
        at = positions.place_oldest(db, keyring, found.body.occurred_at)
        owning.put(db, keyring, found.id, found.scope, found.body, at)
    db.execute(
        delete(ReturnedRecord).where(
            ReturnedRecord.account_id == grant.patient_id,
            ReturnedRecord.grant_id == grant.id,
            ReturnedRecord.record_id == row.record_id,
        )
    )
    return fresh


def _open(grant: HeldGrant, row: Any) -> Returned:
    where = returning.place(grant.patient_id, grant.id, row.record_id)
    opened = envelope.open_(derive_return_key(grant.key), row.sealed, where)
    plain = json.loads(envelope.unpad(opened).decode("utf-8", "surrogatepass"))
    marked = {"by": grant.names.reader, "at": int(plain["at"]), "was": str(row.record_id)}
    body = Body(
        plain["kind"],
        dict(plain["content"]),
        datetime.fromisoformat(plain["occurred_at"]),
        datetime.fromisoformat(plain["written_at"]),
        returned=marked,
    )
    scope = plain["scope"] if plain["scope"] in scopes.NAMES else scopes.PRIVATE
    return Returned(own_id(grant.id, row.record_id), scope, body)
