"""Grants as rows: the patient's own view of each, its statements and its kept key."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, insert, select

from journal.core import once, policy
from journal.core.errors import Damaged, NotFound
from journal.core.models import CaseloadRow, Grant, GrantStatement
from journal.core.state import State, change_state, read_state
from journal.crypto import envelope
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.grant import (
    SignedStatement,
    Statement,
    derive_names_key,
    verify_statements,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

LIVE, ENDED, EXPIRED = "live", "ended", "expired"
LEFT = "left"  # the reader is gone; the patient signs it as ended at her next session
PROVEN = "proven grant"
NO_SEQ = 1 << 53  # beyond every statement: nothing that turns up later can be the newest

GRANT = cast("Table", Grant.__table__).c
SAID = cast("Table", GrantStatement.__table__).c
ALL = select(
    *(GRANT.id, GRANT.reader_id, GRANT.kept_key, GRANT.names, GRANT.not_after, GRANT.status)
).where(GRANT.account_id == bindparam("owner"))
ONE = ALL.where(GRANT.id == bindparam("grant"))
ALL_AND_SAID = (
    ALL.add_columns(SAID.seq, SAID.sealed)
    .outerjoin_from(
        Grant.__table__,
        GrantStatement.__table__,
        and_(SAID.account_id == GRANT.account_id, SAID.grant_id == GRANT.id),
    )
    .order_by(SAID.seq)
)
STATEMENTS_OF = (
    select(SAID.seq, SAID.sealed)
    .where(SAID.account_id == bindparam("owner"), SAID.grant_id == bindparam("grant"))
    .order_by(SAID.seq)
)


class SealedStatement(NamedTuple):
    """One statement as it lies there."""

    seq: int
    sealed: bytes


class Names(NamedTuple):
    """What the two people of a grant call each other."""

    patient: str
    reader: str


class Proven(NamedTuple):
    """A grant's key, the statement in force and the names: what its sealed bytes hold."""

    key: bytes
    statement: Statement
    names: Names


@dataclass(frozen=True, slots=True)
class GrantView:
    """One grant as its patient sees it; `scopes` maps a scope's name to when it starts."""

    id: UUID
    reader_id: UUID
    reader_name: str
    status: str
    statement: Statement
    safety_code: str

    @property
    def scopes(self) -> dict[str, datetime | None]:
        """Scope names; None where everything so far is shared, else the instant it starts."""
        return {
            term.name: None
            if term.since == "everything"
            else datetime.fromtimestamp(term.added_at, UTC)
            for term in self.statement.scopes
        }

    @property
    def not_after(self) -> datetime | None:
        seconds = self.statement.not_after
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    @property
    def changed_at(self) -> datetime:
        return datetime.fromtimestamp(self.statement.made_at, UTC)

    @property
    def live(self) -> bool:
        return self.status == LIVE


@dataclass(frozen=True, slots=True, repr=False)
class HeldGrant:
    """A grant with its key, as only the patient and the reader can hold it."""

    id: UUID
    patient_id: UUID
    reader_id: UUID
    key: bytes
    status: str
    statement: Statement
    names: Names

    def covers(self, scope_id: UUID, stratum: int) -> bool:
        return policy.covers(self.statement, scope_id, stratum)


