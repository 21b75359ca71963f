"""Key slots as rows: what opens an account key, and the root key behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select

from journal.core.errors import OwnKeyChanged, WrongCredentials
from journal.core.keyring import RootKeyring, Signer
from journal.core.models import Account, KeySlot, ShredKey
from journal.crypto import certificate, envelope, keyslot, primitives
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey

SESSION_LASTS = timedelta(hours=12)
SALT_BYTES = 16
TODAYS = 0  # the number of the keys that an account has now
Values = dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class SlotRow:
    """A slot's row, or a stand-in that costs the same work and never opens."""

    id: UUID
    salt: bytes
    locked: keyslot.LockedSlot
    shred_key: bytes


def make_slot(
    site: SiteKey,
    *,
    account_id: UUID,
    account_key: bytes,
    shred_key: bytes,
    kind: int,
    secret: str,
) -> Values:
    """Lock the account key under a password or a kit: the columns of a row for `put_slot`.

    Slow for a password (about 150 ms), so it comes before the transaction that writes:
    SQLite has one writer, and everybody else's words would wait for it.
    """
    slot_id, salt = uuid4(), primitives.make_bytes(SALT_BYTES)
    locked = keyslot.lock(
        account_key,
        secret=_stretch(kind, secret, salt=salt, account_id=account_id, slot_id=slot_id),
        kind=kind,
        account=account_id,
        slot=slot_id,
        shred_key=shred_key,
        site=site,
    )
    return {
        "account_id": account_id,
        "id": slot_id,
        "kind": kind,
        "salt": salt,
        "site_version": locked.site_version,
        "body": locked.body,
    }


def put_slot(db: Session, slot: Values) -> None:
    db.execute(insert(KeySlot).values(**slot))


def drop_slots(db: Session, account_id: UUID, *, kind: int) -> None:
    """Drop today's slots of a kind; those of former keys stay."""
    mine = (KeySlot.account_id == account_id) & (KeySlot.former == TODAYS)
    db.execute(delete(KeySlot).where(mine, KeySlot.kind == kind))


def open_slot(
    db: Session,
    site: SiteKey,
    *,
    account_id: UUID | None,
    kind: int,
    secret: str,
    former: int = TODAYS,
) -> bytes:
    """The account key, or WrongCredentials; an unknown account costs the same work.

    `former` is the number of keys from before a new start, whose slots were kept.
    """
    row = _slot_row(db, site, account_id or uuid4(), kind, former)
    owner = account_id or row.id
    stretched = _stretch(kind, secret, salt=row.salt, account_id=owner, slot_id=row.id)
    try:
        return keyslot.unlock(
            row.locked,
            secret=stretched,
            kind=kind,
            account=owner,
            slot=row.id,
            shred_key=row.shred_key,
            site=site,
        )
    except CryptoError as error:
        raise WrongCredentials from error


def open_root(
    db: Session, account_id: UUID, account_key: bytes, *, now: datetime, signer: Signer | None
) -> RootKeyring:
    """Everything the account key opens, with a session signing key certified for twelve hours."""
    row = db.execute(
        select(
            Account.role,
            Account.root_public,
            Account.sealing_public,
            Account.root_key,
            Account.content_key,
            Account.root_seed,
        ).where(Account.id == account_id)
    ).one()
    try:
        root_key = envelope.open_(
            account_key, row.root_key, context(Label.ROOT_KEY, owner=account_id)
        )
        content_key = envelope.open_(
            account_key, row.content_key, context(Label.CONTENT_KEY, owner=account_id)
        )
        root = json.loads(
            envelope.open_(root_key, row.root_seed, context(Label.ROOT_SEED, owner=account_id))
        )
    except CryptoError as error:
        raise WrongCredentials from error
    identity = _own_identity(account_id, row, root["identity"])
    root_seed = bytes.fromhex(root["seed"])
    return RootKeyring(
        identity=identity,
        role=row.role,
        content_key=content_key,
        signer=signer or make_signer(root_seed, account_id, now=now),
        account_key=account_key,
        root_key=root_key,
        root_seed=root_seed,
    )


def _own_identity(account_id: UUID, row: Any, fingerprint: str) -> PublicIdentity:
    """The identity in the row, if it is the one that was sealed with the root seed.

    Where somebody swapped a public key, nothing may be signed or vouched for with it.
    """
    try:
        identity = PublicIdentity(account_id, row.root_public, row.sealing_public)
    except CryptoError as error:
        raise OwnKeyChanged from error
    if identity.fingerprint.hex() != fingerprint:
        raise OwnKeyChanged
    return identity


def make_signer(root_seed: bytes, account_id: UUID, *, now: datetime) -> Signer:
    """A fresh session signing key, certified by the root for twelve hours from `now`."""
    seed = primitives.make_key()
    starts = int(now.timestamp())
    return Signer(
        seed,
        certificate.certify(
            root_seed,
            account=account_id,
            session_public=primitives.signing_public(seed),
            not_before=starts,
            not_after=starts + int(SESSION_LASTS.total_seconds()),
        ),
    )


def shred_key_of(db: Session, account_id: UUID) -> bytes:
    """The account's shred key (32 bytes); WrongCredentials once it was erased."""
    key = db.scalar(select(ShredKey.key).where(ShredKey.account_id == account_id))
    if key is None:
        raise WrongCredentials
    return key


def _stretch(kind: int, secret: str, *, salt: bytes, account_id: UUID, slot_id: UUID) -> bytes:
    if kind == keyslot.KIND_PASSWORD:
        return keyslot.password_secret(secret, salt=salt, account=account_id, slot=slot_id)
    try:
        return keyslot.parse_kit(secret)
    except CryptoError as error:
        raise WrongCredentials from error


def _slot_row(db: Session, site: SiteKey, account_id: UUID, kind: int, former: int) -> SlotRow:
    row = db.execute(
        select(KeySlot.id, KeySlot.salt, KeySlot.site_version, KeySlot.body, ShredKey.key)
        .join(ShredKey, ShredKey.account_id == KeySlot.account_id)
        .where(KeySlot.account_id == account_id, KeySlot.kind == kind, KeySlot.former == former)
    ).first()
    if row is None:
        return _stand_in(site)
    return SlotRow(row.id, row.salt, keyslot.LockedSlot(row.site_version, row.body), row.key)


def _stand_in(site: SiteKey) -> SlotRow:
    """A genuine slot over nobody's key: a stranger's address is then as slow as a friend's."""
    slot_id, shred_key = uuid4(), primitives.make_key()
    locked = keyslot.lock(
        primitives.make_key(),
        secret=primitives.make_key(),
        kind=keyslot.KIND_PASSWORD,
        account=slot_id,
        slot=slot_id,
        shred_key=shred_key,
        site=site,
    )
    return SlotRow(slot_id, primitives.make_bytes(SALT_BYTES), locked, shred_key)
