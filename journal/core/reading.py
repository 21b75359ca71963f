"""A therapist's side of a grant: pin, verify, decide, log, and only then open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, false, or_, select

from journal.core import access_log, grants, notice_marks, own_keys, policy, tombstones
from journal.core.access_log import LogTarget
from journal.core.errors import ConsentNamesOthers, NotFound
from journal.core.models import CaseloadRow, Grant, GrantRecord, Record, ShredKey
from journal.core.state import State, change_state, read_state
from journal.crypto.errors import CryptoError
from journal.crypto.grant import (
    Statement,
    open_pinned_key,
    prove_grant_key,
    verify_statements,
)
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from journal.core.grants import SealedStatement
    from journal.core.keyring import Keyring


class Pin(NamedTuple):
    """What a therapist's sealed state keeps of a patient: nothing in the database can change it."""

    patient: PublicIdentity
    grant_key: bytes
    seq: int
    label: str
    safety_code: str


@dataclass(frozen=True, slots=True, repr=False)
class OpenGrant:
    """A living grant, verified against the reader's pin.

    `statement` leaves out the scopes that a restore gave back and the patient had taken away.
    """

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


class Checked(NamedTuple):
    """A grant's statement, verified, and what was decided about it."""

    pin: Pin
    statement: Statement
    decision: policy.Decision

    @property
    def is_newer(self) -> bool:
        return self.statement.seq > self.pin.seq


class Stopped(NamedTuple):
    """A grant whose consent names keys that were never the reader's: nothing goes on."""

    id: UUID
    patient_name: str


def open_all(db: Session, keyring: Keyring, *, now: datetime) -> list[OpenGrant | Stopped]:
    """Every grant that this therapist may use now, and those that are stopped.

    Reads the state, the grants and their statements once for all.
    """
    state = read_state(db, keyring)
    statements = grants.statements_for(db, keyring.account_id)
    found: list[OpenGrant | Stopped] = []
    newer = {}
    for row in db.execute(_rows(keyring)).all():
        try:
            checked = _check(keyring, row, state, statements.get(row.id, []), now)
        except NotFound:
            continue
        except ConsentNamesOthers as error:
            found.append(Stopped(row.id, error.patient_name))
            continue
        if checked.is_newer:
            newer[row.id] = checked.statement.seq
        if isinstance(checked.decision, policy.Allowed):
            found.append(_opened(db, row, checked))
    _keep_seqs(db, keyring, newer)
    return found


