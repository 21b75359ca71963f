"""What one therapist can read and has opened, put together from what the core tells."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journal.core.access_log import Event
from journal.core.grants import GrantView

OPENED = "opened"


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
    events: Iterable[Event],
    scopes: Mapping[UUID, str],
    single: Mapping[UUID, Collection[UUID]],
) -> list[Reader]:
    """Put each grant together with what was opened under it.

    scopes: the scope's name by record; single: the records shared one by one, by grant.
    """
    last = opened_by_grant(events)
    return [_reader(grant, last.get(grant.id, {}), scopes, single) for grant in grants]


def opened_by_grant(events: Iterable[Event]) -> dict[UUID, dict[UUID, datetime]]:
    """Return when each record was last opened, by grant."""
    found: dict[UUID, dict[UUID, datetime]] = {}
    for event in events:
        if event.name != OPENED:
            continue
        times = found.setdefault(event.grant_id, {})
        for record in event.records:
            times[record] = max(event.at, times.get(record, event.at))
    return found


def _reader(
    grant: GrantView,
    opened: Mapping[UUID, datetime],
    scopes: Mapping[UUID, str],
    single: Mapping[UUID, Collection[UUID]],
) -> Reader:
    lines = tuple(
        ScopeLine(name, since, _latest(at for one, at in opened.items() if scopes.get(one) == name))
        for name, since in grant.scopes.items()
    )
    alone = set(single.get(grant.id, ()))
    return Reader(grant, lines, len(alone), len(alone - opened.keys()), _latest(opened.values()))


def _latest(times: Iterable[datetime]) -> datetime | None:
    return max(times, default=None)
