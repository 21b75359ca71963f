"""A therapist's side of a grant: pin, verify, decide, log, and only then open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy import and_, false, or_, select

from journal.core import access_log, grants, policy
from journal.core.access_log import LogTarget
from journal.core.errors import NotFound
from journal.core.models import CaseloadRow, Grant, GrantRecord, Record
from journal.core.state import State, change_state, read_state
from journal.crypto.errors import CryptoError
from journal.crypto.grant import Statement, prove_grant_key, verify_statements
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring


# What is older than the newest hundred is not news. Twice as many are remembered, so that
# those which move up when others are deleted are known as well.
NEW_AT_MOST = 100
MARK_LENGTH = 6


class Pin(NamedTuple):
    """What a therapist's sealed state keeps of a patient: nothing in the database can change it."""

    patient: PublicIdentity
    grant_key: bytes
    seq: int
    label: str
    safety_code: str


@dataclass(frozen=True, slots=True, repr=False)
class OpenGrant:
    """A living grant, verified against the reader's pin."""

    id: UUID
    patient_id: UUID
    patient_name: str
    label: str
    safety_code: str
    statement: Statement
    target: LogTarget

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.statement.scopes)


@dataclass(frozen=True, slots=True)
class CaseloadEntry:
    """One patient of a caseload; `unseen` counts what is new to the reader, opening none."""

    grant_id: UUID
    patient_name: str
    label: str
    scopes: tuple[str, ...]
    unseen: int


def caseload(db: Session, keyring: Keyring, *, now: datetime) -> list[CaseloadEntry]:
    """The patients whose grants are alive, those with most that is new first."""
    state = read_state(db, keyring)
    found = []
    for grant_id in db.scalars(
        select(CaseloadRow.grant_id).where(CaseloadRow.account_id == keyring.account_id)
    ).all():
        try:
            grant = open_grant(db, keyring, grant_id, now=now, asked=False)
        except NotFound:
            continue
        new = len(_unseen(db, grant, state))
        found.append(CaseloadEntry(grant_id, grant.patient_name, grant.label, grant.scopes, new))
    return sorted(found, key=lambda entry: (-entry.unseen, entry.patient_name.casefold()))


def open_grant(
    db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime, asked: bool = True
) -> OpenGrant:
    """A grant this therapist may use now, verified against her pin; NotFound with the reason.

    A refusal under a grant she once held is logged there, unless nobody asked for it.
    """
    row = db.execute(
        select(Grant.account_id, Grant.status, Grant.not_after, Grant.names)
        .join(
            CaseloadRow,
            and_(CaseloadRow.grant_id == Grant.id, CaseloadRow.patient_id == Grant.account_id),
        )
        .where(CaseloadRow.account_id == keyring.account_id, Grant.id == grant_id)
    ).first()
    pin = read_pin(read_state(db, keyring), grant_id)
    if row is None or pin is None or pin.patient.account != row.account_id:
        raise NotFound("no grant")
    statement = _verified(db, keyring, grant_id, pin)
    if statement.seq > pin.seq:
        # Even an ending is kept: a database rolled back behind it must not open again.
        _keep_seq(db, keyring, grant_id, statement.seq)
    decision = policy.decide_grant(
        status=row.status,
        row_not_after=row.not_after,
        statement=statement,
        kept_seq=pin.seq,
        now=int(now.timestamp()),
    )
    target = LogTarget(grant_id, row.account_id, pin.grant_key)
    if isinstance(decision, policy.Denied):
        if asked:
            log_refusal(db, keyring, target, decision.reason, now)
        raise NotFound(decision.reason)
    return OpenGrant(
        grant_id,
        row.account_id,
        _patient_name(row.names, grant_id, pin),
        pin.label,
        pin.safety_code,
        statement,
        target,
    )


def unseen(db: Session, keyring: Keyring, grant: OpenGrant) -> set[UUID]:
    """The covered records that were not there at the last look, of the newest hundred.

    Told by their ids: a back-dated record, or an old one shared today, is new as well.
    """
    return _unseen(db, grant, read_state(db, keyring))