def held(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> HeldGrant:
    """One grant of this patient with its kept key; NotFound when there is none."""
    row = db.execute(ONE, {"owner": keyring.account_id, "grant": grant_id}).first()
    if row is None:
        raise NotFound
    sealed = sealed_statements(db, keyring.account_id, grant_id)
    return _open(db, keyring, row, sealed, now)


def _open(
    db: Session,
    keyring: Keyring,
    row: Row[*tuple[Any, ...]],
    sealed: Iterable[SealedStatement],
    now: datetime,
) -> HeldGrant:
    grant_id, owner = row.id, keyring.account_id
    # By their bytes: a page asks for the same grants several times, and nothing else is proven.
    said = tuple(sealed)
    asked = (PROVEN, owner, grant_id, row.kept_key, row.names, said)
    proven = once.kept(db).get(asked)
    if not isinstance(proven, Proven):
        proven = once.kept(db)[asked] = _prove(keyring, row, said)
    key, statement, names = proven
    if statement.seq < kept_seq(db, keyring, grant_id):
        # Its newest statements were taken away: an ended grant would live and get new keys.
        raise Damaged
    status = status_at(row.status, row.not_after, statement, now)
    return HeldGrant(grant_id, owner, row.reader_id, key, status, statement, names)


def _prove(
    keyring: Keyring, row: Row[*tuple[Any, ...]], sealed: Iterable[SealedStatement]
) -> Proven:
    grant_id, owner = row.id, keyring.account_id
    where = context(Label.GRANT_KEPT, owner=owner, object=grant_id)
    try:
        key = envelope.open_(keyring.content_key, row.kept_key, where)
        signed = open_statements(sealed, owner, grant_id, key)
        statement = verify_statements(signed, keyring.identity.root_public, owner)
    except CryptoError as error:
        raise Damaged from error
    return Proven(key, statement, names_or_none(row.names, key, owner, grant_id) or Names("", ""))


def kept_seq(db: Session, keyring: Keyring, grant_id: UUID) -> int:
    """The `seq` of the newest statement that this patient made about a grant."""
    try:
        seqs = read_state(db, keyring).get("seqs", {})
    except Damaged:
        return 0
    return int(seqs.get(str(grant_id), 0))


def keep_seq(db: Session, keyring: Keyring, grant_id: UUID, seq: int) -> None:
    """Remember it in the sealed state; a state that is damaged must not stop an ending."""

    def keep(state: State) -> None:
        state.setdefault("seqs", {})[str(grant_id)] = seq

    with suppress(Damaged):
        change_state(db, keyring, keep)


def all_held(db: Session, keyring: Keyring, *, now: datetime) -> list[HeldGrant]:
    """Every grant of this patient that opens, the living first."""
    every: dict[UUID, tuple[Row[*tuple[Any, ...]], list[SealedStatement]]] = {}
    for row in db.execute(ALL_AND_SAID, {"owner": keyring.account_id}):
        said = every.setdefault(row.id, (row, []))[1]
        if row.seq is not None:
            said.append(SealedStatement(row.seq, row.sealed))
    found = []
    for row, said in every.values():
        try:
            found.append(_open(db, keyring, row, said, now))
        except Damaged:
            # It can be given nothing and revoked all the same; the others must go on working.
            continue
    return sorted(found, key=lambda grant: (grant.status != LIVE, -grant.statement.made_at))


def living(db: Session, keyring: Keyring, *, now: datetime) -> list[HeldGrant]:
    return [grant for grant in all_held(db, keyring, now=now) if grant.status == LIVE]


def status_at(status: str, not_after: int | None, statement: Statement, now: datetime) -> str:
    """A row's status by the clock: expiry counts from its second, swept or not."""
    if statement.status == ENDED:
        return LEFT if status == LEFT else ENDED
    ends = [end for end in (not_after, statement.not_after) if end is not None]
    if status == LIVE and any(now.timestamp() >= end for end in ends):
        return EXPIRED
    return status


def statements(
    db: Session, patient_id: UUID, grant_id: UUID, grant_key: bytes
) -> list[SignedStatement]:
    """A grant's statements in order of seq, opened and not yet verified."""
    sealed = sealed_statements(db, patient_id, grant_id)
    return open_statements(sealed, patient_id, grant_id, grant_key)


def sealed_statements(db: Session, patient_id: UUID, grant_id: UUID) -> list[SealedStatement]:
    """A grant's statements as they lie there, in order of seq."""
    rows = db.execute(STATEMENTS_OF, {"owner": patient_id, "grant": grant_id})
    return [SealedStatement(*row) for row in rows]


def statements_for(db: Session, reader_id: UUID) -> dict[UUID, list[SealedStatement]]:
    """The sealed statements of all grants on a therapist's caseload, in order of seq."""
    rows = db.execute(
        select(GrantStatement.grant_id, GrantStatement.seq, GrantStatement.sealed)
        .join(
            CaseloadRow,
            and_(
                CaseloadRow.grant_id == GrantStatement.grant_id,
                CaseloadRow.patient_id == GrantStatement.account_id,
            ),
        )
        .where(CaseloadRow.account_id == reader_id)
        .order_by(GrantStatement.seq)
    )
    found: dict[UUID, list[SealedStatement]] = {}
    for grant_id, seq, sealed in rows:
        found.setdefault(grant_id, []).append(SealedStatement(seq, sealed))
    return found


def open_statements(
    sealed: Iterable[SealedStatement], patient_id: UUID, grant_id: UUID, grant_key: bytes
) -> list[SignedStatement]:
    """Statements under the grant key, in their order, not yet verified."""
    opened = []
    for one in sealed:
        where = context(Label.GRANT_STATEMENT, owner=patient_id, object=grant_id, version=one.seq)
        opened.append(SignedStatement.decode(envelope.open_(grant_key, one.sealed, where)))
    return opened


def add_statement(db: Session, signed: SignedStatement, grant_key: bytes) -> None:
    said = signed.statement
    where = context(Label.GRANT_STATEMENT, owner=said.patient, object=said.grant, version=said.seq)
    db.execute(
        insert(GrantStatement).values(
            account_id=said.patient,
            grant_id=said.grant,
            seq=said.seq,
            sealed=envelope.seal(grant_key, signed.encode(), where),
        )
    )


def seal_names(names: Names, grant_key: bytes, patient_id: UUID, grant_id: UUID) -> bytes:
    plaintext = envelope.pad(json.dumps(names).encode(), 512)
    where = context(Label.GRANT_NAMES, owner=patient_id, object=grant_id, version=1)
    return envelope.seal(derive_names_key(grant_key), plaintext, where)


def names_or_none(
    sealed: bytes, grant_key: bytes, patient_id: UUID, grant_id: UUID
) -> Names | None:
    """The two names, or None when they do not open: a grant works without them."""
    try:
        return open_names(sealed, grant_key, patient_id, grant_id)
    except CryptoError:
        return None


def open_names(sealed: bytes, grant_key: bytes, patient_id: UUID, grant_id: UUID) -> Names:
    where = context(Label.GRANT_NAMES, owner=patient_id, object=grant_id, version=1)
    opened = envelope.open_(derive_names_key(grant_key), sealed, where)
    return Names(*json.loads(envelope.unpad(opened)))
