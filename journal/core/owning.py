"""A person's own records: write, edit, open, erase."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, update

from journal.core import positions, rows, scopes, shares
from journal.core.errors import Damaged, NotFound, StaleVersion
from journal.core.locking import begin_write
from journal.core.models import GrantRecord, ReEncryption
from journal.core.models import Record as Row
from journal.core.opened import Content, Opened
from journal.core.scopes import KeyAddress
from journal.core.sealing import Body, SealedRecord, open_own, seal_body
from journal.crypto import primitives
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

Ciphers = dict[KeyAddress, primitives.Cipher]
NEVER = datetime.fromtimestamp(0, UTC)


def write(
    db: Session,
    keyring: Keyring,
    *,
    record_id: UUID,
    kind: str,
    scope: str,
    content: Content,
    occurred_at: datetime,
    now: datetime,
    phone: Content | None = None,
) -> Opened:
    """Write a new record; a known id returns the record already written: twice is once.

    phone: for one that was written on a phone while nobody was signed in, as `Body` has it;
    `now` is then the time on that phone.
    """
    begin_write(db, keyring.account_id)
    existing = rows.one(db, keyring.account_id, record_id)
    if existing is not None:
        return open_row(db, keyring, existing)
    body = Body(kind, content, occurred_at, now, phone=phone)
    put(db, keyring, record_id, scope, body, positions.place(db, keyring, occurred_at))
    return Opened(record_id, kind, scope, 1, occurred_at, now, content, phone=phone)


def put(
    db: Session, keyring: Keyring, record_id: UUID, scope: str, body: Body, position: int
) -> None:
    """A new row at this place in the order; the caller holds the account's lock."""
    address = scopes.current(db, keyring, scopes.id_of(db, keyring, scope))
    _content_key, wrapped, sealed = _seal(db, keyring, address, record_id, 1, body)
    made = {
        **address._asdict(),
        "account_id": keyring.account_id,
        "id": record_id,
        "position": position,
        "version": 1,
        "wrapped_key": wrapped,
        "body": sealed,
    }
    db.execute(rows.INSERT, made)


def edit(
    db: Session,
    keyring: Keyring,
    *,
    record_id: UUID,
    version: int,
    content: Content,
    occurred_at: datetime,
    now: datetime,
    scope: str | None = None,
) -> Opened:
    """Save a new version over `version`.

    Raises StaleVersion when there is a newer one that says something else; the same words
    sent again (a lost answer) return what is there. A record that stays in its scope keeps
    its stratum, so that editing never moves it across somebody's "from now on".
    """
    begin_write(db, keyring.account_id)
    row, opened = _own(db, keyring, record_id)
    same = (content, occurred_at, scope or opened.scope)
    if row.version != version:
        if row.version == version + 1 and same == (
            opened.content,
            opened.occurred_at,
            opened.scope,
        ):
            return opened
        raise StaleVersion(opened)
    address = _address_for_edit(db, keyring, row, opened.scope, scope or opened.scope)
    body = Body(
        opened.kind,
        content,
        occurred_at,
        opened.written_at,
        phone=opened.phone,
        returned=opened.returned,
    )
    content_key = _replace(db, keyring, row, address, body)
    shares.rewrap(db, keyring, record_id, row.version + 1, content_key, now=now)
    return replace(
        opened,
        scope=scope or opened.scope,
        version=row.version + 1,
        occurred_at=occurred_at,
        content=content,
    )


def open_as_owner(
    db: Session, keyring: Keyring, record_id: UUID, *, kind: str | None = None
) -> Opened:
    """One record of one's own; NotFound when missing, deleted, damaged or of another kind."""
    _, opened = _own(db, keyring, record_id)
    if kind is not None and opened.kind != kind:
        raise NotFound
    return opened


def erase(db: Session, keyring: Keyring, record_id: UUID) -> None:
    """Delete a record's row and everything that opened it; NotFound when there is none."""
    begin_write(db, keyring.account_id)
    if rows.one(db, keyring.account_id, record_id) is None:
        raise NotFound
    for table, column in (
        (GrantRecord, GrantRecord.record_id),
        (ReEncryption, ReEncryption.record_id),
        (Row, Row.id),
    ):
        db.execute(delete(table).where(table.account_id == keyring.account_id, column == record_id))


def open_row(db: Session, keyring: Keyring, row: SealedRecord) -> Opened:
    """A row of one's own, or NotFound when it does not open."""
    name = scopes.names(db, keyring).get(row.scope_id, "")
    opened = _open_or_placeholder(db, keyring, row, name, {})
    if not opened.readable:
        raise NotFound("damaged")
    return opened


