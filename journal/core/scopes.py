"""A patient's scopes: their keys by stratum and generation."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import BindParameter, Table, bindparam, insert, null, select, union_all

from journal.core import once, state
from journal.core.errors import Damaged, NotFound
from journal.core.locking import begin_write
from journal.core.models import Scope, ScopeKey
from journal.crypto import envelope, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

PRIVATE, CARE = "private", "care"
SHAREABLE = ("check-ins", "journal", "measures", "medications", "safety-plan", CARE)
NAMES = (*SHAREABLE, PRIVATE)
# A therapist's own: what she records of her patients' care. Nobody is ever given its key.
CLINICAL = "clinical"
KEPT = "scopes"

SCOPE, KEY = cast("Table", Scope.__table__).c, cast("Table", ScopeKey.__table__).c
OWNER: BindParameter[UUID] = bindparam("owner")
# In one round trip: a key has all four, a name no generation, the account's state no scope.
NAMES_KEYS_AND_STATE = union_all(
    select(KEY.scope_id, KEY.stratum, KEY.generation, KEY.wrapped).where(KEY.account_id == OWNER),
    select(SCOPE.id, null(), null(), SCOPE.name).where(SCOPE.account_id == OWNER),
    select(null(), state.ACCOUNT.state_version, null(), state.ACCOUNT.state).where(
        state.ACCOUNT.id == OWNER
    ),
)
ADD_KEY = insert(cast("Table", ScopeKey.__table__))


class KeyAddress(NamedTuple):
    """Where a key stands: new records of a scope are sealed under its current one."""

    scope_id: UUID
    stratum: int
    generation: int


def create_all(db: Session, keyring: Keyring) -> None:
    """The scopes of a new account, each at stratum 1, generation 1."""
    _create(db, keyring, NAMES if keyring.role == "patient" else (CLINICAL,))


def require_clinical(db: Session, keyring: Keyring) -> None:
    """Give a therapist her scope, if she came before there was one; the caller commits."""
    if CLINICAL not in ids(db, keyring):
        begin_write(db, keyring.account_id)
        # Another of her sessions may have made it a moment ago.
        if CLINICAL not in ids(db, keyring):
            _create(db, keyring, (CLINICAL,))


def _create(db: Session, keyring: Keyring, named: Iterable[str]) -> None:
    first = []
    for name in named:
        scope_id = uuid4()
        sealed = envelope.seal(
            keyring.content_key,
            envelope.pad(name.encode(), 32),
            context(Label.SCOPE_NAME, owner=keyring.account_id, scope=scope_id),
        )
        db.execute(insert(Scope).values(account_id=keyring.account_id, id=scope_id, name=sealed))
        first.append(KeyAddress(scope_id, 1, 1))
    add_keys(db, keyring, first)


def names(db: Session, keyring: Keyring) -> dict[UUID, str]:
    """Scope ids to names; a name that does not open is left out."""
    return _kept(db, keyring).names


def all_open(db: Session, keyring: Keyring) -> bool:
    """Whether every scope's name opens: not so for those from before a new start."""
    return not _kept(db, keyring).closed


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
    generations = strata(db, keyring, scope_id)
    wanted = max(generations, default=None) if stratum is None else stratum
    if wanted not in generations:
        raise NotFound
    return KeyAddress(scope_id, wanted, generations[wanted])


def strata(db: Session, keyring: Keyring, scope_id: UUID) -> dict[int, int]:
    """Every stratum of a scope with its newest generation."""
    found: dict[int, int] = {}
    for address in _kept(db, keyring).wrapped:
        if address.scope_id == scope_id:
            found[address.stratum] = max(address.generation, found.get(address.stratum, 0))
    return found


def add_keys(
    db: Session, keyring: Keyring, addresses: Iterable[KeyAddress]
) -> dict[KeyAddress, bytes]:
    """Fresh keys at these addresses, wrapped under the content key."""
    keys = {address: primitives.make_key() for address in addresses}
    wraps = [
        {
            "account_id": keyring.account_id,
            **address._asdict(),
            "wrapped": envelope.seal(keyring.content_key, key, _context(keyring, address)),
        }
        for address, key in keys.items()
    ]
    if wraps:
        db.connection().execute(ADD_KEY, wraps)
    once.kept(db).pop((KEPT, keyring.account_id), None)
    for address, key in keys.items():
        keyring.scope_keys[address] = key
    return keys


def key_at(db: Session, keyring: Keyring, address: KeyAddress) -> bytes:
    """The scope key at this address; Damaged when it is gone or does not open."""
    key = keyring.scope_keys.get(address)
    if key is None:
        wrapped = _kept(db, keyring).wrapped.get(address)
        if wrapped is None:
            raise Damaged
        try:
            key = envelope.open_(keyring.content_key, wrapped, _context(keyring, address))
        except CryptoError as error:
            raise Damaged from error
        keyring.scope_keys[address] = key
    return key


def load_keys(db: Session, keyring: Keyring, *scope_ids: UUID) -> None:
    """Open every key of these scopes into the keyring; one that does not open is left out."""
    for address in _kept(db, keyring).wrapped:
        if address.scope_id in scope_ids:
            with suppress(Damaged):
                key_at(db, keyring, address)


class Kept(NamedTuple):
    """The scopes of an account as one transaction finds them; the keys are still wrapped."""

    names: dict[UUID, str]
    wrapped: dict[KeyAddress, bytes]
    closed: bool


def _kept(db: Session, keyring: Keyring) -> Kept:
    owner = keyring.account_id
    kept = once.kept(db).get((KEPT, owner))
    if not isinstance(kept, Kept):
        wrapped, sealed = {}, []
        for scope_id, number, generation, box in db.execute(NAMES_KEYS_AND_STATE, {"owner": owner}):
            if generation is not None:
                wrapped[KeyAddress(scope_id, number, generation)] = box
            elif scope_id is not None:
                sealed.append((scope_id, box))
            else:
                state.came_along(db, owner, box, number)
        names = _open_names(keyring, sealed)
        kept = Kept(names, wrapped, closed=len(names) < len(sealed))
        once.kept(db)[KEPT, owner] = kept
    return kept


def _open_names(keyring: Keyring, rows: Iterable[tuple[UUID, bytes]]) -> dict[UUID, str]:
    opened: dict[UUID, str] = {}
    for scope_id, sealed in rows:
        where = context(Label.SCOPE_NAME, owner=keyring.account_id, scope=scope_id)
        with suppress(CryptoError):
            padded = envelope.open_(keyring.content_key, sealed, where)
            opened[scope_id] = envelope.unpad(padded).decode()
    return opened


def _context(keyring: Keyring, address: KeyAddress) -> Context:
    return context(
        Label.SCOPE_KEY,
        owner=keyring.account_id,
        scope=address.scope_id,
        stratum=address.stratum,
        generation=address.generation,
    )
