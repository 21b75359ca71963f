"""Fresh content keys for many records at once, their single shares with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from journal.core import raw_rows, reader_keys
from journal.core.errors import Damaged, NotFound
from journal.core.models import GrantRecord
from journal.core.models import Record as Row
from journal.core.rows import RECORD
from journal.crypto import envelope
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.grants import HeldGrant
    from journal.core.keyring import Keyring
    from journal.core.raw_rows import LocatedRow, Opener, RawId

Values = dict[str, Any]


def reseal(db: Session, keyring: Keyring, found: Sequence[LocatedRow], *, now: datetime) -> None:
    """Seal each record anew under its stratum's newest generation; the version stays.

    A record that does not open is left as it is: its key is kept as long as it lies there.
    The caller holds the account's lock and commits; records and shares change together.
    """
    opener = raw_rows.Opener(db, keyring)
    owner = opener.raw(keyring.account_id)
    fresh: dict[RawId, bytes] = {}
    changed: list[Values] = []
    for row in found:
        try:
            generation, content_key, wrapped, body = opener.reseal(row)
        except (CryptoError, Damaged, NotFound):
            continue
        fresh[row[0]] = content_key
        changed.append(
            {
                "owner": owner,
                "place": row[8],
                "to_generation": generation,
                "to_key": wrapped,
                "to_body": body,
            }
        )
    if changed:
        raw_rows.execute_many(db, _UPDATE_RECORD, changed)
        _rewrap(db, keyring, opener, fresh, now)


def reseal_named(
    db: Session, keyring: Keyring, record_ids: Collection[UUID], *, now: datetime
) -> list[UUID]:
    """The same for these records; those that are done with now: there may be more than fit."""
    asked = {"owner": keyring.account_id, "named": list(record_ids), "batch": len(record_ids)}
    found, more = raw_rows.fetch(db, _NAMED, asked)
    reseal(db, keyring, found, now=now)
    return [raw_rows.as_uuid(row[0]) for row in found] if more else list(record_ids)


def wrap_context(owner: UUID, grant_id: UUID, record_id: UUID, version: int) -> Context:
    return context(
        Label.GRANT_RECORD_KEY, owner=owner, scope=grant_id, object=record_id, version=version
    )


_NAMED = raw_rows.LOCATED.where(
    RECORD.account_id == bindparam("owner"), RECORD.id.in_(bindparam("named", expanding=True))
).limit(bindparam("batch"))
_UPDATE_RECORD = (
    update(Row.__table__)  # type: ignore[arg-type]
    .where(Row.account_id == bindparam("owner"), bindparam("place") == raw_rows.PLACE)
    .values(
        generation=bindparam("to_generation"),
        wrapped_key=bindparam("to_key"),
        body=bindparam("to_body"),
    )
)
_SHARE = GrantRecord.__table__.c
_SHARES = select(_SHARE.grant_id, _SHARE.record_id, _SHARE.version).where(
    _SHARE.account_id == bindparam("owner")
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


def _rewrap(
    db: Session, keyring: Keyring, opener: Opener, fresh: dict[RawId, bytes], now: datetime
) -> None:
    owner = keyring.account_id
    every = db.execute(_SHARES, {"owner": owner})
    shared = [one for one in every if opener.raw(one.record_id) in fresh]
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
                fresh[opener.raw(record_id)],
                wrap_context(owner, grant_id, record_id, version),
            ),
        }
        for grant_id, record_id, version in shared
        if grant_id in living
    ]
    if wraps:
        db.connection().execute(_UPDATE_SHARE, wraps)
