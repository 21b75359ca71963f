"""Fresh content keys for many records at once, their single shares with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from journal.core import reader_keys, scopes
from journal.core.errors import Damaged, NotFound
from journal.core.models import GrantRecord
from journal.core.models import Record as Row
from journal.core.sealing import open_body, open_content_key, seal_body
from journal.crypto import envelope
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.grants import HeldGrant
    from journal.core.keyring import Keyring
    from journal.core.sealing import SealedRecord

Values = dict[str, Any]


def reseal(db: Session, keyring: Keyring, sealed: Sequence[SealedRecord], *, now: datetime) -> None:
    """Seal each record anew under its stratum's newest generation; the version stays.

    A record that does not open is left as it is: its key is kept as long as it lies there.
    The caller holds the account's lock and commits; records and shares change together.
    """
    fresh: dict[UUID, bytes] = {}
    changed: list[Values] = []
    newest: dict[tuple[UUID, int], scopes.KeyAddress] = {}
    for row in sealed:
        place = (row.scope_id, row.stratum)
        try:
            if place not in newest:
                newest[place] = scopes.current(db, keyring, *place)
            content_key, values = _seal_anew(db, keyring, row, newest[place])
        except (CryptoError, Damaged, NotFound):
            continue
        fresh[row.id] = content_key
        changed.append(values)
    if changed:
        db.connection().execute(_UPDATE_RECORD, changed)
        _rewrap(db, keyring, fresh, now)


def wrap_context(owner: UUID, grant_id: UUID, record_id: UUID, version: int) -> Context:
    return context(
        Label.GRANT_RECORD_KEY, owner=owner, scope=grant_id, object=record_id, version=version
    )


_UPDATE_RECORD = (
    update(Row.__table__)  # type: ignore[arg-type]
    .where(Row.account_id == bindparam("owner"), Row.id == bindparam("record"))
    .values(
        generation=bindparam("to_generation"),
        wrapped_key=bindparam("to_key"),
        body=bindparam("to_body"),
    )
)
_UPDATE_SHARE = (
    update(GrantRecord.__table__)  # type: ignore[arg-type]
    .where(
        GrantRecord.account_id == bindparam("owner"),
        GrantRecord.grant_id == bindparam("grant"),
        GrantRecord.record_id == bindparam("record"),
    )
    .values(wrapped=bindparam("to_key"))
)


def _seal_anew(
    db: Session, keyring: Keyring, row: SealedRecord, address: scopes.KeyAddress
) -> tuple[bytes, Values]:
    owner = keyring.account_id
    old_key = open_content_key(owner, scopes.key_at(db, keyring, row.key_address), row)
    padded = open_body(owner, old_key, row)
    scope_key = scopes.key_at(db, keyring, address)
    content_key, wrapped, body = seal_body(owner, scope_key, address, row.id, row.version, padded)
    return content_key, {
        "owner": owner,
        "record": row.id,
        "to_generation": address.generation,
        "to_key": wrapped,
        "to_body": body,
    }


def _rewrap(db: Session, keyring: Keyring, fresh: dict[UUID, bytes], now: datetime) -> None:
    owner = keyring.account_id
    shared = db.execute(
        select(GrantRecord.grant_id, GrantRecord.record_id, GrantRecord.version).where(
            GrantRecord.account_id == owner, GrantRecord.record_id.in_(fresh)
        )
    ).all()
    if not shared:
        return
    living: dict[UUID, HeldGrant] = {
        grant.id: grant for grant in reader_keys.trusted(db, keyring, now=now)
    }
    wraps = [
        {
            "owner": owner,
            "grant": grant_id,
            "record": record_id,
            "to_key": envelope.seal(
                living[grant_id].key,
                fresh[record_id],
                wrap_context(owner, grant_id, record_id, version),
            ),
        }
        for grant_id, record_id, version in shared
        if grant_id in living
    ]
    if wraps:
        db.connection().execute(_UPDATE_SHARE, wraps)
