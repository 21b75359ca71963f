"""Accounts: create one, open it with a password or a kit, change what opens it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from journal.core import freshness, incarnations, scopes, slots
from journal.core.errors import EmailTaken, WrongCredentials, WrongPassword
from journal.core.locking import begin_write
from journal.core.models import Account, Contact, ShredKey
from journal.core.state import State, change_state, read_state, seal_state
from journal.crypto import envelope, keyslot, primitives
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring, Role, RootKeyring
    from journal.crypto.sitekey import SiteKey

KIT_SHOWN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person told us about themselves; `idle_minutes` is 1 to 60.

    `older`: there is something to tell them about an older database, which they have not read.
    """

    name: str
    email: str
    zone: str
    idle_minutes: int
    older: bool = False


def therapist_exists(db: Session) -> bool:
    return db.scalar(select(Account.id).where(Account.role == "therapist").limit(1)) is not None


@dataclass(frozen=True, slots=True, repr=False)
class NewKeys:
    """What a new account will open with, made before anything is written."""

    account_id: UUID
    account_key: bytes
    shred_key: bytes
    kit: str
    slots: tuple[slots.Values, ...]


def make_keys(
    site: SiteKey,
    *,
    password: str,
    account_id: UUID | None = None,
    shred_key: bytes | None = None,
) -> NewKeys:
    """Keys, a recovery kit and both slots of a new account; slow, and touches no database.

    An account that begins anew keeps its id and its shred key.
    """
    account_id, account_key = account_id or uuid4(), primitives.make_key()
    shred_key, kit = shred_key or primitives.make_key(), keyslot.make_kit()
    made = [
        slots.make_slot(
            site,
            account_id=account_id,
            account_key=account_key,
            shred_key=shred_key,
            kind=kind,
            secret=secret,
        )
        for kind, secret in ((keyslot.KIND_PASSWORD, password), (keyslot.KIND_KIT, kit))
    ]
    return NewKeys(account_id, account_key, shred_key, kit, tuple(made))


def create(
    db: Session,
    site: SiteKey,
    keys: NewKeys,
    *,
    role: Role,
    email: str,
    name: str,
    zone: str,
    now: datetime,
) -> RootKeyring:
    """A new account with the slots of `keys`; EmailTaken when the address has an account."""
    begin_write(db)
    if account_of(db, site, email) is not None:
        raise EmailTaken
    state = first_state(db, keys, email=email, name=name, zone=zone, now=now)
    _insert_account(db, keys, role=role, state=state)
    _insert_contact(db, site, keys.account_id, email)
    for slot in keys.slots:
        slots.put_slot(db, slot)
    root = slots.open_root(db, keys.account_id, keys.account_key, now=now, signer=None)
    scopes.create_all(db, root)
    return root


def first_state(
    db: Session, keys: NewKeys, *, email: str, name: str, zone: str, now: datetime
) -> State:
    """What the sealed state of somebody who comes new to her keys holds."""
    return {
        "name": name,
        "email": email.strip(),
        "zone": zone,
        "idle_minutes": 15,
        "kit": _pending(keys.kit, now),
        # A restore before she came took nothing from her.
        freshness.RESTORE: restore.number if (restore := incarnations.newest_restore(db)) else 0,
    }


def unlock(db: Session, site: SiteKey, *, email: str, password: str, now: datetime) -> RootKeyring:
    """Sign in by opening the password slot; WrongCredentials otherwise, after the same work."""
    return _unlock(db, site, email, keyslot.KIND_PASSWORD, password, now)


def unlock_with_kit(
    db: Session, site: SiteKey, *, email: str, kit: str, now: datetime
) -> RootKeyring:
    """The same by the recovery kit's slot."""
    return _unlock(db, site, email, keyslot.KIND_KIT, kit, now)


def step_up(
    db: Session, site: SiteKey, keyring: Keyring, *, password: str, now: datetime
) -> RootKeyring:
    """The root key for this one request; WrongPassword otherwise."""
    try:
        account_key = slots.open_slot(
            db,
            site,
            account_id=keyring.account_id,
            kind=keyslot.KIND_PASSWORD,
            secret=password,
        )
    except WrongCredentials as error:
        raise WrongPassword from error
    return slots.open_root(db, keyring.account_id, account_key, now=now, signer=keyring.signer)


def change_password(db: Session, site: SiteKey, root: RootKeyring, *, new_password: str) -> None:
    """Replace the password slot; the caller ends the other sessions and commits."""
    _replace_slot(db, site, root, keyslot.KIND_PASSWORD, new_password)


def replace_kit(db: Session, site: SiteKey, root: RootKeyring, *, now: datetime) -> str:
    """A new kit, shown for ten minutes; the old one opens nothing from here on."""
    kit = keyslot.make_kit()
    _replace_slot(db, site, root, keyslot.KIND_KIT, kit)
    change_state(db, root, lambda state: state.update(kit=_pending(kit, now)))
    return kit


def pending_kit(db: Session, keyring: Keyring, *, now: datetime) -> str | None:
    """The kit's text while it may still be shown."""
    kit = read_state(db, keyring).get("kit")
    if kit is None or kit["until"] < now.timestamp():
        return None
    return str(kit["text"])


def confirm_kit(db: Session, keyring: Keyring, *, typed: str, now: datetime) -> bool:
    """Whether the typed kit is the one shown; if so, it is kept nowhere from now on."""
    shown = pending_kit(db, keyring, now=now)
    if shown is None or not _same_kit(typed, shown):
        return False
    change_state(db, keyring, lambda state: state.pop("kit", None))
    return True


