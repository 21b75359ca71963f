"""Which of what is shared singly is a notice, and which of those were seen: told from ids alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal.crypto import notice_id

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from journal.core.state import State

FLAG, ANSWER = "flag", "answer"
KEPT = "flags-seen"
SHORT = 12  # hexadecimal digits of an id


def seen(state: State, grant_id: UUID) -> frozenset[str]:
    """The flags of a grant that were seen, each by the beginning of its id."""
    return frozenset(state.get(KEPT, {}).get(str(grant_id), ()))


def unseen_flags(
    state: State, grant_id: UUID, grant_key: bytes, alone: Collection[UUID]
) -> list[UUID]:
    """The flags that nobody has said to have seen, among what is shared singly."""
    known = seen(state, grant_id)
    return [
        one
        for one in alone
        if one.hex[:SHORT] not in known and notice_id.is_one(grant_key, FLAG, one)
    ]


def entries_among(grant_key: bytes, alone: Collection[UUID]) -> set[UUID]:
    """What is shared singly besides notices: entries and the like, chosen one by one."""
    return {
        one
        for one in alone
        if not any(notice_id.is_one(grant_key, label, one) for label in (FLAG, ANSWER))
    }
