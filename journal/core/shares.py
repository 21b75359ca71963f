"""Single records shared under a grant: the record's content key, wrapped under the grant key."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, bindparam, delete, insert, select

from journal.core import grants, reader_keys, resealing, rows, scopes, tombstones
from journal.core.errors import Damaged, NotFound
from journal.core.locking import begin_write
from journal.core.models import GrantRecord
from journal.core.sealing import Body, open_body, open_content_key
from journal.crypto import envelope
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.sealing import SealedRecord

SHARED = cast("Table", GrantRecord.__table__).c
SHARED_UNDER = select(SHARED.grant_id).where(
    SHARED.account_id == bindparam("owner"), SHARED.record_id == bindparam("of")
)


def share(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime) -> None:
    """Let one living grant read one record; sharing it twice is sharing it once.

    NotFound for a deleted record too: what waits in the bin is nobody's to read.
    """
    begin_write(db, keyring.account_id)
    row = rows.one(db, keyring.account_id, record_id)
    grant = grants.held(db, keyring, grant_id, now=now)
    if row is None or grant.status != grants.LIVE:
        raise NotFound
    if grant_id in grants_of(db, keyring, record_id):
        return
    reader_keys.require(db, keyring, grant)
    content_key = _living_key(db, keyring, row)
    wrap(db, keyring, grant_id, record_id, row.version, content_key, now=now)


def unshare(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime
) -> None:
    """End one share: the wrap goes and the record gets a fresh content key at once."""
    begin_write(db, keyring.account_id)
    if grant_id not in grants_of(db, keyring, record_id):
        raise NotFound
    _forget(db, keyring, grant_id, record_id)
    owner, record = keyring.account_id, tombstones.RECORD
    tombstones.add(db, record, owner, grant_id=grant_id, object_id=record_id, now=now)
    resealing.reseal_named(db, keyring, [record_id], now=now)


def grants_of(db: Session, keyring: Keyring, record_id: UUID) -> list[UUID]:
    """The grants under which this record is shared singly."""
    asked = {"owner": keyring.account_id, "of": record_id}
    return list(db.scalars(SHARED_UNDER, asked))


def rewrap(
    db: Session,
    keyring: Keyring,
    record_id: UUID,
    version: int,
    content_key: bytes,
    *,
    now: datetime,
) -> None:
    """Wrap a record's new content key for every grant it is shared under.

    Where the reader's keys are not hers the old wrap stays: it says that the record is shared,
    and opens nothing any more.
    """
    sharing = grants_of(db, keyring, record_id)
    if not sharing:
        return
    trusted = {grant.id for grant in reader_keys.trusted(db, keyring, now=now)}
    apart = reader_keys.stopped(db, keyring)
    drop(db, keyring, record_id, keeping=apart)
    for grant_id in trusted.intersection(sharing):
        wrap(db, keyring, grant_id, record_id, version, content_key, now=now)


def catch_up(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> None:
    """Wrap every record shared under a grant anew: some of its wraps were held back."""
    shared = select(GrantRecord.record_id).where(
        GrantRecord.account_id == keyring.account_id, GrantRecord.grant_id == grant_id
    )
    for record_id in db.scalars(shared).all():
        row = rows.one(db, keyring.account_id, record_id)
        if row is None:
            continue
        with suppress(NotFound):
            content_key = _living_key(db, keyring, row)
            _forget(db, keyring, grant_id, record_id)
            wrap(db, keyring, grant_id, record_id, row.version, content_key, now=now)


def drop(db: Session, keyring: Keyring, record_id: UUID, *, keeping: Collection[UUID] = ()) -> None:
    db.execute(
        delete(GrantRecord).where(
            GrantRecord.account_id == keyring.account_id,
            GrantRecord.record_id == record_id,
            GrantRecord.grant_id.not_in(keeping),
        )
    )


def wrap(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    record_id: UUID,
    version: int,
    content_key: bytes,
    *,
    now: datetime,
) -> None:
    """Wrap for one grant; one that is damaged or no longer alive gets nothing."""
    try:
        grant = grants.held(db, keyring, grant_id, now=now)
    except Damaged:
        return
    if grant.status != grants.LIVE:
        return
    sealed = envelope.seal(
        grant.key,
        content_key,
        resealing.wrap_context(keyring.account_id, grant_id, record_id, version),
    )
    db.execute(
        insert(GrantRecord).values(
            account_id=keyring.account_id,
            grant_id=grant_id,
            record_id=record_id,
            version=version,
            wrapped=sealed,
        )
    )


def _forget(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID) -> None:
    db.execute(
        delete(GrantRecord).where(
            GrantRecord.account_id == keyring.account_id,
            GrantRecord.grant_id == grant_id,
            GrantRecord.record_id == record_id,
        )
    )


def _living_key(db: Session, keyring: Keyring, row: SealedRecord) -> bytes:
    """The content key of a record that opens and is not in the bin; NotFound otherwise."""
    try:
        scope_key = scopes.key_at(db, keyring, row.key_address)
        content_key = open_content_key(keyring.account_id, scope_key, row)
        body = Body.loads(open_body(keyring.account_id, content_key, row))
    except (CryptoError, Damaged) as error:
        raise NotFound("damaged") from error
    if body.binned is not None:
        raise NotFound("deleted")
    return content_key
