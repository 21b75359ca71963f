"""Signed-in devices: a cookie's secret opens the content key in its row, for a while."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from journal.core import slots
from journal.core.errors import NotFound, SessionEnded
from journal.core.keyring import Keyring, RootKeyring, Signer
from journal.core.locking import begin_write
from journal.core.models import Account, Session
from journal.core.state import arrived, read_state
from journal.crypto import envelope, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as Db

    from journal.crypto.sitekey import SiteKey

SEEN_EVERY_SECONDS = 60
SESSION, ACCOUNT = cast("Table", Session.__table__), cast("Table", Account.__table__)
RESUMED = (
    select(
        SESSION,
        *(ACCOUNT.c.role, ACCOUNT.c.root_public, ACCOUNT.c.sealing_public),
        *(ACCOUNT.c.state, ACCOUNT.c.state_version),
    )
    .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account_id)
    .where(SESSION.c.id == bindparam("id"))
)
KEYLESS = {"content_key": None, "signer": None, "certificate": None, "label": None}


@dataclass(frozen=True, slots=True)
class Device:
    """A session of the account as its list of devices shows it."""

    id: str
    label: str
    started_at: datetime
    seen_at: datetime
    current: bool


def start(
    db: Db, site: SiteKey, root: RootKeyring, *, device: str, now: datetime
) -> tuple[str, Keyring]:
    """A new session row: the cookie's value (256 bits, base64url) and the session's keyring."""
    secret = primitives.make_bytes(32)
    row_id, owner = primitives.sha256(secret), root.account_id
    idle_minutes = read_state(db, root)["idle_minutes"]
    key = _session_key(site, secret, site.current)
    begin_write(db, owner)
    instant = int(now.timestamp())
    db.execute(
        insert(Session).values(
            id=row_id,
            account_id=owner,
            content_key=envelope.seal(
                key, root.content_key, _context(Label.SESSION_CONTENT, owner, row_id)
            ),
            signer=envelope.seal(
                key,
                root.signer.seed + root.identity.fingerprint,
                _context(Label.SESSION_SIGNER, owner, row_id),
            ),
            certificate=root.signer.certificate,
            label=envelope.seal(
                root.content_key,
                envelope.pad(device[:200].encode(), 256),
                _context(Label.SESSION_LABEL, owner, row_id),
            ),
            started_at=instant,
            seen_at=instant,
            ends_at=instant + int(slots.SESSION_LASTS.total_seconds()),
            idle_seconds=idle_minutes * 60,
            site_version=site.current,
        )
    )
    keyring = Keyring(root.identity, root.role, root.content_key, root.signer, row_id)
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode(), keyring


def resume(db: Db, site: SiteKey, cookie: str, *, now: datetime, reading: bool = False) -> Keyring:
    """The keyring behind a cookie; SessionEnded when it is idle, over, ended or damaged.

    Leaves no transaction open, so that the request decides what it begins; with `reading` the
    one that read the session goes on, for a request that only reads and waits for nobody.
    """
    secret = _secret(cookie)
    row_id = primitives.sha256(secret)
    row = db.execute(RESUMED, {"id": row_id}).first()
    if not reading:
        db.rollback()
    if row is None:
        raise SessionEnded
    keyring = _open_row(db, site, secret, row, now)
    arrived(db, keyring.account_id, row.state, row.state_version)
    return keyring


def end(db: Db, cookie: str) -> None:
    """Erase the keys of the cookie's session; its row stays, keyless, until the absolute end."""
    row_id = primitives.sha256(_secret(cookie))
    begin_write(db)
    db.execute(update(Session).where(Session.id == row_id).values(**KEYLESS))


def end_others(db: Db, keyring: Keyring) -> None:
    begin_write(db, keyring.account_id)
    db.execute(
        update(Session)
        .where(Session.account_id == keyring.account_id, Session.id != keyring.session_id)
        .values(**KEYLESS)
    )


def end_device(db: Db, keyring: Keyring, device_id: str) -> None:
    """End one session of this account; NotFound when it is not one."""
    begin_write(db, keyring.account_id)
    for device in _live_rows(db, keyring):
        if _device_id(device.id) == device_id:
            db.execute(update(Session).where(Session.id == device.id).values(**KEYLESS))
            return
    raise NotFound


def change_idle(db: Db, keyring: Keyring, *, minutes: int) -> None:
    """Lock every session of this account after that many idle minutes; the caller commits."""
    begin_write(db, keyring.account_id)
    db.execute(
        update(Session)
        .where(Session.account_id == keyring.account_id)
        .values(idle_seconds=minutes * 60)
    )


def devices(db: Db, keyring: Keyring, *, now: datetime) -> list[Device]:
    """The account's living sessions, the newest first."""
    instant = now.timestamp()
    rows = [
        row
        for row in _live_rows(db, keyring)
        if row.ends_at > instant and row.seen_at + row.idle_seconds > instant
    ]
    return [_device(keyring, row) for row in rows]


def account_of(db: Db, cookie: str, *, now: datetime) -> UUID | None:
    """Whose session this was, within twelve hours of its start: for a late POST's words."""
    try:
        row_id = primitives.sha256(_secret(cookie))
    except SessionEnded:
        return None
    return db.scalar(
        select(Session.account_id).where(
            Session.id == row_id, Session.ends_at > int(now.timestamp())
        )
    )


