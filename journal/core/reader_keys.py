"""A reader's keys, held against her pin: the same, announced by the old ones, or not hers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import Table, bindparam, select

from journal.core import grants, pins
from journal.core.errors import Damaged, ReaderKeyChanged
from journal.core.models import Account, KeyAnnouncement
from journal.core.state import change_state, read_state
from journal.crypto import announcement
from journal.crypto.errors import CryptoError
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.grants import HeldGrant
    from journal.core.keyring import Keyring
    from journal.core.pins import Pin

ACCOUNT = cast("Table", Account.__table__).c
IDENTITIES = select(ACCOUNT.id, ACCOUNT.root_public, ACCOUNT.sealing_public).where(
    ACCOUNT.id.in_(bindparam("accounts", expanding=True))
)


class Looked(NamedTuple):
    """A pin as the announcements lead it on, and whether the account's row says something else."""

    pin: Pin
    followed: bool
    stopped: bool


def look(db: Session, keyring: Keyring) -> dict[UUID, Looked]:
    """Each grant's pin held against its reader's row; writes nothing."""
    kept = pins.read(read_state(db, keyring))
    rows = _identities(db, {pin.account for pin in kept.values()})
    changed = {pin.account for pin in kept.values() if rows.get(pin.account) != pin.reader}
    announced = _announced(db, changed)
    return {
        grant_id: _look(pin, rows.get(pin.account), announced.get(pin.account, []))
        for grant_id, pin in kept.items()
    }


def stopped(db: Session, keyring: Keyring) -> set[UUID]:
    """The grants whose reader's keys are not the pinned ones, nor announced by them.

    A state that is damaged stops nobody: it can't tell, and an ending must not hurt the others.
    """
    try:
        found = look(db, keyring)
    except Damaged:
        return set()
    return {grant_id for grant_id, looked in found.items() if looked.stopped}


def follow(db: Session, keyring: Keyring, *, now: datetime) -> bool:
    """Keep what `look` found, with the new safety codes; the caller commits if it says True."""
    fresh: dict[UUID, Pin] = {}
    for grant_id, looked in look(db, keyring).items():
        pin = looked.pin
        if looked.followed:
            code = _code(db, keyring, grant_id, pin, now)
            pin = replace(pin, code=code)
        if looked.stopped:
            pin = replace(pin, held_back=True)
        fresh[grant_id] = pin
    return _keep(db, keyring, fresh)


def trusted(db: Session, keyring: Keyring, *, now: datetime) -> list[HeldGrant]:
    """The living grants that may be handed new keys: their readers are who they were.

    The others are noted, and get what they missed once their readers' keys are right again.
    """
    living = grants.living(db, keyring, now=now)
    apart = stopped(db, keyring)
    if apart:
        follow(db, keyring, now=now)
    return [grant for grant in living if grant.id not in apart]


def require(db: Session, keyring: Keyring, grant: HeldGrant) -> None:
    """Go on only if the reader's keys are hers; ReaderKeyChanged otherwise."""
    if grant.id in stopped(db, keyring):
        raise ReaderKeyChanged(grant.names.reader, grant.id)


def require_known(db: Session, keyring: Keyring, reader: PublicIdentity, name: str) -> None:
    """The same for the identity that an invitation vouches for: before a grant is given.

    It must be what the account's row says, and what any earlier pin of this account leads to.
    """
    if _identities(db, {reader.account}).get(reader.account) != reader:
        raise ReaderKeyChanged(name)
    for looked in look(db, keyring).values():
        if looked.pin.account == reader.account and looked.pin.reader != reader:
            raise ReaderKeyChanged(name)


def fingerprint(db: Session, keyring: Keyring, grant: HeldGrant) -> str:
    """What the next statement by the password names: the pinned keys, as they were followed."""
    looked = look(db, keyring).get(grant.id)
    if looked is None or looked.stopped:
        return grant.statement.reader_fingerprint
    return looked.pin.reader.fingerprint.hex()


def compared(db: Session, keyring: Keyring, grant_id: UUID) -> None:
    """The two compared the safety code of the changed keys; the caller commits."""
    pin = pins.read(read_state(db, keyring)).get(grant_id)
    if pin is not None and not pin.met:
        _keep(db, keyring, {grant_id: replace(pin, met=True)})


def caught_up(db: Session, keyring: Keyring, grant_id: UUID) -> None:
    """What was held back was handed over; the caller commits."""
    pin = pins.read(read_state(db, keyring))[grant_id]
    _keep(db, keyring, {grant_id: replace(pin, held_back=False)})


def _keep(db: Session, keyring: Keyring, fresh: dict[UUID, Pin]) -> bool:
    kept = pins.read(read_state(db, keyring))
    changed = {one: pin for one, pin in fresh.items() if kept.get(one) != pin}
    if not changed:
        return False

    def put(state: dict[str, object]) -> None:
        for grant_id, pin in changed.items():
            pins.put(state, grant_id, pin)

    change_state(db, keyring, put)
    return True


def _look(pin: Pin, row: PublicIdentity | None, announced: list[bytes]) -> Looked:
    if row == pin.reader:
        return Looked(pin, followed=False, stopped=False)
    chain = announcement.follow(pin.reader, announced, after=pin.seq)
    # The row must be where the announcements end: a part of the way is somebody's doing.
    if row is None or not chain or chain[-1].identity != row:
        return Looked(pin, followed=False, stopped=True)
    for one in chain:
        pin = pin.followed(one)
    return Looked(pin, followed=True, stopped=False)


def _code(db: Session, keyring: Keyring, grant_id: UUID, pin: Pin, now: datetime) -> str:
    try:
        key = grants.held(db, keyring, grant_id, now=now).key
    except Damaged:
        return ""
    return announcement.safety_code(key, pin.reader.fingerprint)


def _identities(db: Session, accounts: Collection[UUID]) -> dict[UUID, PublicIdentity]:
    """The identities in the accounts' rows; a row without proper keys has none."""
    found = {}
    for row in db.execute(IDENTITIES, {"accounts": list(accounts)}):
        try:
            found[row.id] = PublicIdentity(*row)
        except CryptoError:
            continue
    return found


def _announced(db: Session, accounts: Collection[UUID]) -> dict[UUID, list[bytes]]:
    found: dict[UUID, list[bytes]] = {}
    if accounts:
        wanted = select(KeyAnnouncement.account_id, KeyAnnouncement.announced)
        rows = db.execute(
            wanted.where(KeyAnnouncement.account_id.in_(accounts)).order_by(KeyAnnouncement.seq)
        )
        for account_id, announced in rows:
            found.setdefault(account_id, []).append(announced)
    return found