def open_grant(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> OpenGrant:
    """A grant this therapist may use now, verified against her pin; NotFound with the reason.

    ConsentNamesOthers when it was signed for keys that were never hers. A refusal under a grant
    she once held is logged there.
    """
    row = db.execute(_rows(keyring).where(Grant.id == grant_id)).first()
    if row is None:
        raise NotFound("no grant")
    sealed = grants.sealed_statements(db, row.account_id, grant_id)
    checked = _check(keyring, row, read_state(db, keyring), sealed, now)
    if checked.is_newer:
        _keep_seqs(db, keyring, {grant_id: checked.statement.seq})
    if isinstance(checked.decision, policy.Denied):
        log_refusal(db, keyring, _target(row, checked.pin), checked.decision.reason, now)
        raise NotFound(checked.decision.reason)
    return _opened(db, row, checked)


def shared_singly(db: Session, grant: OpenGrant) -> set[UUID]:
    return set(
        db.scalars(
            select(GrantRecord.record_id).where(
                GrantRecord.account_id == grant.patient_id, GrantRecord.grant_id == grant.id
            )
        )
    )


def read_pin(state: State, grant_id: UUID, shred_key: bytes) -> Pin | None:
    """What is kept of a patient; WrongKey when it was pinned under another shred key."""
    kept = state.get("patients", {}).get(str(grant_id))
    if kept is None:
        return None
    patient = PublicIdentity.decode(bytes.fromhex(kept["patient"]))
    return Pin(
        patient,
        pinned_key(kept, patient.account, grant_id, shred_key),
        kept["seq"],
        kept["label"],
        kept["code"],
    )


def pinned_key(
    kept: Mapping[str, Any], patient_id: UUID, grant_id: UUID, shred_key: bytes
) -> bytes:
    """The grant key of a pin; one of an earlier version holds it bare until the next session."""
    if "key" in kept:
        return bytes.fromhex(kept["key"])
    pinned = bytes.fromhex(kept["pinned"])
    return open_pinned_key(pinned, patient_shred_key=shred_key, patient=patient_id, grant=grant_id)


def _rows(keyring: Keyring) -> Select[UUID, UUID, str, int | None, bytes, bytes, bool]:
    """The grants of a caseload as they lie there."""
    return (
        select(
            Grant.id,
            Grant.account_id,
            Grant.status,
            Grant.not_after,
            Grant.names,
            ShredKey.key.label("shred_key"),
            tombstones.PARTED.label("parted"),
        )
        .join(
            CaseloadRow,
            and_(CaseloadRow.grant_id == Grant.id, CaseloadRow.patient_id == Grant.account_id),
        )
        .join(ShredKey, ShredKey.account_id == Grant.account_id)
        .where(CaseloadRow.account_id == keyring.account_id)
    )


def _check(
    keyring: Keyring, row: Any, state: State, sealed: Sequence[SealedStatement], now: datetime
) -> Checked:
    """A grant's row held against the pin and decided; NotFound when it can't be verified."""
    try:
        pin = read_pin(state, row.id, row.shred_key)
    except CryptoError as error:
        raise NotFound("another shred key") from error
    if pin is None or pin.patient.account != row.account_id:
        raise NotFound("no grant")
    statement = _verified(keyring, row.id, pin, sealed)
    decision = policy.decide_grant(
        status=row.status,
        row_not_after=row.not_after,
        statement=statement,
        kept_seq=pin.seq,
        now=int(now.timestamp()),
    )
    if isinstance(decision, policy.Allowed) and not _is_mine(keyring, state, statement):
        raise ConsentNamesOthers(_patient_name(row.names, row.id, pin))
    return Checked(pin, statement, decision)


def _is_mine(keyring: Keyring, state: State, statement: Statement) -> bool:
    """Whether the consent names my keys, or ones that were mine: else she was told of others."""
    ours = {keyring.identity.fingerprint.hex(), *own_keys.former_fingerprints(state)}
    return statement.reader_fingerprint in ours


def _opened(db: Session, row: Any, checked: Checked) -> OpenGrant:
    pin, statement = checked.pin, checked.statement
    if row.parted:
        statement = _narrowed(db, row, statement)
    return OpenGrant(
        row.id,
        row.account_id,
        _patient_name(row.names, row.id, pin),
        pin.label,
        pin.safety_code,
        statement,
        _target(row, pin),
    )


def _narrowed(db: Session, row: Any, statement: Statement) -> Statement:
    """What is left of a statement that is older than a narrowing which a restore replayed."""
    withheld = tombstones.withheld(db, row.account_id)
    kept = [term for term in statement.scopes if (row.id, term.scope_id) not in withheld]
    return replace(statement, scopes=tuple(kept))


def _target(row: Any, pin: Pin) -> LogTarget:
    return LogTarget(row.id, row.account_id, pin.grant_key)


def _verified(
    keyring: Keyring, grant_id: UUID, pin: Pin, sealed: Sequence[SealedStatement]
) -> Statement:
    """The statement in force, signed by the pinned patient, for me, over the key I keep."""
    patient = pin.patient
    try:
        signed = grants.open_statements(sealed, patient.account, grant_id, pin.grant_key)
        statement = verify_statements(signed, patient.root_public, patient.account)
        prove_grant_key(grant_id, pin.grant_key, statement.key_check)
    except CryptoError as error:
        raise NotFound("unverified statement") from error
    if (statement.reader, statement.grant) != (keyring.account_id, grant_id):
        raise NotFound("another reader's statement")
    return statement


def _keep_seqs(db: Session, keyring: Keyring, seqs: Mapping[UUID, int]) -> None:
    """Even an ending is kept: a database rolled back behind it must not open again."""
    if not seqs:
        return

    def keep(state: State) -> None:
        for grant_id, seq in seqs.items():
            kept = state["patients"][str(grant_id)]
            kept["seq"] = max(seq, kept["seq"])

    change_state(db, keyring, keep)
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
    db: Session, grant: OpenGrant, scopes: Collection[str], *, singly: bool, told: bool = True
) -> ColumnElement[bool]:
    """The rows a statement covers in these scopes, and those shared alone, as a condition."""
    by_scope = [
        and_(Record.scope_id == term.scope_id, Record.stratum >= term.first_stratum)
        for term in grant.statement.scopes
        if term.name in scopes
    ]
    ids = shared_singly(db, grant) if singly else set()
    ids = ids if told else notice_marks.entries_among(grant.target.key, ids)
    alone = [Record.id.in_(ids)] if ids else []
    return or_(false(), *by_scope, *alone)
