"""Coming back with a recovery kit: today's, or one from before a new start, which undoes that.

Whoever was locked out by somebody else's new start gets the account back by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from journal.core import accounts, endings, former, grants, once, resetting, scopes, slots
from journal.core.errors import WrongCredentials
from journal.core.locking import begin_write
from journal.core.models import Account, FormerKeys, KeySlot, ReturnedRecord, Scope
from journal.core.state import State, change_state
from journal.crypto import keyslot

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import RootKeyring
    from journal.crypto.sitekey import SiteKey


def unlock_with_any_kit(
    db: Session, site: SiteKey, *, email: str, kit: str, now: datetime
) -> RootKeyring:
    """Open the account by its kit, or by one from before; WrongCredentials otherwise."""
    try:
        return accounts.unlock_with_kit(db, site, email=email, kit=kit, now=now)
    except WrongCredentials:
        return _undo(db, site, accounts.account_of(db, site, email), kit, now)


def _undo(
    db: Session, site: SiteKey, account_id: UUID | None, kit: str, now: datetime
) -> RootKeyring:
    """Put the keys from before back in their place, and those of since aside; caller commits."""
    # An unknown address asks the same.
    number, account_key = _former_key(db, site, account_id or uuid4(), kit)
    if account_id is None:
        raise WrongCredentials
    begin_write(db, account_id)
    mine = (FormerKeys.account_id == account_id) & (FormerKeys.number == number)
    columns = [getattr(FormerKeys, name) for name in resetting.MOVED]
    row = db.execute(select(*columns).where(mine)).first()
    if row is None:
        raise WrongCredentials  # another browser was quicker
    resetting.put_aside(db, account_id, now=now)
    theirs = (KeySlot.account_id == account_id) & (KeySlot.former == number)
    db.execute(update(KeySlot).where(theirs).values(former=slots.TODAYS))
    db.execute(update(Account).where(Account.id == account_id).values(**row._asdict()))
    db.execute(delete(FormerKeys).where(mine))
    once.forget(db)
    root = slots.open_root(db, account_id, account_key, now=now, signer=None)
    _note(db, root, now)
    _end_consents_of_since(db, root, now)
    return root


def _former_key(db: Session, site: SiteKey, account_id: UUID, kit: str) -> tuple[int, bytes]:
    newest_first = (
        select(FormerKeys.number)
        .where(FormerKeys.account_id == account_id)
        .order_by(FormerKeys.number.desc())
    )
    for number in db.scalars(newest_first).all():
        try:
            kind = keyslot.KIND_KIT
            return number, slots.open_slot(
                db, site, account_id=account_id, kind=kind, secret=kit, former=number
            )
        except WrongCredentials:
            continue
    raise WrongCredentials


def _note(db: Session, root: RootKeyring, now: datetime) -> None:
    """Remember which scopes are closed to these keys, so that theirs can open them later."""
    every = db.scalars(select(Scope.id).where(Scope.account_id == root.account_id)).all()
    ours = scopes.names(db, root)
    closed = [str(scope_id) for scope_id in every if scope_id not in ours]

    def keep(state: State) -> None:
        before: dict[str, Any] = state.get(resetting.START, {})
        state[resetting.START] = before | {"at": int(now.timestamp()), "by": "", "scopes": closed}

    change_state(db, root, keep)


def _end_consents_of_since(db: Session, root: RootKeyring, now: datetime) -> None:
    """Whoever began anew gave them, and it may have been somebody else."""
    for one in former.living(db, root, now=now):
        endings.close(db, root.account_id, one.id, grants.ENDED, rotation="none", now=now)
    waiting = ReturnedRecord.account_id == root.account_id
    db.execute(delete(ReturnedRecord).where(waiting))
