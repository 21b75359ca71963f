"""Whether a reader may: a pure decision with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from journal.crypto.grant import Statement


@dataclass(frozen=True, slots=True)
class Allowed:
    """Covered by the statement, or shared singly."""

    reason: str


@dataclass(frozen=True, slots=True)
class Denied:
    """Not for this reader; the reason goes to the access log, never to a page."""

    reason: str


Decision = Allowed | Denied


def decide_grant(
    *, status: str, row_not_after: int | None, statement: Statement, kept_seq: int, now: int
) -> Decision:
    """Whether a grant is alive at `now` (seconds since the epoch).

    The row's expiry and the signed one both count: the earlier closes. A statement
    older than one this reader has already seen is an older database, not a consent.
    """
    if status != "live" or statement.status != "live":
        return Denied("ended")
    if statement.seq < kept_seq:
        return Denied("older statement")
    for not_after in (row_not_after, statement.not_after):
        if not_after is not None and now >= not_after:
            return Denied("expired")
    return Allowed("live")


def decide_record(
    statement: Statement, *, scope_id: UUID, stratum: int, shared_singly: bool
) -> Decision:
    """Whether a live grant covers a record: by its scope from a first stratum on, or singly."""
    if covers(statement, scope_id, stratum):
        return Allowed("scope")
    return Allowed("shared singly") if shared_singly else Denied("not covered")


def covers(statement: Statement, scope_id: UUID, stratum: int) -> bool:
    return any(
        term.scope_id == scope_id and stratum >= term.first_stratum for term in statement.scopes
    )
