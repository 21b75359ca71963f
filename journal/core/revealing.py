"""Opening a patient's records as their reader: decide, log, commit, and only then open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from journal.core import access_log, owning, policy, reading, resealing, rows, strata
from journal.core.errors import NotFound
from journal.core.models import GrantKey, GrantRecord
from journal.core.opened import Page
from journal.core.scopes import KeyAddress
from journal.core.sealing import Body, SealedRecord, open_body, open_content_key
from journal.crypto import envelope
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.opened import Opened
    from journal.core.reading import OpenGrant


class Found(NamedTuple):
    """A page of sealed rows, and the cursor to the next one."""

    rows: list[SealedRecord]
    more: str | None


def open_as_reader(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime
) -> Opened:
    """One record under a grant: decide, log `opened`, commit, and only then open.

    NotFound with the reason when the grant is over or does not cover the record.
    """
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    row = rows.one(db, grant.patient_id, record_id)
    if row is None:
        raise NotFound
    decision = decide(db, grant, row)
    if isinstance(decision, policy.Denied):
        reading.log_refusal(db, keyring, grant.target, decision.reason, now)
        raise NotFound(decision.reason)
    _log(db, keyring, grant, "opened", [row], now)
    opened = reveal(db, grant, row)
    if not opened.readable:
        raise NotFound("damaged")
    return opened


def list_as_reader(
    db: Session,
    keyring: Keyring,
    grant: OpenGrant,
    *,
    scopes: Collection[str],
    singly: bool = False,
    told: bool = True,
    kind: str | None = None,
    event: str = "listed",
    before: str | None = None,
    limit: int = 20,
    now: datetime,
) -> Page:
    """A page of what a grant covers, newest first, logged before it is opened.

    `scopes` are names, those beyond the grant are left out; `singly` adds what is shared alone,
    without what only tells her something (notices.py) where `told` is False.
    The event is `listed` where titles are shown, `opened` where the page shows the records.
    """
    found = find(db, grant, scopes=scopes, singly=singly, told=told, before=before, limit=limit)
    if found.rows:
        _log(db, keyring, grant, event, found.rows, now)
    return reveal_page(db, grant, found, kind)


def list_rows(
    db: Session,
    keyring: Keyring,
    grant: OpenGrant,
    found: list[SealedRecord],
    *,
    kind: str | None,
    now: datetime,
) -> list[Opened]:
    """Rows that the caller knows to be shared, logged as `listed` before they are opened."""
    if found:
        _log(db, keyring, grant, "listed", found, now)
    return reveal_page(db, grant, Found(found, None), kind).items


def find(
    db: Session,
    grant: OpenGrant,
    *,
    scopes: Collection[str],
    singly: bool,
    told: bool,
    before: str | None,
    limit: int,
) -> Found:
    """What a grant covers, newest first and still sealed."""
    found = list(
        rows.newest(
            db,
            grant.patient_id,
            reading.covered(db, grant, scopes, singly=singly, told=told),
            before=owning.parse_cursor(before),
            limit=limit + 1,
        )
    )
    page = found[:limit]
    return Found(page, owning.make_cursor(page[-1]) if len(found) > limit else None)


def reveal_page(db: Session, grant: OpenGrant, found: Found, kind: str | None) -> Page:
    """Open what was found with the grant's own keys; for a reader it has been logged by then."""
    keys = _scope_keys(db, grant)
    opened = [reveal(db, grant, row, keys) for row in found.rows]
    wanted = [item for item in opened if not item.readable or kind in (None, item.kind)]
    return Page(wanted, found.more)


def decide(db: Session, grant: OpenGrant, row: SealedRecord) -> policy.Decision:
    """Whether a grant covers one record."""
    shared = row.id in reading.shared_singly(db, grant)
    return policy.decide_record(
        grant.statement, scope_id=row.scope_id, stratum=row.stratum, shared_singly=shared
    )


def _log(
    db: Session,
    keyring: Keyring,
    grant: OpenGrant,
    event: str,
    shown: Collection[SealedRecord],
    now: datetime,
) -> None:
    texts = access_log.as_texts([row.id for row in shown])
    scopes = {row.scope_id for row in shown}
    access_log.append(db, keyring, grant.target, event, now=now, scopes=scopes, records=texts)
    db.commit()


def _scope_keys(
    db: Session, grant: OpenGrant, scope_id: UUID | None = None
) -> dict[KeyAddress, bytes]:
    """The scope keys of a grant that its statement covers: wraps beyond it are never opened."""
    wraps = select(
        GrantKey.scope_id, GrantKey.stratum, GrantKey.generation, GrantKey.wrapped
    ).where(GrantKey.account_id == grant.patient_id, GrantKey.grant_id == grant.id)
    if scope_id is not None:
        wraps = wraps.where(GrantKey.scope_id == scope_id)
    keys: dict[KeyAddress, bytes] = {}
    for row in db.execute(wraps):
        address = KeyAddress(row.scope_id, row.stratum, row.generation)
        if not policy.covers(grant.statement, row.scope_id, row.stratum):
            continue
        where = strata.wrap_context(grant.id, grant.patient_id, address)
        try:
            keys[address] = envelope.open_(grant.target.key, row.wrapped, where)
        except CryptoError:
            continue
    return keys


def reveal(
    db: Session,
    grant: OpenGrant,
    row: SealedRecord,
    keys: dict[KeyAddress, bytes] | None = None,
) -> Opened:
    """A row in plain words, by its scope's key or by its own share; else a placeholder."""
    keys = _scope_keys(db, grant, row.scope_id) if keys is None else keys
    names = {term.scope_id: term.name for term in grant.statement.scopes}
    try:
        scope_key = keys.get(row.key_address)
        if scope_key is None:
            content_key = _shared_key(db, grant, row)
        else:
            content_key = open_content_key(grant.patient_id, scope_key, row)
        body = Body.loads(open_body(grant.patient_id, content_key, row))
    except CryptoError:
        return owning.placeholder(row, names.get(row.scope_id, ""))
    return owning.as_opened(row, body, names.get(row.scope_id, ""))


def _shared_key(db: Session, grant: OpenGrant, row: SealedRecord) -> bytes:
    wrapped = db.scalar(
        select(GrantRecord.wrapped).where(
            GrantRecord.account_id == grant.patient_id,
            GrantRecord.grant_id == grant.id,
            GrantRecord.record_id == row.id,
        )
    )
    where = resealing.wrap_context(grant.patient_id, grant.id, row.id, row.version)
    return envelope.open_(grant.target.key, wrapped or b"", where)
