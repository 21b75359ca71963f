"""Phones that may leave things here while nobody is signed in: enrolled, listed, removed."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update

from journal.core.errors import Full, NotFound
from journal.core.locking import begin_write
from journal.core.phone_models import InboxItem, Phone
from journal.crypto import envelope, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

MOST_PHONES = 10
SECRET_BYTES = 32
LABEL_LETTERS = 200
PADDED_TO = 1024


class Enrolled(NamedTuple):
    """What a phone is given once; nobody can ask for it again.

    secret: base64url, opens nothing and only lets it send; inbox: the 1,216-byte public key it
    seals to; mark_key: 32 bytes it proves itself with.
    """

    phone_id: UUID
    secret: str
    inbox: bytes
    mark_key: bytes


@dataclass(frozen=True, slots=True, repr=False)
class PhoneKeys:
    """A phone as its owner's session opens it: the inbox key's seed, the mark's key, its name."""

    id: UUID
    seed: bytes
    mark_key: bytes
    label: str
    since: datetime


class Sender(NamedTuple):
    """Whose phone a secret is, and which."""

    account_id: UUID
    phone_id: UUID


def enrol(db: Session, keyring: Keyring, *, label: str, now: datetime) -> Enrolled:
    """Let one more phone write; the caller commits. Full when there are ten.

    Each phone seals to a key of its own: removing it erases what opens its items, and new keys
    of the account strand nothing that still lies on a phone.
    """
    begin_write(db, keyring.account_id)
    if len(_rows(db, keyring)) >= MOST_PHONES:
        raise Full
    phone_id, seed, mark_key = uuid4(), primitives.make_key(), primitives.make_key()
    secret = primitives.make_bytes(SECRET_BYTES)
    text = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
    kept = {
        "seed": seed.hex(),
        "mark_key": mark_key.hex(),
        "label": label[:LABEL_LETTERS],
        "since": int(now.timestamp()),
    }
    padded = envelope.pad(json.dumps(kept).encode(), PADDED_TO)
    db.execute(
        insert(Phone).values(
            account_id=keyring.account_id,
            id=phone_id,
            secret_hash=primitives.sha256(secret),
            sealed=envelope.seal(keyring.content_key, padded, _context(keyring, phone_id)),
        )
    )
    return Enrolled(phone_id, text, primitives.sealing_public(seed), mark_key)


def phones(db: Session, keyring: Keyring) -> list[PhoneKeys]:
    """The account's phones, the newest first; one whose row was changed has no name."""
    found = [_open(keyring, row) for row in _rows(db, keyring)]
    return sorted(found, key=lambda one: one.since, reverse=True)


def keys_of(db: Session, keyring: Keyring, phone_id: UUID) -> PhoneKeys:
    """One phone of this account; NotFound when it is none, or was removed."""
    for row in _rows(db, keyring):
        if row.id == phone_id:
            return _open(keyring, row)
    raise NotFound("no such phone")


def sender(db: Session, secret: str) -> Sender | None:
    """Whose phone sends with this secret; None for a secret that nobody has, or has no more."""
    try:
        raw = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    except (binascii.Error, ValueError):
        return None
    asked = select(Phone.account_id, Phone.id).where(Phone.secret_hash == primitives.sha256(raw))
    row = db.execute(asked).first()
    return None if row is None else Sender(*row)


def close(db: Session, keyring: Keyring, phone_id: UUID) -> None:
    """Take nothing more from a phone; what it sent can still be opened. NotFound for no phone."""
    begin_write(db, keyring.account_id)
    keys_of(db, keyring, phone_id)
    ours = (Phone.account_id == keyring.account_id) & (Phone.id == phone_id)
    db.execute(update(Phone).where(ours).values(secret_hash=primitives.make_key()))


def remove(db: Session, keyring: Keyring, phone_id: UUID) -> None:
    """Erase a phone with the key that opens its items, and what of it could not be read."""
    begin_write(db, keyring.account_id)
    for table, column in ((InboxItem, InboxItem.phone_id), (Phone, Phone.id)):
        ours = (table.account_id == keyring.account_id) & (column == phone_id)
        db.execute(delete(table).where(ours))


def count(db: Session, keyring: Keyring) -> int:
    """How many phones there are, without opening one."""
    ours = select(func.count()).select_from(Phone).where(Phone.account_id == keyring.account_id)
    return db.scalar(ours) or 0


def ids(db: Session, keyring: Keyring) -> list[UUID]:
    """Which phones there are, without opening one."""
    return list(db.scalars(select(Phone.id).where(Phone.account_id == keyring.account_id)))


def _rows(db: Session, keyring: Keyring) -> list[Phone]:
    ours = select(Phone).where(Phone.account_id == keyring.account_id)
    return list(db.scalars(ours.execution_options(populate_existing=True)))


def _open(keyring: Keyring, row: Phone) -> PhoneKeys:
    try:
        padded = envelope.open_(keyring.content_key, row.sealed, _context(keyring, row.id))
    except CryptoError:
        # It has to stand in the list all the same, or nobody could remove it.
        return PhoneKeys(row.id, b"", b"", "", datetime.fromtimestamp(0, UTC))
    kept = json.loads(envelope.unpad(padded))
    return PhoneKeys(
        row.id,
        bytes.fromhex(kept["seed"]),
        bytes.fromhex(kept["mark_key"]),
        kept["label"],
        datetime.fromtimestamp(kept["since"], UTC),
    )


def _context(keyring: Keyring, phone_id: UUID) -> Context:
    return context(Label.PHONE, owner=keyring.account_id, object=phone_id)
