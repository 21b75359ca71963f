"""The old kit was found: what it opens moves under the new keys, and the old ones are erased."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, update

from journal.core import (
    endings,
    former,
    grants,
    inbox,
    owning,
    positions,
    resetting,
    rows,
    scopes,
    shares,
    slots,
    taking_in,
)
from journal.core.errors import Damaged, WrongCredentials
from journal.core.locking import begin_write
from journal.core.models import FormerKeys, Grant, Receipt, Record, Scope, ScopeKey
from journal.core.phone_models import InboxItem, Phone
from journal.core.scopes import KeyAddress
from journal.core.sealing import Body, SealedRecord, open_body, open_content_key, seal_body
from journal.core.state import State, change_state, read_state
from journal.crypto import envelope, keyslot, primitives
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.crypto.sitekey import SiteKey

BATCH = 200


class OldKeys(NamedTuple):
    """What a former account key opens: names and keys of the scopes from before."""

    number: int
    root_public: bytes
    content_key: bytes
    names: dict[UUID, str]
    keys: dict[KeyAddress, bytes]


def unlock(db: Session, site: SiteKey, keyring: Keyring, *, secret: str) -> OldKeys:
    """Open former keys with the kit or the password from before; WrongCredentials otherwise."""
    owner, kind = keyring.account_id, _kind(secret)
    numbers = db.scalars(
        select(FormerKeys.number)
        .where(FormerKeys.account_id == owner)
        .order_by(FormerKeys.number.desc())
    ).all()
    for number in numbers:
        try:
            account_key = slots.open_slot(
                db, site, account_id=owner, kind=kind, secret=secret, former=number
            )
        except WrongCredentials:
            continue
        return _open_keys(db, keyring, number, account_key)
    raise WrongCredentials


def move(db: Session, keyring: Keyring, old: OldKeys, *, now: datetime) -> int:
    """Bring every record under today's keys, in batches, each committed; how many those were.

    Killed anywhere it goes on when the kit is typed again. At the end the consents under the
    old keys are over and the old keys erased, unless a row was left that does not open.
    """
    moved, more = 0, True
    skipped: set[UUID] = set()
    while more:
        begin_write(db, keyring.account_id)
        batch = _batch(db, keyring, old, skipped)
        held = [grant.id for grant in grants.all_held(db, keyring, now=now)]
        for row in batch:
            if _move_one(db, keyring, old, row, held):
                moved += 1
            else:
                skipped.add(row.id)
        db.commit()
        more = bool(batch)
    _finish(db, keyring, old, whole=not skipped, now=now)
    return moved


def _kind(secret: str) -> int:
    try:
        keyslot.parse_kit(secret)
    except CryptoError:
        return keyslot.KIND_PASSWORD
    return keyslot.KIND_KIT


def _open_keys(db: Session, keyring: Keyring, number: int, account_key: bytes) -> OldKeys:
    owner = keyring.account_id
    mine = (FormerKeys.account_id == owner) & (FormerKeys.number == number)
    row = db.execute(
        select(FormerKeys.root_key, FormerKeys.root_seed, FormerKeys.content_key).where(mine)
    ).one()
    try:
        content_key = envelope.open_(
            account_key, row.content_key, context(Label.CONTENT_KEY, owner=owner)
        )
        root_key = envelope.open_(account_key, row.root_key, context(Label.ROOT_KEY, owner=owner))
        root = envelope.open_(root_key, row.root_seed, context(Label.ROOT_SEED, owner=owner))
    except CryptoError as error:
        raise Damaged from error
    # Of the seed, not of the row: what lies open there may have been swapped.
    root_public = primitives.signing_public(bytes.fromhex(json.loads(root)["seed"]))
    names, keys = _open_scopes(db, keyring, content_key)
    return OldKeys(number, root_public, content_key, names, keys)


def _open_scopes(
    db: Session, keyring: Keyring, content_key: bytes
) -> tuple[dict[UUID, str], dict[KeyAddress, bytes]]:
    owner, ours = keyring.account_id, former.scope_ids(read_state(db, keyring))
    names, keys = {}, {}
    for row in db.execute(select(Scope.id, Scope.name).where(Scope.account_id == owner)):
        where = context(Label.SCOPE_NAME, owner=owner, scope=row.id)
        name = _opened(content_key, row.name, where) if row.id in ours else None
        if name is not None:
            names[row.id] = envelope.unpad(name).decode()
    for row in db.execute(select(ScopeKey.__table__).where(ScopeKey.account_id == owner)):
        address = KeyAddress(row.scope_id, row.stratum, row.generation)
        where = context(
            Label.SCOPE_KEY,
            owner=owner,
            scope=row.scope_id,
            stratum=row.stratum,
            generation=row.generation,
        )
        key = _opened(content_key, row.wrapped, where) if row.scope_id in names else None
        if key is not None:
            keys[address] = key
    return names, keys


def _opened(key: bytes, sealed: bytes, where: Any) -> bytes | None:
    try:
        return envelope.open_(key, sealed, where)
    except CryptoError:
        return None


def _batch(
    db: Session, keyring: Keyring, old: OldKeys, skipped: Collection[UUID]
) -> list[SealedRecord]:
    """The newest rows first: each then goes below all that are there, without a search."""
    inside = rows.RECORD.scope_id.in_(old.names) & rows.RECORD.id.not_in(skipped)
    return list(rows.newest(db, keyring.account_id, inside, limit=BATCH))


def _move_one(
    db: Session, keyring: Keyring, old: OldKeys, row: SealedRecord, held: Collection[UUID]
) -> bool:
    owner = keyring.account_id
    try:
        content_key = open_content_key(owner, old.keys[row.key_address], row)
        body = Body.loads(open_body(owner, content_key, row))
    except (CryptoError, KeyError):
        return False
    if body.binned is not None:
        # It had been deleted, and there was nobody who could have taken that back since.
        owning.erase(db, keyring, row.id)
        return True
    _drop_copies(db, keyring, row.id, body, held)
    name = old.names[row.scope_id]
    address = scopes.current(db, keyring, scopes.id_of(db, keyring, name))
    position = positions.place_oldest(db, keyring, body.occurred_at)
    _content_key, wrapped, sealed = seal_body(
        owner, scopes.key_at(db, keyring, address), address, row.id, row.version, body.dumps()
    )
    shares.drop(db, keyring, row.id)
    db.execute(
        _MOVE,
        {
            "owner": owner,
            "of": row.id,
            "to_position": position,
            "to_key": wrapped,
            "to_body": sealed,
            **{f"to_{part}": value for part, value in address._asdict().items()},
        },
    )
    return True


_MOVE = (
    update(Record.__table__)  # type: ignore[arg-type]
    .where(Record.account_id == bindparam("owner"), Record.id == bindparam("of"))
    .values(
        scope_id=bindparam("to_scope_id"),
        stratum=bindparam("to_stratum"),
        generation=bindparam("to_generation"),
        position=bindparam("to_position"),
        wrapped_key=bindparam("to_key"),
        body=bindparam("to_body"),
    )
)


def _drop_copies(
    db: Session, keyring: Keyring, record_id: UUID, body: Body, held: Collection[UUID]
) -> None:
    """Erase what was given back of it, where it says the same and nobody reads it singly."""
    for copy in taking_in.copies(db, keyring, record_id, held):
        same = copy.binned is None and taking_in.says_the_same(copy, body)
        if same and not shares.grants_of(db, keyring, copy.id):
            owning.erase(db, keyring, copy.id)


def _finish(db: Session, keyring: Keyring, old: OldKeys, *, whole: bool, now: datetime) -> None:
    begin_write(db, keyring.account_id)
    _close_grants(db, keyring, old, now)
    _reseal_receipts(db, keyring, old)
    _reseal_phones(db, keyring, old)
    change_state(db, keyring, lambda state: _keep_root(state, old))
    if whole:
        former.forget(db, keyring, list(old.names), numbers=[old.number])
    db.commit()


def _reseal_phones(db: Session, keyring: Keyring, old: OldKeys) -> None:
    """Phones from before are known again, and what they sent since is tried once more."""
    owner = keyring.account_id
    for row in db.execute(select(Phone.id, Phone.sealed).where(Phone.account_id == owner)).all():
        where = context(Label.PHONE, owner=owner, object=row.id)
        opened = _opened(old.content_key, row.sealed, where)
        if opened is None:
            continue
        sealed = envelope.seal(keyring.content_key, opened, where)
        mine = (Phone.account_id == owner) & (Phone.id == row.id)
        db.execute(update(Phone).where(mine).values(sealed=sealed))
        sent = (InboxItem.account_id == owner) & (InboxItem.phone_id == row.id)
        again = sent & (InboxItem.refused == inbox.UNOPENED)
        db.execute(update(InboxItem).where(again).values(refused=None))


def _keep_root(state: State, old: OldKeys) -> None:
    kept = state[resetting.START].setdefault("roots", [])
    if old.root_public.hex() not in kept:
        kept.append(old.root_public.hex())


def _close_grants(db: Session, keyring: Keyring, old: OldKeys, now: datetime) -> None:
    owner = keyring.account_id
    live = (Grant.account_id == owner) & (Grant.status == grants.LIVE)
    for row in db.execute(select(Grant.id, Grant.kept_key).where(live)).all():
        where = context(Label.GRANT_KEPT, owner=owner, object=row.id)
        if _opened(old.content_key, row.kept_key, where) is not None:
            endings.close(db, owner, row.id, grants.ENDED, rotation="none", now=now)


def _reseal_receipts(db: Session, keyring: Keyring, old: OldKeys) -> None:
    """The receipts from before are readable again; what they rest on stays their old key."""
    owner = keyring.account_id
    for row in db.execute(select(Receipt.__table__).where(Receipt.account_id == owner)).all():
        where = context(Label.RECEIPT, owner=owner, object=row.id, version=row.n)
        opened = _opened(old.content_key, row.sealed, where)
        if opened is not None:
            sealed = envelope.seal(keyring.content_key, opened, where)
            mine = (Receipt.account_id == owner) & (Receipt.n == row.n)
            db.execute(update(Receipt).where(mine).values(sealed=sealed))
