"""What the pages of agreed rules show: what applied, and what its therapist is told of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical, consent, notice_marks, notices, shares
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.reading import OpenGrant
from journal.core.state import read_state
from journal.features.safety import plan_queries, watching
from journal.features.safety.rule import ANSWER, FLAG, OWN_KIND, Answer, Rule
from journal.features.safety.watching import Applied

SHOWN_FOR = timedelta(hours=24)
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Told:
    """A rule that applied, whom it was told, and when that person said to have seen it.

    then: what the two of them agreed on to do, while the rule holds.
    """

    applied: Applied
    then: str
    reader: str
    is_told: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Flag:
    """What a therapist is told: which rule, and when it was written and reached the journal.

    opens: False for one that can't be read any more, of which nothing is known.
    """

    id: UUID
    name: str
    then: str
    written_at: datetime
    told_at: datetime
    is_seen: bool
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Proposed:
    """A therapist's own proposal, and the answer where its patient lets her know."""

    record: Opened
    rule: Rule
    answer: Answer | None


def recent(db: Session, keyring: Keyring, now: datetime) -> list[Told]:
    """Return what applied within a day, the newest first."""
    found = [one for one in watching.applied(db, keyring) if now - one.at < SHOWN_FOR]
    return _told(db, keyring, found[:MOST_SHOWN], now) if found else []


def all_applied(db: Session, keyring: Keyring, now: datetime) -> list[Told]:
    """Return the latest of what applied, the newest first."""
    return _told(db, keyring, watching.applied(db, keyring)[:MOST_SHOWN], now)


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any] | None:
    """Return what Today says for a day after a rule applied, None otherwise."""
    found = recent(db, keyring, now)
    return {"found": found} if found else None


def when_it_is_hard(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any]:
    """Return what stands on the page with help: what applied, and the plan."""
    return {"found": recent(db, keyring, now), "version": plan_queries.newest(db, keyring)}


def flags(db: Session, keyring: Keyring, grant: OpenGrant, now: datetime) -> list[Flag]:
    """Return what this therapist was told of one patient, the newest first, logged as listed."""
    told = notices.told(db, grant, notices.FLAG)
    return _flags(db, keyring, grant, told, now)


def unseen(db: Session, keyring: Keyring, grant: OpenGrant, now: datetime) -> dict[str, Any] | None:
    """Return the flags that she has not said to have seen, None without any."""
    told = notices.told(db, grant, notices.FLAG)
    waiting = notice_marks.unseen_flags(read_state(db, keyring), grant.id, grant.target.key, told)
    return {"flags": _flags(db, keyring, grant, set(waiting), now)} if waiting else None


def link(_db: Session, _keyring: Keyring, _grant: OpenGrant, _now: datetime) -> dict[str, Any]:
    """Return what the section that leads to the rules needs: it is always there."""
    return {}


def proposed(db: Session, keyring: Keyring, grant: OpenGrant, now: datetime) -> list[Proposed]:
    """Return a therapist's proposals to one patient, with the answers that reach her."""
    told = notices.told(db, grant, notices.ANSWER)
    found = notices.opened(db, keyring, grant, told, kind=ANSWER, now=now)
    answers = {one.content["letter"]: Answer.load(one.content) for one in found if one.readable}
    own = clinical.about(db, keyring, grant.id, kind=OWN_KIND)
    return [
        Proposed(
            one,
            Rule.read(one.content["reports"][-1]["report"]["says"]),
            answers.get(one.content["copy"]),
        )
        for one in own
        if one.readable
    ]


def _flags(
    db: Session, keyring: Keyring, grant: OpenGrant, ids: set[UUID], now: datetime
) -> list[Flag]:
    waiting = set(
        notice_marks.unseen_flags(read_state(db, keyring), grant.id, grant.target.key, ids)
    )
    found = notices.opened(db, keyring, grant, ids, kind=FLAG, now=now)
    flags = [_flag(one, waiting) for one in found if one.readable][:MOST_SHOWN]
    lost = waiting - {one.id for one in found if one.readable}
    return [*flags, *(Flag(one, "", "", now, now, is_seen=False, opens=False) for one in lost)]


def _flag(opened: Opened, waiting: set[UUID]) -> Flag:
    said = opened.content
    return Flag(
        opened.id,
        said.get("rule", ""),
        said.get("then", ""),
        datetime.fromtimestamp(said["written"], UTC),
        datetime.fromtimestamp(said["told"], UTC),
        opened.id not in waiting,
    )


def _told(db: Session, keyring: Keyring, found: list[Applied], now: datetime) -> list[Told]:
    names = {one.id: one.reader_name for one in consent.all_grants(db, keyring, now=now)}
    told, agreed = [], watching.active(db, keyring)
    for one in found:
        then = agreed[one.answer].rule.then if one.answer in agreed else ""
        is_told = one.flag is not None and one.grant in shares.grants_of(db, keyring, one.flag)
        event = None
        if one.flag is not None:
            event = notices.seen_by_reader(db, keyring, one.flag, now=now)
        told.append(Told(one, then, names.get(one.grant, ""), is_told, event.at if event else None))
    return told
