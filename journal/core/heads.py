"""Heads of the chains in a patient's sealed state: what was cut off at a chain's end shows.

A chain tells by itself when a link in its middle is gone, and never when its last links are. Who
writes to the database can't open the sealed state, so the heads in it are the patient's word
for how far her receipts and the logs about her had come.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from journal.core.errors import Damaged
from journal.core.locking import begin_write
from journal.core.models import AccessEvent, CaseloadRow, Receipt
from journal.core.state import State, change_state, read_state

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

RECEIPTS, LOGS, LOST, WRITTEN = "receipts_head", "log_heads", "log_lost", "logs_written"


class End(NamedTuple):
    """Where a log ends in the database: the number of its last line, and how many are there."""

    n: int
    there: int


class Head(NamedTuple):
    """How far a chain had come: the number of its last link, and that link."""

    n: int
    link: bytes


def of_receipts(db: Session, keyring: Keyring) -> Head | None:
    """The head of the patient's receipts; None before the first, or where the state is damaged."""
    try:
        return _head(read_state(db, keyring).get(RECEIPTS))
    except Damaged:
        return None


def keep_receipt(db: Session, keyring: Keyring, head: Head) -> None:
    """Keep the head with the receipt itself, in its transaction.

    A state that is damaged must not stop an ending.
    """
    with suppress(Damaged):
        change_state(db, keyring, lambda state: state.update({RECEIPTS: _kept(head)}))


def missing_receipts(db: Session, keyring: Keyring) -> int:
    """How many receipts are gone, from the middle or from the end."""
    mine = Receipt.account_id == keyring.account_id
    there, last = db.execute(select(func.count(), func.max(Receipt.n)).where(mine)).one()
    kept = of_receipts(db, keyring)
    return max(kept.n if kept else 0, last or 0) - int(there)


def missing_lines(db: Session, keyring: Keyring) -> dict[UUID, int]:
    """At least how many lines of each grant's log are gone; only grants that miss some."""
    state, owner = read_state(db, keyring), keyring.account_id
    kept, ends = _heads(state), _ends(db, owner)
    found = {UUID(text): int(count) for text, count in state.get(LOST, {}).items()}
    for grant_id, count in _cut(db, owner, kept, ends).items():
        found[grant_id] = found.get(grant_id, 0) + count
    for grant_id, end in ends.items():
        found[grant_id] = found.get(grant_id, 0) + end.n - end.there
    return {grant_id: count for grant_id, count in found.items() if count > 0}


def is_cut(db: Session, keyring: Keyring) -> bool:
    """Whether the end of any log is gone: one read, for pages that tell of one record."""
    state = read_state(db, keyring)
    kept = _heads(state)
    there = _links(db, keyring.account_id, {(one, head.n) for one, head in kept.items()})
    return bool(state.get(LOST)) or any(
        there.get((one, head.n)) != head.link for one, head in kept.items()
    )


def renew(db: Session, keyring: Keyring) -> None:
    """Take the logs' ends for the new heads, if they have moved; the caller commits."""
    state, owner = read_state(db, keyring), keyring.account_id
    kept, ends = _heads(state), _ends(db, owner)
    if {one: end.n for one, end in ends.items()} == {one: head.n for one, head in kept.items()}:
        return
    begin_write(db, owner)
    change_state(db, keyring, lambda state: renew_in(db, state, owner))


def renew_in(db: Session, state: State, owner: UUID) -> None:
    """The same in a state that is being changed anyway, under the account's lock.

    What was cut off is noted for good: the next head could not tell of it any more.
    """
    kept, ends = _heads(state), _ends(db, owner)
    lost = state.setdefault(LOST, {})
    for grant_id, count in _cut(db, owner, kept, ends).items():
        lost[str(grant_id)] = lost.get(str(grant_id), 0) + count
    newest = _links(db, owner, {(one, end.n) for one, end in ends.items()})
    state[LOGS] = {str(one): _kept(Head(n, link)) for (one, n), link in newest.items()}


def renew_written_in(db: Session, state: State, reader: UUID) -> None:
    """Keep in a reader's state that is being changed anyway how far the logs had come she writes.

    Her next line then takes a number behind it, whatever was cut off: its patient, who has not
    met those lines yet, sees that some are missing.
    """
    rows = db.execute(
        select(AccessEvent.grant_id, func.max(AccessEvent.n))
        .join(CaseloadRow, CaseloadRow.grant_id == AccessEvent.grant_id)
        .where(CaseloadRow.account_id == reader, CaseloadRow.patient_id == AccessEvent.account_id)
        .group_by(AccessEvent.grant_id)
    )
    kept: dict[str, int] = state.setdefault(WRITTEN, {})
    for grant_id, last in rows:
        kept[str(grant_id)] = max(last, kept.get(str(grant_id), 0))


def last_written(db: Session, reader: Keyring, grant_id: UUID) -> int:
    """The number of the last line of hers that a reader's state knows of."""
    with suppress(Damaged):
        found: int = read_state(db, reader).get(WRITTEN, {}).get(str(grant_id), 0)
        return found
    return 0


def _heads(state: State) -> dict[UUID, Head]:
    """The kept head of each log: also of a grant whose very row was taken away."""
    return {
        UUID(text): Head(n, bytes.fromhex(link)) for text, (n, link) in state.get(LOGS, {}).items()
    }


def _ends(db: Session, owner: UUID) -> dict[UUID, End]:
    rows = db.execute(
        select(AccessEvent.grant_id, func.max(AccessEvent.n), func.count())
        .where(AccessEvent.account_id == owner)
        .group_by(AccessEvent.grant_id)
    )
    return {row[0]: End(row[1], row[2]) for row in rows}


def _cut(
    db: Session, owner: UUID, kept: dict[UUID, Head], ends: dict[UUID, End]
) -> dict[UUID, int]:
    """At least how many lines are gone from the end of each log."""
    found: dict[UUID, int] = {}
    there = _links(db, owner, {(one, head.n) for one, head in kept.items()})
    for grant_id, head in kept.items():
        last = ends[grant_id].n if grant_id in ends else 0
        if last < head.n:
            found[grant_id] = head.n - last
        # With others after it, a line that is not there at all is a hole, and counted as one.
        elif there.get((grant_id, head.n), head.link) != head.link:
            found[grant_id] = 1
    return found


def _links(
    db: Session, owner: UUID, places: set[tuple[UUID, int]]
) -> dict[tuple[UUID, int], bytes]:
    if not places:
        return {}
    at = [and_(AccessEvent.grant_id == one, AccessEvent.n == n) for one, n in places]
    rows = db.execute(
        select(AccessEvent.grant_id, AccessEvent.n, AccessEvent.link).where(
            AccessEvent.account_id == owner, or_(*at)
        )
    )
    return {(row.grant_id, row.n): row.link for row in rows}


def _head(kept: list[Any] | None) -> Head | None:
    return None if kept is None else Head(int(kept[0]), bytes.fromhex(kept[1]))


def _kept(head: Head) -> list[int | str]:
    return [head.n, head.link.hex()]
