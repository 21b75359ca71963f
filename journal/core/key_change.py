"""A therapist's own new keys: announced by her old one, her grants sealed to the new."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select, update

from journal.core import accounts, caseload, invitations, own_keys, pinning, reading, slots
from journal.core.errors import WrongCredentials
from journal.core.locking import begin_write
from journal.core.models import Account, Grant, KeyAnnouncement
from journal.core.state import State, change_state, read_state
from journal.crypto import announcement, primitives
from journal.crypto.errors import CryptoError
from journal.crypto.grant import seal_grant_key
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring, RootKeyring


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """A therapist's keys as her page tells of them."""

    changed: tuple[datetime, ...]
    patients: int
    waiting: int


class Held(NamedTuple):
    """A grant whose key this therapist knows."""

    grant_id: UUID
    patient: UUID
    shred_key: bytes
    key: bytes


def own(db: Session, keyring: Keyring, *, now: datetime) -> OwnKeys:
    """When her keys changed, the newest first, and whom a change would reach."""
    changed = own_keys.changes(read_state(db, keyring))
    waiting = invitations.waiting(db, keyring, now=now)
    living = caseload.entries(db, keyring, now=now)
    return OwnKeys(tuple(changed), len(living), len(waiting))


def change_keys(db: Session, root: RootKeyring, *, now: datetime) -> RootKeyring:
    """New root and sealing keys, announced and sealed to; the caller commits.

    The sessions that the old root certified are over: the caller starts a new one. Invitations
    that wait carry the old keys, so they are withdrawn first (committed); who used one by then
    is pinned.
    """
    invitations.withdraw_all(db, root)
    db.commit()
    pinning.accept_pins(db, root, now=now)
    begin_write(db, root.account_id)
    root_seed, sealing_seed = primitives.make_key(), primitives.make_key()
    identity, columns = accounts.seal_seeds(
        root.account_id, root.root_key, root.content_key, root_seed, sealing_seed
    )
    _announce(db, root, identity, root_seed, now)
    db.execute(update(Account).where(Account.id == root.account_id).values(**columns))
    held = _held(db, root)
    change_state(db, root, lambda state: _remember(state, root, identity, held, now))
    for one in held:
        _reseal(db, identity, one)
    signer = slots.make_signer(root_seed, root.account_id, now=now)
    return replace(root, identity=identity, root_seed=root_seed, signer=signer, session_id=None)


def _announce(
    db: Session, root: RootKeyring, identity: PublicIdentity, seed: bytes, now: datetime
) -> None:
    owner = root.account_id
    newest = select(func.max(KeyAnnouncement.seq)).where(KeyAnnouncement.account_id == owner)
    seq = (db.scalar(newest) or 0) + 1
    announced = announcement.announce(
        root.identity,
        identity,
        old_seed=root.root_seed,
        new_seed=seed,
        seq=seq,
        at=int(now.timestamp()),
    )
    db.execute(insert(KeyAnnouncement).values(account_id=owner, seq=seq, announced=announced))


def _remember(
    state: State, root: RootKeyring, identity: PublicIdentity, held: list[Held], now: datetime
) -> None:
    own_keys.remember(state, root.identity, now)
    for one in held:
        code = announcement.safety_code(one.key, identity.fingerprint)
        state["patients"][str(one.grant_id)]["code"] = code


def _held(db: Session, root: RootKeyring) -> list[Held]:
    """The grant keys that this therapist pinned; one whose patient left opens no more."""
    found = []
    for text, kept in read_state(db, root).get("patients", {}).items():
        patient = PublicIdentity.decode(bytes.fromhex(kept["patient"])).account
        grant_id = UUID(text)
        with suppress(WrongCredentials, CryptoError):
            shred_key = slots.shred_key_of(db, patient)
            key = reading.pinned_key(kept, patient, grant_id, shred_key)
            found.append(Held(grant_id, patient, shred_key, key))
    return found


def _reseal(db: Session, identity: PublicIdentity, held: Held) -> None:
    """Seal a living grant's key to the new sealing key: she knows it, from when she pinned."""
    sealed = seal_grant_key(
        held.key,
        reader_public=identity.sealing_public,
        patient_shred_key=held.shred_key,
        patient=held.patient,
        grant=held.grant_id,
    )
    living = (Grant.account_id == held.patient) & (Grant.id == held.grant_id)
    # An ended grant has none: it must not get one again.
    db.execute(update(Grant).where(living, Grant.sealed_key.is_not(None)).values(sealed_key=sealed))