def forget_old_kit(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """Drop a kit nobody typed back once its ten minutes are over; the caller commits."""
    kit = read_state(db, keyring).get("kit")
    if kit is not None and kit["until"] < now.timestamp():
        change_state(db, keyring, lambda state: state.pop("kit", None))


def profile(db: Session, keyring: Keyring) -> Profile:
    state = read_state(db, keyring)
    older = freshness.OLDER in state
    return Profile(state["name"], state["email"], state["zone"], state["idle_minutes"], older)


def change_profile(
    db: Session, keyring: Keyring, *, name: str, zone: str, idle_minutes: int
) -> None:
    """Name, IANA time zone and minutes until the idle lock (1 to 60)."""
    changes = {"name": name, "zone": zone, "idle_minutes": max(1, min(60, idle_minutes))}
    change_state(db, keyring, lambda state: state.update(changes))


def seal_seeds(
    account_id: UUID, root_key: bytes, content_key: bytes, root_seed: bytes, sealing_seed: bytes
) -> tuple[PublicIdentity, dict[str, bytes]]:
    """The identity of two seeds, and the columns of an account's row that hold them."""
    identity = PublicIdentity(
        account_id, primitives.signing_public(root_seed), primitives.sealing_public(sealing_seed)
    )
    # The public keys lie open in the row: the fingerprint in here shows if somebody swaps one.
    root = json.dumps({"seed": root_seed.hex(), "identity": identity.fingerprint.hex()}).encode()
    sealing_at = context(Label.SEALING_SEED, owner=account_id)
    return identity, {
        "root_public": identity.root_public,
        "sealing_public": identity.sealing_public,
        "root_seed": envelope.seal(root_key, root, context(Label.ROOT_SEED, owner=account_id)),
        "sealing_seed": envelope.seal(content_key, sealing_seed, sealing_at),
    }


def account_of(db: Session, site: SiteKey, email: str) -> UUID | None:
    # While the site key is being rotated an address is found under either version.
    indexes = [email_index(site, email, version) for version in site.versions]
    return db.scalar(select(Contact.account_id).where(Contact.email_index.in_(indexes)))


def email_index(site: SiteKey, email: str, version: int) -> bytes:
    """32 bytes by which a contact is found under one version of the site key."""
    return primitives.hmac_sha256(site.derive("index", version), normalised(email).encode())


def is_gone(db: Session, keyring: Keyring) -> bool:
    """Whether the account was erased while somebody was still signed in to it."""
    return db.scalar(select(Account.id).where(Account.id == keyring.account_id)) is None


def normalised(email: str) -> str:
    """NFC, trimmed, casefolded: the form under which an address is found."""
    return unicodedata.normalize("NFC", email).strip().casefold()


def _unlock(
    db: Session, site: SiteKey, email: str, kind: int, secret: str, now: datetime
) -> RootKeyring:
    account_id = account_of(db, site, email)
    account_key = slots.open_slot(db, site, account_id=account_id, kind=kind, secret=secret)
    if account_id is None:
        raise WrongCredentials
    return slots.open_root(db, account_id, account_key, now=now, signer=None)


def _replace_slot(db: Session, site: SiteKey, root: RootKeyring, kind: int, secret: str) -> None:
    slot = slots.make_slot(
        site,
        account_id=root.account_id,
        account_key=root.account_key,
        shred_key=slots.shred_key_of(db, root.account_id),
        kind=kind,
        secret=secret,
    )
    begin_write(db, root.account_id)
    slots.drop_slots(db, root.account_id, kind=kind)
    slots.put_slot(db, slot)


def sealed_columns(keys: NewKeys, state: State, *, version: int) -> dict[str, Any]:
    """The columns of an account's row over fresh keys; `version` is that of its state."""
    account_id, account_key = keys.account_id, keys.account_key
    root_key, content_key = primitives.make_key(), primitives.make_key()
    root_seed, sealing_seed = primitives.make_key(), primitives.make_key()
    _identity, seeds = seal_seeds(account_id, root_key, content_key, root_seed, sealing_seed)
    return {
        **seeds,
        "root_key": envelope.seal(account_key, root_key, context(Label.ROOT_KEY, owner=account_id)),
        "content_key": envelope.seal(
            account_key, content_key, context(Label.CONTENT_KEY, owner=account_id)
        ),
        "state": seal_state(state, content_key=content_key, account_id=account_id, version=version),
        "state_version": version,
    }


def _insert_account(db: Session, keys: NewKeys, *, role: Role, state: State) -> None:
    columns = sealed_columns(keys, state, version=1)
    db.execute(insert(Account).values(id=keys.account_id, role=role, **columns))
    db.execute(insert(ShredKey).values(account_id=keys.account_id, key=keys.shred_key))


def _insert_contact(db: Session, site: SiteKey, account_id: UUID, email: str) -> None:
    sealed = envelope.seal(
        site.derive("contact"),
        envelope.pad(email.strip().encode(), 256),
        context(Label.CONTACT, owner=account_id, version=site.current),
    )
    try:
        db.execute(
            insert(Contact).values(
                email_index=email_index(site, email, site.current),
                account_id=account_id,
                sealed=sealed,
                site_version=site.current,
            )
        )
    except IntegrityError as error:
        raise EmailTaken from error


def _pending(kit: str, now: datetime) -> dict[str, object]:
    return {"text": kit, "until": int((now + KIT_SHOWN_FOR).timestamp())}


def _same_kit(typed: str, shown: str) -> bool:
    try:
        return primitives.equal(keyslot.parse_kit(typed), keyslot.parse_kit(shown))
    except CryptoError:
        return False
