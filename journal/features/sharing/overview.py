"""What one therapist can read and has opened, put together from what the core tells."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journal.core.access_log import SealedLog
from journal.core.grants import GrantView


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One scope: since when (None: everything), and when something of it was last opened."""

    name: str
    since: datetime | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One therapist's part: her grant, its scopes, and the entries shared one by one."""

    grant: GrantView
    lines: tuple[ScopeLine, ...]
    single: int
    single_unopened: int
    opened_at: datetime | None


def overview(
    grants: Iterable[GrantView],
    logs: Mapping[UUID, SealedLog],
    single: Mapping[UUID, Collection[UUID]],
) -> list[Reader]:
    """Put each grant together with what was opened under it.

    logs: by grant; single: the records shared one by one, by grant.
    """
    return [_reader(grant, logs.get(grant.id), set(single.get(grant.id, ()))) for grant in grants]


def _reader(grant: GrantView, log: SealedLog | None, alone: set[UUID]) -> Reader:
    if log is None:
        lines = tuple(ScopeLine(name, since, None) for name, since in grant.scopes.items())
        return Reader(grant, lines, len(alone), len(alone), None)
    ids = {term.name: term.scope_id for term in grant.statement.scopes}
    lines = tuple(
        ScopeLine(name, since, log.last_opened(ids[name])) for name, since in grant.scopes.items()
    )
    unopened = sum(not log.was_opened(record_id) for record_id in alone)
    return Reader(grant, lines, len(alone), unopened, log.last_opened())
