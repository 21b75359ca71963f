"""Which records a therapist's pages have listed: kept in her sealed state, told from ids alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from journal.core.state import State

KEPT = "seen"
SHORT = 6  # hexadecimal digits of an id: whole ones would make the state of a caseload heavy


def of(record_ids: Collection[UUID]) -> set[str]:
    """The beginnings of these ids."""
    return {short(one) for one in record_ids}


def short(record_id: UUID) -> str:
    """The beginning of an id."""
    return record_id.hex[:SHORT]


def split(text: str) -> list[str]:
    """The beginnings of ids that were written one behind the other."""
    return [text[at : at + SHORT] for at in range(0, len(text), SHORT)]


def kept(state: State, grant_id: UUID) -> set[str] | None:
    """Those of a grant; None where she has never looked, and everything is new to her."""
    found = state.get(KEPT, {}).get(str(grant_id))
    return None if found is None else set(split(found))


def keep(state: State, grant_id: UUID, marks: Collection[str]) -> None:
    """Keep these and no others."""
    state.setdefault(KEPT, {})[str(grant_id)] = "".join(sorted(marks))
