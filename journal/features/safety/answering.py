"""A patient's answers to what her therapists propose; the route commits."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from journal.core import care_reports, consent, notices, records, shares
from journal.core.errors import Full, NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.opened import Opened
from journal.core.state import State, change_state
from journal.features.safety import rule as rules
from journal.features.safety.rule import ANSWERED_IN, COPIED_TO, MOST_ACTIVE, Answer, Reply, Rule
from journal.features.safety.watching import ACTIVE, STATE, active


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a therapist proposes, as its newest letter says, and what the patient answered."""

    letter: UUID
    grant: UUID
    rule: Rule
    by: str
    said_at: datetime
    answer: Answer | None
    record: Opened | None

    @property
    def is_open(self) -> bool:
        """Tell whether it can be agreed to."""
        return self.rule.status is rules.Status.PROPOSED and not self.is_agreed

    @property
    def is_agreed(self) -> bool:
        """Tell whether these very words were agreed to, and still hold."""
        answer = self.answer
        return answer is not None and answer.holds and answer.rule.hash == self.rule.hash


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, int] | None:
    """Return how many proposals wait for an answer, for Today; None for none."""
    found = proposals(db, keyring, now)
    waiting = sum(one.is_open and (one.answer is None or one.answer.holds) for one in found)
    return {"waiting": waiting} if waiting else None


def proposals(db: Session, keyring: Keyring, now: datetime) -> list[Proposal]:
    """Return every proposal, the newest first."""
    names = {one.id: one.reader_name for one in consent.all_grants(db, keyring, now=now)}
    there = _answers(db, keyring)
    found = records.scan_as_owner(db, keyring, scopes_named=(COPIED_TO,), kind=rules.KIND)
    return [_proposal(one, names, there.get(one.id)) for one in found if one.readable]


def one_of(db: Session, keyring: Keyring, letter: UUID, now: datetime) -> Proposal:
    """Return one proposal; NotFound when there is none."""
    for proposal in proposals(db, keyring, now):
        if proposal.letter == letter:
            return proposal
    raise NotFound("no proposal")


def agree(
    db: Session, keyring: Keyring, proposal: Proposal, said: str, *, tell: bool, now: datetime
) -> None:
    """Agree to the words that the page showed; said twice it is said once.

    said: their hash. StaleVersion when they are other words by now, NotFound when its therapist
    reads nothing any more or has withdrawn it, Full when there are too many in force.
    """
    begin_write(db, keyring.account_id)
    if proposal.rule.status is not rules.Status.PROPOSED:
        raise NotFound("withdrawn")
    if said != proposal.rule.hash:
        raise StaleVersion(records.open_as_owner(db, keyring, proposal.letter))
    if proposal.is_agreed and proposal.answer is not None and proposal.answer.tell == tell:
        return
    in_force = active(db, keyring)
    known = proposal.record is not None and str(proposal.record.id) in in_force
    if len(in_force) >= MOST_ACTIVE and not known:
        raise Full
    letter = proposal.letter.bytes
    record_id = notices.id_for(db, keyring, proposal.grant, notices.ANSWER, letter, now=now)
    if record_id is None:
        raise NotFound("nobody reads with her")
    since = int(now.timestamp())
    answer = Answer(proposal.letter, proposal.grant, proposal.rule, Reply.AGREED, tell, since)
    kept = _keep(db, keyring, proposal.record, record_id, answer, now)
    if tell and proposal.grant not in shares.grants_of(db, keyring, kept):
        shares.share(db, keyring, proposal.grant, kept, now=now)


def refuse(db: Session, keyring: Keyring, proposal: Proposal, *, now: datetime) -> None:
    """Decline, or end what was agreed; it acts at once, whoever reads and whoever does not.

    Who was to be told sees that it is over; who never was learns nothing of a refusal.
    """
    begin_write(db, keyring.account_id)
    before = proposal.answer
    if before is not None and before.holds:
        answer = replace(before, reply=Reply.ENDED, since=int(now.timestamp()))
    elif before is None:
        since = int(now.timestamp())
        answer = Answer(
            proposal.letter, proposal.grant, proposal.rule, Reply.DECLINED, tell=False, since=since
        )
    else:
        return
    _keep(db, keyring, proposal.record, uuid4(), answer, now)


def end_withdrawn(db: Session, keyring: Keyring, now: datetime) -> None:
    """End what its therapist has withdrawn; called when letters came, before their commit."""
    if not active(db, keyring):
        return
    for proposal in proposals(db, keyring, now):
        answer, withdrawn = proposal.answer, proposal.rule.status is rules.Status.WITHDRAWN
        if withdrawn and answer is not None and answer.holds:
            refuse(db, keyring, proposal, now=now)


def _keep(
    db: Session,
    keyring: Keyring,
    there: Opened | None,
    record_id: UUID,
    answer: Answer,
    now: datetime,
) -> UUID:
    content = answer.dump()
    if there is None:
        kept = records.write(
            db,
            keyring,
            record_id=record_id,
            kind=rules.ANSWER,
            scope=ANSWERED_IN,
            content=content,
            occurred_at=now,
            now=now,
        )
    else:
        kept = records.edit(
            db,
            keyring,
            record_id=there.id,
            version=there.version,
            content=content,
            occurred_at=there.occurred_at,
            now=now,
        )

    def note(state: State) -> None:
        in_force = state.setdefault(STATE, {}).setdefault(ACTIVE, {})
        in_force.pop(str(kept.id), None)
        if answer.holds:
            in_force[str(kept.id)] = content

    change_state(db, keyring, note)
    return kept.id


def _answers(db: Session, keyring: Keyring) -> dict[UUID, Opened]:
    found = records.scan_as_owner(db, keyring, scopes_named=(ANSWERED_IN,), kind=rules.ANSWER)
    return {UUID(one.content["letter"]): one for one in found if one.readable}


def _proposal(opened: Opened, names: dict[UUID, str], there: Opened | None) -> Proposal:
    report = care_reports.read(opened.content["reports"][-1])
    grant = report.subject.grant
    answer = None if there is None else Answer.load(there.content)
    return Proposal(
        opened.id,
        grant,
        Rule.read(report.says),
        names.get(grant, ""),
        report.said_at,
        answer,
        there,
    )
