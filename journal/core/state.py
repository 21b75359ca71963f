"""An account's private state: pins, invitations, kit and names, sealed under its content key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, select, update

from journal.core import once
from journal.core.errors import Damaged
from journal.core.locking import begin_write
from journal.core.models import Account
from journal.crypto import envelope
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

State = dict[str, Any]

PADDED_TO = 2048
KEPT, SEEN = "state", "state's version"

ACCOUNT = cast("Table", Account.__table__).c
STATE_OF = select(ACCOUNT.state, ACCOUNT.state_version).where(ACCOUNT.id == bindparam("owner"))


class Sealed(NamedTuple):
    """A state as it lies there."""

    state: bytes
    version: int


class Opened(NamedTuple):
    """A state's JSON; read anew each time, so that nobody changes another's values."""

    text: bytes
    version: int


def seal_state(state: State, *, content_key: bytes, account_id: UUID, version: int) -> bytes:
    plaintext = envelope.pad(json.dumps(state, separators=(",", ":")).encode(), PADDED_TO)
    return envelope.seal(
        content_key, plaintext, context(Label.PRIVATE_STATE, owner=account_id, version=version)
    )


def read_state(db: Session, keyring: Keyring) -> State:
    """The private state as JSON values; Damaged when it does not open.

    Read once in a transaction; each caller gets values of its own.
    """
    kept = once.kept(db)
    there = kept.get((KEPT, keyring.account_id))
    if isinstance(there, Sealed):
        there = _open(keyring, there)
        kept[KEPT, keyring.account_id] = there
    opened = there if isinstance(there, Opened) else _load(db, keyring)
    state: State = json.loads(opened.text)
    return state


def version_seen(db: Session, keyring: Keyring) -> int:
    """The version of the state that this database session last read or wrote, without a query."""
    seen: dict[UUID, int] = db.info.get(SEEN, {})
    if keyring.account_id not in seen:
        return _load(db, keyring).version
    return seen[keyring.account_id]


def arrived(db: Session, account_id: UUID, sealed: bytes, version: int) -> None:
    """Keep the state that came with the request's session for the transaction that follows."""
    _keep(db, account_id, Sealed(sealed, version))


def came_along(db: Session, account_id: UUID, sealed: bytes, version: int) -> None:
    """Keep the state that came with something else, unless this transaction has read it before."""
    if (KEPT, account_id) not in once.kept(db):
        _keep(db, account_id, Sealed(sealed, version))


def change_state(db: Session, keyring: Keyring, change: Callable[[State], object]) -> State:
    """Apply `change` to the newest state under the account's lock; the caller commits."""
    begin_write(db, keyring.account_id)
    before = _load(db, keyring)
    state: State = json.loads(before.text)
    change(state)
    version = before.version + 1
    sealed = seal_state(
        state, content_key=keyring.content_key, account_id=keyring.account_id, version=version
    )
    db.execute(
        update(Account)
        .where(Account.id == keyring.account_id)
        .values(state=sealed, state_version=version)
    )
    _keep(db, keyring.account_id, Sealed(sealed, version))
    return state


def _load(db: Session, keyring: Keyring) -> Opened:
    row = db.execute(STATE_OF, {"owner": keyring.account_id}).one()
    opened = _open(keyring, Sealed(*row))
    _keep(db, keyring.account_id, opened)
    return opened


def _keep(db: Session, account_id: UUID, there: Sealed | Opened) -> None:
    once.kept(db)[KEPT, account_id] = there
    db.info.setdefault(SEEN, {})[account_id] = there.version


def _open(keyring: Keyring, there: Sealed) -> Opened:
    where = context(Label.PRIVATE_STATE, owner=keyring.account_id, version=there.version)
    try:
        opened = envelope.open_(keyring.content_key, there.state, where)
    except CryptoError as error:
        raise Damaged from error
    return Opened(envelope.unpad(opened), there.version)
