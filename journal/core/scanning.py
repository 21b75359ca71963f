"""Many of one's own records in one go: a page of them, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam

from journal.core import owning, raw_rows, scopes
from journal.core.errors import Damaged
from journal.core.opened import Opened, Page
from journal.core.rows import RECORD
from journal.core.sealing import Body
from journal.crypto import envelope
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core import rows
    from journal.core.keyring import Keyring
    from journal.core.raw_rows import RawRow


def newest_as_owner(
    db: Session,
    keyring: Keyring,
    *,
    scopes_named: Collection[str],
    kind: str | None = None,
    before: str | None = None,
    limit: int = 20,
) -> Page:
    """A page of one's own records, the latest occurrence first; deleted ones left out."""
    found: list[Opened] = []
    for opened in scan_as_owner(
        db, keyring, scopes_named=scopes_named, kind=kind, before=before, batch=limit + 1
    ):
        found.append(opened)
        if len(found) > limit:
            break
    more = found[limit - 1].cursor if len(found) > limit else None
    return Page(found[:limit], more)


def scan_as_owner(
    db: Session,
    keyring: Keyring,
    *,
    scopes_named: Collection[str],
    kind: str | None = None,
    before: str | None = None,
    batch: int = 2000,
    may_be: Callable[[bytes], bool] | None = None,
) -> Iterator[Opened]:
    """All of one's own records in these scopes, newest first, fetched in batches.

    A row that does not open is yielded with `readable` False, so that a list shows a gap
    instead of failing. `may_be` is shown each record as `Body` dumps it, with some
    zeros behind, before anything is made of it; what it turns away is left out.
    """
    by_name = scopes.ids(db, keyring)
    wanted = {by_name[name]: name for name in scopes_named if name in by_name}
    scopes.load_keys(db, keyring, *wanted)
    opener = raw_rows.Opener(db, keyring)
    for fetched in _batches(db, keyring, list(wanted), owning.parse_cursor(before), batch):
        for row in fetched:
            try:
                padded = opener.open_(row)
                if may_be is not None and not may_be(envelope.peek(padded)):
                    continue
                body = Body.loads(padded)
            except (CryptoError, Damaged):
                sealed = raw_rows.sealed(row)
                yield owning.placeholder(sealed, wanted[sealed.scope_id])
                continue
            if body.binned is None and kind in (None, body.kind):
                sealed = raw_rows.sealed(row)
                yield owning.as_opened(sealed, body, wanted[sealed.scope_id])


def _batches(
    db: Session,
    keyring: Keyring,
    scope_ids: list[UUID],
    before: rows.Cursor | None,
    size: int,
) -> Iterator[list[RawRow]]:
    asked: dict[str, Any] = {"owner": keyring.account_id, "scopes": scope_ids, "batch": size}
    more = True
    while more:
        if before is not None:
            asked |= {"position": before[0], "record": before[1]}
        found, more = raw_rows.fetch(db, _NEWEST if before is None else _NEXT, asked)
        yield found
        if more:
            before = (found[-1][2], raw_rows.as_uuid(found[-1][0]))


_NEWEST = (
    raw_rows.SELECT.where(
        RECORD.account_id == bindparam("owner"),
        RECORD.scope_id.in_(bindparam("scopes", expanding=True)),
    )
    .order_by(RECORD.position.desc(), RECORD.id.desc())
    .limit(bindparam("batch"))
)
# The first condition repeats what the second says, for the index to start there.
_NEXT = _NEWEST.where(
    RECORD.position <= bindparam("position"),
    (RECORD.position < bindparam("position")) | (RECORD.id < bindparam("record")),
)
