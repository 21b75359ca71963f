"""An account's private state: pins, invitations, kit and names, sealed under its content key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

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


def seal_state(state: State, *, content_key: bytes, account_id: UUID, version: int) -> bytes:
    plaintext = envelope.pad(json.dumps(state, separators=(",", ":")).encode(), PADDED_TO)
    return envelope.seal(
        content_key, plaintext, context(Label.PRIVATE_STATE, owner=account_id, version=version)
    )


def read_state(db: Session, keyring: Keyring) -> State:
    """The private state as JSON values; Damaged when it does not open."""
    return _load(db, keyring)[0]


def change_state(db: Session, keyring: Keyring, change: Callable[[State], object]) -> State:
    """Apply `change` to the newest state under the account's lock; the caller commits."""
    begin_write(db, keyring.account_id)
    state, version = _load(db, keyring)
    change(state)
    sealed = seal_state(
        state,
        content_key=keyring.content_key,
        account_id=keyring.account_id,
        version=version + 1,
    )
    db.execute(
        update(Account)
        .where(Account.id == keyring.account_id)
        .values(state=sealed, state_version=version + 1)
    )
    return state


def _load(db: Session, keyring: Keyring) -> tuple[State, int]:
    row = db.execute(
        select(Account.state, Account.state_version).where(Account.id == keyring.account_id)
    ).one()
    where = context(Label.PRIVATE_STATE, owner=keyring.account_id, version=row.state_version)
    try:
        opened = envelope.open_(keyring.content_key, row.state, where)
    except CryptoError as error:
        raise Damaged from error
    state: State = json.loads(envelope.unpad(opened))
    return state, row.state_version
