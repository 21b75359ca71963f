"""Holding what was just written against the rules in force; telling whom she agreed to tell."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import mean
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from journal.core import accounts, notices, records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.state import State, change_state, read_state
from journal.features.safety.rule import FLAG, TOLD_FROM, Answer, How, Rule
from journal.web import safety_rules
from journal.web.safety_rules import Source
from journal.web.usual import usual

STATE = "safety-rules"
ACTIVE, APPLIED, KNOWN = "active", "applied", "known"
MOST_APPLIED = 40
# What phones wrote is looked at with every arrival: of more than these, the first would come again.
MOST_KNOWN, SHORT = 600, 12
A_WEEK = 7
LOOKED_BACK = 400  # records: a year of daily check-ins
BACK_DAYS = 90  # that what is usual is told from, as in the trends


class Event(NamedTuple):
    """What made a rule apply: one record, or one local day; one event is told once."""

    name: str
    record: Opened


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that applied: when, when that was written, and whom it was told (None: nobody)."""

    answer: str
    name: str
    event: str
    at: datetime
    written_at: datetime
    flag: UUID | None
    grant: UUID


def look(db: Session, keyring: Keyring, found: Iterable[Opened], now: datetime) -> str:
    """Hold records against every rule in force; return where help stands if one applies.

    In the transaction that wrote them: what was saved and what was told are one thing.
    """
    answers = active(db, keyring)
    applies = False
    for opened in found if answers else ():
        for answer_id, answer in answers.items():
            event = event_of(db, keyring, answer, opened)
            if event is not None:
                applies = True
                _apply(db, keyring, answer_id, answer, event, now)
    return url_for("safety_rules.now") if applies else ""


def active(db: Session, keyring: Keyring) -> dict[str, Answer]:
    """Return the answers in force by their record's id: from the sealed state, opening nothing."""
    kept = read_state(db, keyring).get(STATE, {}).get(ACTIVE, {})
    return {answer_id: Answer.load(content) for answer_id, content in kept.items()}


def applied(db: Session, keyring: Keyring) -> list[Applied]:
    """Return what applied, the newest first."""
    kept = read_state(db, keyring).get(STATE, {}).get(APPLIED, [])
    return [_load(one) for one in reversed(kept)]


def event_of(db: Session, keyring: Keyring, answer: Answer, opened: Opened) -> Event | None:
    """Return what makes a rule apply to a record, None when it does not."""
    rule = answer.rule
    value = safety_rules.values_of(db, opened).get(rule.key)
    # What was written before she agreed is no part of the agreement.
    if value is None or opened.written_at.timestamp() < answer.since:
        return None
    source = safety_rules.source(opened.kind)
    # Of whoever these keys are: what a phone sent is opened before anybody counts as signed in.
    local = ZoneInfo(accounts.profile(db, keyring).zone)
    if rule.how is How.CHANGE:
        return _changed(db, keyring, source, rule, opened, value, local)
    if not rule.is_beyond(value):
        return None
    if rule.days == 1 or not source.daily:
        return Event(str(opened.id), opened)
    return _on_days(db, keyring, source, answer, opened, local)


def _on_days(
    db: Session,
    keyring: Keyring,
    source: Source,
    answer: Answer,
    opened: Opened,
    local: ZoneInfo,
) -> Event | None:
    """So many of seven local days at the level: at most once for each day.

    What is written later for a day before can complete the days around it, so those count too.
    """
    rule, day = answer.rule, _day(opened, local)
    week, found = timedelta(A_WEEK - 1), {day}
    for one, value in _earlier(db, keyring, source, rule.key, day - week, local):
        if one.written_at.timestamp() >= answer.since and rule.is_beyond(value):
            found.add(_day(one, local))
    for last in sorted(one for one in found if day <= one <= day + week):
        if sum(last - week <= one <= last for one in found) >= rule.days:
            return Event(last.isoformat(), opened)
    return None


def _changed(
    db: Session,
    keyring: Keyring,
    source: Source,
    rule: Rule,
    opened: Opened,
    value: Decimal,
    local: ZoneInfo,
) -> Event | None:
    if not source.daily:
        before = list(_earlier(db, keyring, source, rule.key, date.min, local))
        first = before[-1] if before else None
        apart = first is not None and first[0].id != opened.id
        worse = apart and first is not None and rule.is_worse(first[1], value)
        return Event(str(opened.id), opened) if worse else None
    last, days = _day(opened, local), dict[date, list[Decimal]]()
    since = last - timedelta(BACK_DAYS)
    for one, number in _earlier(db, keyring, source, rule.key, since, local):
        if _day(one, local) <= last:
            days.setdefault(_day(one, local), []).append(number)
    told = usual({day: Decimal(mean(numbers)) for day, numbers in days.items()}, last)
    if told is None or told.latest is None or not rule.is_worse(told.middle, told.latest):
        return None
    return Event(last.isoformat(), opened)


def _earlier(
    db: Session, keyring: Keyring, source: Source, key: str, since: date, local: ZoneInfo
) -> Iterator[tuple[Opened, Decimal]]:
    """Every number of this key since a local day, the newest first."""
    found = records.scan_as_owner(
        db, keyring, scopes_named=(source.scope,), kind=source.kind, batch=LOOKED_BACK
    )
    for opened in found:
        if opened.readable:
            if _day(opened, local) < since:
                return
            value = source.values(db, opened).get(key)
            if value is not None:
                yield opened, value


def _day(opened: Opened, local: ZoneInfo) -> date:
    return opened.occurred_at.astimezone(local).date()


def _apply(
    db: Session, keyring: Keyring, answer_id: str, answer: Answer, event: Event, now: datetime
) -> None:
    """Note that a rule applied, and tell whom she agreed to tell: once for each event."""
    mark = hashlib.sha256(f"{answer_id} {event.name}".encode()).hexdigest()[:SHORT]
    if mark in read_state(db, keyring).get(STATE, {}).get(KNOWN, ()):
        return
    flag = _tell(db, keyring, answer_id, answer, event, now) if answer.tell else None
    entry = {
        "answer": answer_id,
        "name": answer.rule.name,
        "event": event.name,
        "at": int(now.timestamp()),
        "written": int(event.record.written_at.timestamp()),
        "flag": str(flag) if flag else "",
        "grant": str(answer.grant),
    }

    def note(state: State) -> None:
        kept = state.setdefault(STATE, {})
        kept[APPLIED] = [*kept.get(APPLIED, []), entry][-MOST_APPLIED:]
        kept[KNOWN] = [*kept.get(KNOWN, []), mark][-MOST_KNOWN:]

    change_state(db, keyring, note)


def _tell(
    db: Session, keyring: Keyring, answer_id: str, answer: Answer, event: Event, now: datetime
) -> UUID | None:
    """Raise the flag: which rule, and when; no answer, no number and no word of hers."""
    content = {
        "rule": answer.rule.name,
        "then": answer.rule.then,
        "written": int(event.record.written_at.timestamp()),
        "told": int(now.timestamp()),
    }
    return notices.raise_flag(
        db,
        keyring,
        answer.grant,
        kind=FLAG,
        scope=TOLD_FROM,
        about=f"{answer_id} {event.name}".encode(),
        content=content,
        occurred_at=now,
        now=now,
    )


def _load(kept: Mapping[str, Any]) -> Applied:
    return Applied(
        kept["answer"],
        kept["name"],
        kept["event"],
        datetime.fromtimestamp(kept["at"], UTC),
        datetime.fromtimestamp(kept["written"], UTC),
        UUID(kept["flag"]) if kept["flag"] else None,
        UUID(kept["grant"]),
    )
