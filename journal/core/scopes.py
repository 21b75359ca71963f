"""A patient's scopes: their keys by stratum and generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from journal.core.errors import Damaged, NotFound
from journal.core.models import Scope, ScopeKey
from journal.crypto import envelope, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

PRIVATE = "private"
SHAREABLE = ("check-ins", "journal", "measures", "medications", "safety-plan", "care")
NAMES = (*SHAREABLE, PRIVATE)


class KeyAddress(NamedTuple):
    """Where a key stands: new records of a scope are sealed under its current one."""

    scope_id: UUID
    stratum: int
    generation: int


def create_all(db: Session, keyring: Keyring) -> None:
    """The scopes of a new patient, each at stratum 1, generation 1."""
    for name in NAMES:
        scope_id = uuid4()
        sealed = envelope.seal(
            keyring.content_key,
            envelope.pad(name.encode(), 32),
            context(Label.SCOPE_NAME, owner=keyring.account_id, scope=scope_id),
        )
        db.execute(insert(Scope).values(account_id=keyring.account_id, id=scope_id, name=sealed))
        add_key(db, keyring, KeyAddress(scope_id, 1, 1))


def names(db: Session, keyring: Keyring) -> dict[UUID, str]:
    """Scope ids to names; a name that does not open is left out."""
    rows = db.execute(select(Scope.id, Scope.name).where(Scope.account_id == keyring.account_id))
    opened: dict[UUID, str] = {}
    for scope_id, sealed in rows:
        where = context(Label.SCOPE_NAME, owner=keyring.account_id, scope=scope_id)
        try:
            opened[scope_id] = envelope.unpad(
                envelope.open_(keyring.content_key, sealed, where)
            ).decode()
        except CryptoError:
            continue
    return opened


def ids(db: Session, keyring: Keyring) -> dict[str, UUID]:
    """Scope names to ids."""
    return {name: scope_id for scope_id, name in names(db, keyring).items()}


def id_of(db: Session, keyring: Keyring, name: str) -> UUID:
    """The id of one scope by name; NotFound for a name that is none."""
    try:
        return ids(db, keyring)[name]
    except KeyError as error:
        raise NotFound from error


def current(
    db: Session, keyring: Keyring, scope_id: UUID, stratum: int | None = None
) -> KeyAddress:
    """The newest generation of a stratum, of the newest stratum unless one is named."""
    newest = (
        select(ScopeKey.stratum, ScopeKey.generation)
        .where(ScopeKey.account_id == keyring.account_id, ScopeKey.scope_id == scope_id)
        .order_by(ScopeKey.stratum.desc(), ScopeKey.generation.desc())
        .limit(1)
    )
    if stratum is not None:
        newest = newest.where(ScopeKey.stratum == stratum)
    row = db.execute(newest).first()
    if row is None:
        raise NotFound
    return KeyAddress(scope_id, row.stratum, row.generation)


def strata(db: Session, keyring: Keyring, scope_id: UUID) -> dict[int, int]:
    """Every stratum of a scope with its newest generation."""
    rows = db.execute(
        select(ScopeKey.stratum, func.max(ScopeKey.generation))
        .where(ScopeKey.account_id == keyring.account_id, ScopeKey.scope_id == scope_id)
        .group_by(ScopeKey.stratum)
    )
    return dict(rows.all())


def add_key(db: Session, keyring: Keyring, address: KeyAddress) -> bytes:
    """A fresh key at this address, wrapped under the content key."""
    key = primitives.make_key()
    db.execute(
        insert(ScopeKey).values(
            account_id=keyring.account_id,
            scope_id=address.scope_id,
            stratum=address.stratum,
            generation=address.generation,
            wrapped=envelope.seal(keyring.content_key, key, _context(keyring, address)),
        )
    )
    keyring.scope_keys[address] = key
    return key


def key_at(db: Session, keyring: Keyring, address: KeyAddress) -> bytes:
    """The scope key at this address; Damaged when it is gone or does not open."""
    cached = keyring.scope_keys.get(address)
    if cached is not None:
        return cached
    load_keys(db, keyring, address.scope_id)
    try:
        return keyring.scope_keys[address]
    except KeyError as error:
        raise Damaged from error


def load_keys(db: Session, keyring: Keyring, *scope_ids: UUID) -> None:
    """Open every key of these scopes into the keyring; one that does not open is left out."""
    rows = db.execute(
        select(ScopeKey.scope_id, ScopeKey.stratum, ScopeKey.generation, ScopeKey.wrapped).where(
            ScopeKey.account_id == keyring.account_id, ScopeKey.scope_id.in_(scope_ids)
        )
    )
    for scope_id, stratum, generation, wrapped in rows:
        address = KeyAddress(scope_id, stratum, generation)
        try:
            keyring.scope_keys[address] = envelope.open_(
                keyring.content_key, wrapped, _context(keyring, address)
            )
        except CryptoError:
            continue


def _context(keyring: Keyring, address: KeyAddress) -> Context:
    return context(
        Label.SCOPE_KEY,
        owner=keyring.account_id,
        scope=address.scope_id,
        stratum=address.stratum,
        generation=address.generation,
    )