def sweep(db: Db, *, now: datetime) -> None:
    """Erase the keys of idle sessions and the rows of those past their absolute end."""
    instant = int(now.timestamp())
    begin_write(db)
    db.execute(delete(Session).where(Session.ends_at <= instant))
    idle = Session.seen_at + Session.idle_seconds <= instant
    db.execute(update(Session).where(idle, Session.content_key.is_not(None)).values(**KEYLESS))


def under_older(db: Db, site: SiteKey, *, now: datetime) -> int:
    """How many living sessions no visit has carried over to the current site key yet."""
    instant = int(now.timestamp())
    alive = (Session.ends_at > instant) & (Session.seen_at + Session.idle_seconds > instant)
    mine = alive & (Session.site_version < site.current) & Session.content_key.is_not(None)
    return db.scalar(select(func.count()).select_from(Session).where(mine)) or 0


def end_under_older(db: Db, site: SiteKey) -> None:
    """Erase the keys of every session that an older site key seals; the caller commits."""
    begin_write(db)
    db.execute(update(Session).where(Session.site_version < site.current).values(**KEYLESS))


def _open_row(
    db: Db,
    site: SiteKey,
    secret: bytes,
    row: Any,
    now: datetime,
) -> Keyring:
    instant, owner = int(now.timestamp()), row.account_id
    over = instant >= row.ends_at
    if over or row.content_key is None or row.signer is None or row.certificate is None:
        raise SessionEnded(None if over else owner)
    if instant >= row.seen_at + row.idle_seconds:
        _erase(db, row.id)
        raise SessionEnded(owner)
    try:
        key = _session_key(site, secret, row.site_version)
        content_key = envelope.open_(
            key, row.content_key, _context(Label.SESSION_CONTENT, owner, row.id)
        )
        kept = envelope.open_(key, row.signer, _context(Label.SESSION_SIGNER, owner, row.id))
        identity = PublicIdentity(owner, row.root_public, row.sealing_public)
    except CryptoError as error:
        raise SessionEnded(owner) from error
    signer, fingerprint = kept[:32], kept[32:]
    if identity.fingerprint != fingerprint:
        # A public key was swapped since: this session would vouch for somebody else's.
        raise SessionEnded(owner)
    changes: dict[str, Any] = {}
    if instant - row.seen_at >= min(SEEN_EVERY_SECONDS, row.idle_seconds // 10):
        changes |= {"seen_at": instant}
    if row.site_version < site.current:
        changes |= _sealed_anew(site, secret, row, content_key, kept)
    if changes:
        begin_write(db)
        # One that was ended this very moment must not come back by it.
        alive = (Session.id == row.id) & Session.content_key.is_not(None)
        db.execute(update(Session).where(alive).values(**changes))
        db.commit()
    return Keyring(identity, row.role, content_key, Signer(signer, row.certificate), row.id)


def _sealed_anew(
    site: SiteKey, secret: bytes, row: Any, content_key: bytes, kept: bytes
) -> dict[str, Any]:
    """A session's keys under the current site key: only its own cookie can carry it over."""
    key, owner = _session_key(site, secret, site.current), row.account_id
    return {
        "content_key": envelope.seal(
            key, content_key, _context(Label.SESSION_CONTENT, owner, row.id)
        ),
        "signer": envelope.seal(key, kept, _context(Label.SESSION_SIGNER, owner, row.id)),
        "site_version": site.current,
    }


def _erase(db: Db, row_id: bytes) -> None:
    begin_write(db)
    db.execute(update(Session).where(Session.id == row_id).values(**KEYLESS))
    db.commit()


def _live_rows(db: Db, keyring: Keyring) -> list[Session]:
    return list(
        db.scalars(
            select(Session)
            .where(Session.account_id == keyring.account_id, Session.content_key.is_not(None))
            .order_by(Session.seen_at.desc())
            .execution_options(populate_existing=True)
        )
    )


def _device(keyring: Keyring, row: Session) -> Device:
    where = _context(Label.SESSION_LABEL, keyring.account_id, row.id)
    try:
        label = envelope.unpad(envelope.open_(keyring.content_key, row.label or b"", where))
    except CryptoError:
        label = b""
    return Device(
        _device_id(row.id),
        label.decode(errors="replace"),
        datetime.fromtimestamp(row.started_at, UTC),
        datetime.fromtimestamp(row.seen_at, UTC),
        row.id == keyring.session_id,
    )


def _device_id(row_id: bytes) -> str:
    return primitives.sha256(b"AG1 device", row_id)[:16].hex()


def _session_key(site: SiteKey, secret: bytes, version: int) -> bytes:
    return primitives.hkdf(secret, salt=site.derive("session", version), info=b"AG1 session")


def _context(label: Label, owner: UUID, row_id: bytes) -> Context:
    return context(label, owner=owner, object=UUID(bytes=row_id[:16]))


def _secret(cookie: str) -> bytes:
    try:
        secret = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    except (binascii.Error, ValueError) as error:
        raise SessionEnded from error
    if len(secret) != 32:
        raise SessionEnded
    return secret
