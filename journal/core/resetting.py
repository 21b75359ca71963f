"""A new start without password and kit: new keys for the same account, the old ones kept sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from journal.core import accounts, heads, invitations, once, receipts, restarts, scopes, slots
from journal.core.errors import InvitationClosed, WrongCredentials
from journal.core.locking import begin_write
from journal.core.models import Account, FormerKeys, KeySlot, Scope, Session

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session as Database

    from journal.core.accounts import NewKeys
    from journal.core.consent import Choice
    from journal.core.keyring import RootKeyring
    from journal.crypto.sitekey import SiteKey

START = "new_start"  # in the sealed state: when, by whose link, and the scopes from before
MOVED = tuple(
    column.name for column in FormerKeys.__table__.columns if hasattr(Account, column.name)
)


def reset(
    db: Database,
    site: SiteKey,
    token: str,
    *,
    email: str,
    password: str,
    zone: str,
    choice: Choice,
    now: datetime,
) -> tuple[RootKeyring, str]:
    """Begin anew by a therapist's link, with a first grant for her; the caller commits.

    Raises InvitationClosed, or WrongCredentials where the address is not this account's; then
    nothing was written. Every row from before stays as it is, and closed to the new keys.
    """
    account_id = restarts.verify(db, _open(db, token, now), now=now).account_id
    shred_key = slots.shred_key_of(db, account_id)
    keys = accounts.make_keys(site, password=password, account_id=account_id, shred_key=shred_key)
    begin_write(db)
    invitations.hold(db, token)
    begin_write(db, account_id)
    invited = _open(db, token, now)
    vouched = restarts.verify(db, invited, now=now)
    if accounts.account_of(db, site, email) != account_id:
        raise WrongCredentials
    state = accounts.first_state(db, keys, email=email, name=vouched.name, zone=zone, now=now)
    state[START] = _told(db, keys, invited.inviter_name, now)
    root = _take_keys(db, keys, state, now)
    heads.keep_receipt(db, root, receipts.sealed_head(db, root))
    invitations.accept_grant(db, root, token, invited, name=vouched.name, choice=choice, now=now)
    return root, keys.kit


def _open(db: Database, token: str, now: datetime) -> invitations.Invitation:
    invited = invitations.open_invitation(db, token, now=now)
    if invited.role != "restart":
        raise InvitationClosed("another role")
    return invited


def _told(db: Database, keys: NewKeys, by: str, now: datetime) -> dict[str, Any]:
    owned = select(Scope.id).where(Scope.account_id == keys.account_id)
    before = [str(scope_id) for scope_id in db.scalars(owned)]
    return {"at": int(now.timestamp()), "by": by, "scopes": before}


def _newest(db: Database, account_id: UUID) -> int:
    newest = select(func.max(FormerKeys.number)).where(FormerKeys.account_id == account_id)
    return db.scalar(newest) or 0


def put_aside(db: Database, owner: UUID, *, now: datetime) -> int:
    """Keep today's keys and slots as former ones and end every session.

    The version of the state that was put aside. The caller gives the account others, and commits.
    """
    number, mine = _newest(db, owner) + 1, Account.id == owner
    before = db.execute(select(*(getattr(Account, name) for name in MOVED)).where(mine)).one()
    db.execute(
        insert(FormerKeys).values(
            account_id=owner,
            number=number,
            replaced_at=int(now.timestamp()),
            **before._asdict(),
        )
    )
    todays = (KeySlot.account_id == owner) & (KeySlot.former == slots.TODAYS)
    db.execute(update(KeySlot).where(todays).values(former=number))
    keyless = {"content_key": None, "signer": None, "certificate": None, "label": None}
    db.execute(update(Session).where(Session.account_id == owner).values(**keyless))
    return int(before.state_version)


def _take_keys(db: Database, keys: NewKeys, state: dict[str, Any], now: datetime) -> RootKeyring:
    """Put the account's keys and slots aside, and give it fresh ones."""
    owner = keys.account_id
    version = put_aside(db, owner, now=now)
    # The version goes on: nothing of before may pass for a state of the new keys.
    fresh = accounts.sealed_columns(keys, state, version=version + 1)
    db.execute(update(Account).where(Account.id == owner).values(**fresh))
    for slot in keys.slots:
        slots.put_slot(db, slot)
    once.forget(db)
    root = slots.open_root(db, owner, keys.account_key, now=now, signer=None)
    scopes.create_all(db, root)
    return root
