"""What is read once in a transaction: kept beside the database session, gone with the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

    from sqlalchemy.orm import Session

KEPT = "read once"  # in the session's info: a transaction, and what was read in it


def kept(db: Session) -> dict[Hashable, Any]:
    """What this transaction has read so far, by a key that names its account; sealed or opened.

    Nothing outlives the transaction, which outlives no request: no server keeps a key, and a
    writer reads anew what it decides on. Whoever changes such rows puts the new ones here, or
    forgets them.
    """
    transaction: object
    found: dict[Hashable, Any]
    transaction, found = db.info.get(KEPT, (None, {}))
    now = db.get_transaction()
    if transaction not in (None, now):
        found = {}
    db.info[KEPT] = (now, found)
    return found


def forget(db: Session) -> None:
    """Read everything anew: a lock was waited for, and rows may have moved meanwhile."""
    db.info.pop(KEPT, None)