def mark_seen(db: Session, keyring: Keyring, grant: OpenGrant) -> None:
    """Remember what was there when this therapist looked, for what is new on her caseload."""
    there = "".join(sorted(_mark(record_id) for record_id in _newest(db, grant, 2 * NEW_AT_MOST)))
    if read_state(db, keyring).get("seen", {}).get(str(grant.id), "") == there:
        return
    change_state(
        db, keyring, lambda state: state.setdefault("seen", {}).update({str(grant.id): there})
    )
    db.commit()


def shared_singly(db: Session, grant: OpenGrant) -> set[UUID]:
    return set(
        db.scalars(
            select(GrantRecord.record_id).where(
                GrantRecord.account_id == grant.patient_id, GrantRecord.grant_id == grant.id
            )
        )
    )


def read_pin(state: State, grant_id: UUID) -> Pin | None:
    kept = state.get("patients", {}).get(str(grant_id))
    if kept is None:
        return None
    return Pin(
        PublicIdentity.decode(bytes.fromhex(kept["patient"])),
        bytes.fromhex(kept["key"]),
        kept["seq"],
        kept["label"],
        kept["code"],
    )


def _verified(db: Session, keyring: Keyring, grant_id: UUID, pin: Pin) -> Statement:
    """The statement in force, signed by the pinned patient, for me, over the key I keep."""
    patient = pin.patient
    try:
        signed = grants.statements(db, patient.account, grant_id, pin.grant_key)
        statement = verify_statements(signed, patient.root_public, patient.account)
        prove_grant_key(grant_id, pin.grant_key, statement.key_check)
    except CryptoError as error:
        raise NotFound("unverified statement") from error
    mine = (keyring.account_id, keyring.identity.fingerprint.hex(), grant_id)
    if (statement.reader, statement.reader_fingerprint, statement.grant) != mine:
        raise NotFound("another reader's statement")
    return statement


def _keep_seq(db: Session, keyring: Keyring, grant_id: UUID, seq: int) -> None:
    change_state(db, keyring, lambda state: state["patients"][str(grant_id)].update(seq=seq))
    db.commit()


def _patient_name(sealed: bytes, grant_id: UUID, pin: Pin) -> str:
    names = grants.names_or_none(sealed, pin.grant_key, pin.patient.account, grant_id)
    return names.patient if names else pin.label


def log_refusal(
    db: Session, keyring: Keyring, target: LogTarget, reason: str, now: datetime
) -> None:
    access_log.append(db, keyring, target, "refused", now=now, reason=reason)
    db.commit()


def covered(
    db: Session, grant: OpenGrant, scopes: Collection[str], *, singly: bool
) -> ColumnElement[bool]:
    """The rows a statement covers in these scopes, and those shared alone, as a condition."""
    by_scope = [
        and_(Record.scope_id == term.scope_id, Record.stratum >= term.first_stratum)
        for term in grant.statement.scopes
        if term.name in scopes
    ]
    alone = [Record.id.in_(shared_singly(db, grant))] if singly else []
    return or_(false(), *by_scope, *alone)


def _unseen(db: Session, grant: OpenGrant, state: State) -> set[UUID]:
    kept = state.get("seen", {}).get(str(grant.id), "")
    marks = {kept[at : at + MARK_LENGTH] for at in range(0, len(kept), MARK_LENGTH)}
    newest = _newest(db, grant, NEW_AT_MOST)
    return {record_id for record_id in newest if _mark(record_id) not in marks}


def _newest(db: Session, grant: OpenGrant, limit: int) -> set[UUID]:
    """The ids of the newest covered records, and of all that are shared singly."""
    by_scope = (
        select(Record.id)
        .where(
            Record.account_id == grant.patient_id,
            covered(db, grant, grant.scopes, singly=False),
        )
        .order_by(Record.position.desc())
        .limit(limit)
    )
    return {*db.scalars(by_scope), *shared_singly(db, grant)}


def _mark(record_id: UUID) -> str:
    """A record in six letters: a whole id would make the state of a long caseload heavy."""
    return record_id.hex[:MARK_LENGTH]