def open_rows(db: Session, keyring: Keyring, sealed: Sequence[SealedRecord]) -> list[Opened]:
    """Rows of one's own in their order, deleted ones left out, damaged ones as placeholders."""
    by_id = scopes.names(db, keyring)
    scopes.load_keys(db, keyring, *{row.scope_id for row in sealed})
    ciphers: Ciphers = {}
    opened = [
        _open_or_placeholder(db, keyring, row, by_id.get(row.scope_id, ""), ciphers)
        for row in sealed
    ]
    return [one for one in opened if one.binned is None]


def move(
    db: Session,
    keyring: Keyring,
    row: SealedRecord,
    opened: Opened,
    address: KeyAddress,
    *,
    binned: Content | None,
) -> bytes:
    """Seal a record anew at another address; returns its fresh content key."""
    body = Body(
        opened.kind,
        opened.content,
        opened.occurred_at,
        opened.written_at,
        binned,
        opened.phone,
        opened.returned,
    )
    return _replace(db, keyring, row, address, body)


def parse_cursor(text: str | None) -> rows.Cursor | None:
    """A page's `before`; anything but a cursor we gave is no cursor."""
    position, _, record_id = (text or "").partition(".")
    try:
        cursor = (int(position), UUID(record_id))
    except ValueError:
        return None
    return cursor if abs(cursor[0]) < 1 << 63 else None


def make_cursor(row: SealedRecord) -> str:
    return f"{row.position}.{row.id}"


def as_opened(row: SealedRecord, body: Body, scope: str) -> Opened:
    return Opened(
        row.id,
        body.kind,
        scope,
        row.version,
        body.occurred_at,
        body.written_at,
        body.content,
        binned=body.binned,
        cursor=make_cursor(row),
        phone=body.phone,
        returned=body.returned,
    )


def placeholder(row: SealedRecord, scope: str) -> Opened:
    return Opened(
        row.id, "", scope, row.version, NEVER, NEVER, {}, readable=False, cursor=make_cursor(row)
    )


def _own(db: Session, keyring: Keyring, record_id: UUID) -> tuple[SealedRecord, Opened]:
    row = rows.one(db, keyring.account_id, record_id)
    if row is None:
        raise NotFound
    opened = open_row(db, keyring, row)
    if opened.binned is not None:
        raise NotFound("deleted")
    return row, opened


def _open_or_placeholder(
    db: Session, keyring: Keyring, row: SealedRecord, scope: str, ciphers: Ciphers
) -> Opened:
    """`ciphers` are the scope keys made ready so far: setting one up costs as much as opening."""
    address = row.key_address
    try:
        cipher = ciphers.get(address)
        if cipher is None:
            cipher = ciphers[address] = primitives.aes(scopes.key_at(db, keyring, address))
        body = open_own(keyring, cipher, row)
    except (CryptoError, Damaged):
        return placeholder(row, scope)
    return as_opened(row, body, scope)


def _address_for_edit(
    db: Session, keyring: Keyring, row: SealedRecord, was: str, becomes: str
) -> KeyAddress:
    if becomes == was:
        return scopes.current(db, keyring, row.scope_id, row.stratum)
    return scopes.current(db, keyring, scopes.id_of(db, keyring, becomes))


def _seal(
    db: Session,
    keyring: Keyring,
    address: KeyAddress,
    record_id: UUID,
    version: int,
    body: Body,
) -> tuple[bytes, bytes, bytes]:
    scope_key = scopes.key_at(db, keyring, address)
    return seal_body(keyring.account_id, scope_key, address, record_id, version, body.dumps())


def _replace(
    db: Session, keyring: Keyring, row: SealedRecord, address: KeyAddress, body: Body
) -> bytes:
    version = row.version + 1
    content_key, wrapped, sealed = _seal(db, keyring, address, row.id, version, body)
    before = open_own(keyring, scopes.key_at(db, keyring, row.key_address), row).occurred_at
    position = row.position
    if before != body.occurred_at:
        position = positions.place(db, keyring, body.occurred_at, moving=row.id)
    db.execute(
        update(Row)
        .where(Row.account_id == keyring.account_id, Row.id == row.id)
        .values(
            scope_id=address.scope_id,
            position=position,
            stratum=address.stratum,
            generation=address.generation,
            version=version,
            wrapped_key=wrapped,
            body=sealed,
        )
    )
    return content_key
