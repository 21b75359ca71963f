"""What one therapist can read and has opened, put together from what the core tells."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from journal.core.access_log import SealedLog
from journal.core.grants import GrantView
from journal.core.notice_marks import entries_among
from journal.core.reader_keys import Looked


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One scope: since when (None: everything), and when something of it was last opened."""

    name: str
    since: datetime | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One therapist's part: her grant, its scopes, and the entries shared one by one.

    stopped: her keys are not those that were pinned; changed_at: when she announced new ones;
    met: whether the safety code was compared since.
    """

    grant: GrantView
    lines: tuple[ScopeLine, ...]
    single: int
    single_unopened: int
    opened_at: datetime | None
    openings: int = 0
    stopped: bool = False
    changed_at: datetime | None = None
    met: bool = True


def overview(
    grants: Iterable[GrantView],
    logs: Mapping[UUID, SealedLog],
    single: Mapping[UUID, Collection[UUID]],
    looked: Mapping[UUID, Looked],
) -> list[Reader]:
    """Put each grant together with what was opened under it, and with its reader's keys.

    logs: by grant; single: the records shared one by one, by grant; looked: the pins, by grant.
    """
    return [
        _with_keys(
            _reader(grant, logs.get(grant.id), set(single.get(grant.id, ()))), looked.get(grant.id)
        )
        for grant in grants
    ]


def _with_keys(reader: Reader, looked: Looked | None) -> Reader:
    if looked is None or not reader.grant.live:
        return reader
    pin = looked.pin
    return replace(reader, stopped=looked.stopped, changed_at=pin.changed_at, met=pin.met)


def _reader(grant: GrantView, log: SealedLog | None, alone: set[UUID]) -> Reader:
    if log is None:
        lines = tuple(ScopeLine(name, since, None) for name, since in grant.scopes.items())
        return Reader(grant, lines, len(alone), len(alone), None)
    ids = {term.name: term.scope_id for term in grant.statement.scopes}
    lines = tuple(
        ScopeLine(name, since, _since(since, log.last_opened(ids[name])))
        for name, since in grant.scopes.items()
    )
    # What a rule tells, or its answer, is no entry that was chosen.
    alone = entries_among(log.target.key, alone)
    unopened = sum(not log.was_opened(record_id) for record_id in alone)
    return Reader(grant, lines, len(alone), unopened, log.last_opened(), log.openings)


def _since(start: datetime | None, opened_at: datetime | None) -> datetime | None:
    """Return when something was opened, unless that was before this sharing began."""
    if start is None or opened_at is None or opened_at >= start:
        return opened_at
    return None
