"""Which practice is to be looked back at: kept in the sealed state, by the practice's own day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.state import change_state, read_state
from journal.features.integration.pieces import (
    LET_GO,
    PRACTICE,
    REVISIT,
    REVISITED_AFTER,
    SCOPES,
    Practice,
    Revisit,
)
from journal.web.zone import zone

STATE = "practices"
MOST_KEPT = 60  # those that began last: the sealed state is read on every page
# How a record of these kinds begins, so that all others are turned away unread.
BEGINNINGS = tuple(f'{{"kind":"{name}"'.encode() for name in (PRACTICE, REVISIT))


@dataclass(frozen=True, slots=True)
class Asked:
    """A practice that can be looked back at now: after how many days, and its first day."""

    practice: UUID
    after: int
    begins: date


def keep(db: Session, keyring: Keyring) -> None:
    """Note every practice's first day and what was answered; the caller commits."""
    found = list(
        records.scan_as_owner(
            db, keyring, scopes_named=SCOPES, may_be=lambda body: body.startswith(BEGINNINGS)
        )
    )
    kept = _kept(one for one in found if one.readable)
    if kept != read_state(db, keyring).get(STATE, {}):
        change_state(db, keyring, lambda state: state.update({STATE: kept}))


def asked(db: Session, keyring: Keyring, now: datetime) -> list[Asked]:
    """Return what can be looked back at today, one line for each practice."""
    today = now.astimezone(ZoneInfo(zone())).date()
    kept = read_state(db, keyring).get(STATE, {})
    found = (_asked(UUID(text), one, today) for text, one in kept.items())
    return sorted((one for one in found if one), key=lambda one: (one.begins, one.practice))


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return what Today asks."""
    found = asked(db, keyring, now)
    return {"asked": found} if found else None


def due(begins: date, answered: Iterable[int], today: date) -> int | None:
    """Return after how many days it is asked now; the latest one alone, and none twice.

    What was not answered before the next one came is not asked any more.
    """
    come = [days for days in REVISITED_AFTER if begins + timedelta(days) <= today]
    return come[-1] if come and come[-1] not in set(answered) else None


def _asked(practice: UUID, kept: Mapping[str, Any], today: date) -> Asked | None:
    begins = date.fromisoformat(kept["begins"])
    after = None if kept["over"] else due(begins, kept["answered"], today)
    return None if after is None else Asked(practice, after, begins)


def _kept(found: Iterable[Opened]) -> dict[str, dict[str, Any]]:
    practices: dict[str, dict[str, Any]] = {}
    looks: list[Revisit] = []
    for one in found:
        if one.kind == REVISIT:
            looks.append(Revisit.load(one.content))
        elif one.kind == PRACTICE:
            begins = Practice.load(one.content).begins.isoformat()
            practices[str(one.id)] = {"begins": begins, "answered": [], "over": False}
    in_order = sorted(practices.items(), key=lambda one: one[1]["begins"])
    practices = dict(in_order[-MOST_KEPT:])
    for look in looks:
        if look.practice in practices:
            kept = practices[look.practice]
            kept["answered"] = sorted({*kept["answered"], look.after})
            kept["over"] = kept["over"] or look.outcome == LET_GO
    return practices
