"""The therapist's half of an invitation: check who used it, and pin that patient for good."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from journal.core import grants
from journal.core.errors import WrongCredentials
from journal.core.models import Account, Grant, Invitation
from journal.core.slots import shred_key_of
from journal.core.state import State, change_state, read_state
from journal.crypto import envelope, invitation, primitives
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError, WrongKey
from journal.crypto.grant import (
    open_candidate,
    pin_grant_key,
    prove_grant_key,
    verify_statements,
)
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

Kept = dict[str, Any]


def accept_pins(db: Session, keyring: Keyring, *, now: datetime) -> int:
    """Pin every patient who used an invitation since the last session; commits; how many.

    A patient is pinned only when the MAC under the invitation's token vouches for the keys
    and the first statement: whoever writes to the database does not know the token.
    """
    known = read_state(db, keyring)
    waiting = known.get("invitations", {})
    pins: dict[str, Kept] = {}
    bare = _bare(db, known.get("patients", {}))
    used: list[str] = []  # and those that ran out, or ended since: none waits any longer
    for text, kept in waiting.items():
        row = db.execute(
            select(Invitation.__table__).where(
                Invitation.id == UUID(text), Invitation.status == "used"
            )
        ).first()
        if row is None:
            if kept["until"] <= now.timestamp():
                used.append(text)
            continue
        used.append(text)
        try:
            pins[str(row.grant_id)] = _pin(db, keyring, row, kept)
        except (CryptoError, WrongCredentials):
            if not _is_over(db, row):
                used.pop()
    if not used and not bare:
        return 0

    def keep(state: State) -> None:
        state.setdefault("patients", {}).update(pins)
        for text, closed in bare.items():
            state["patients"][text].pop("key", None)
            state["patients"][text].update(closed)
        for text in used:
            state["invitations"].pop(text, None)

    change_state(db, keyring, keep)
    db.commit()
    return len(pins)


def _bare(db: Session, kept: dict[str, Kept]) -> dict[str, Kept]:
    """What pins of an earlier version hold instead of a bare key; nothing for an erased patient."""
    closed = {}
    for text, pin in kept.items():
        if "key" in pin:
            patient = PublicIdentity.decode(bytes.fromhex(pin["patient"])).account
            key, closed[text] = bytes.fromhex(pin["key"]), {"pinned": ""}
            with suppress(WrongCredentials):
                closed[text] = _under_shred_key(db, patient, UUID(text), key)
    return closed


def _under_shred_key(db: Session, patient: UUID, grant_id: UUID, grant_key: bytes) -> Kept:
    shred_key = shred_key_of(db, patient)
    pinned = pin_grant_key(grant_key, patient_shred_key=shred_key, patient=patient, grant=grant_id)
    return {"pinned": pinned.hex()}


def _is_over(db: Session, row: Any) -> bool:
    """Whether the grant ended before it was ever pinned: nothing of it will open again."""
    found = db.execute(
        select(Grant.sealed_key).where(Grant.account_id == row.used_by, Grant.id == row.grant_id)
    ).first()
    return found is None or found.sealed_key is None


def _pin(db: Session, keyring: Keyring, row: Any, kept: Kept) -> Kept:
    if kept.get("patient", str(row.used_by)) != str(row.used_by):
        raise WrongKey  # a link to a new start, used for another account
    patient = _identity(db, row.used_by)
    sealed = db.scalar(
        select(Grant.sealed_key).where(Grant.account_id == row.used_by, Grant.id == row.grant_id)
    )
    grant_key = open_candidate(
        sealed or b"",
        reader_seed=sealing_seed(db, keyring),
        patient_shred_key=shred_key_of(db, row.used_by),
        patient=row.used_by,
        grant=row.grant_id,
    )
    signed = grants.statements(db, row.used_by, row.grant_id, grant_key)
    statement = verify_statements(signed, patient.root_public, row.used_by)
    mac = invitation.pin_mac(kept["token"], patient.fingerprint, signed[0].statement.digest())
    if not primitives.equal(mac, row.pin_mac or b""):
        raise WrongKey
    prove_grant_key(row.grant_id, grant_key, statement.key_check)
    return {
        "patient": patient.encode().hex(),
        "seq": signed[0].statement.seq,
        "label": kept["label"],
        "code": kept["code"],
    } | _under_shred_key(db, row.used_by, row.grant_id, grant_key)


def _identity(db: Session, account_id: UUID) -> PublicIdentity:
    row = db.execute(
        select(Account.root_public, Account.sealing_public).where(Account.id == account_id)
    ).first()
    if row is None:
        raise WrongKey
    return PublicIdentity(account_id, row.root_public, row.sealing_public)


def sealing_seed(db: Session, keyring: Keyring) -> bytes:
    """The seed that opens what was sealed to this account; CryptoError when it does not open."""
    sealed = db.scalar(select(Account.sealing_seed).where(Account.id == keyring.account_id))
    where = context(Label.SEALING_SEED, owner=keyring.account_id)
    return envelope.open_(keyring.content_key, sealed or b"", where)
