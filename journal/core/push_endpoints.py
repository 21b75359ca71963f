"""Browsers that take notices, and the key that push services know this clinic by."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from journal.core import site_sealed
from journal.core.errors import Damaged
from journal.core.locking import begin_write
from journal.core.reminder_models import Outgoing, PushEndpoint, PushKey
from journal.crypto import primitives

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey

MOST = 10
# Push services refuse more than a day.
_VALID_SECONDS = 12 * 60 * 60


def add(db: Session, site: SiteKey, account_id: UUID, address: str) -> None:
    """Keep an endpoint's address, once; the oldest give way to more than MOST; caller commits."""
    begin_write(db, account_id)
    mine = PushEndpoint.account_id == account_id
    kept = db.scalars(select(PushEndpoint.id).where(mine)).all()
    same = [one for one in kept if address_of(db, site, account_id, one) == address]
    for old in (*same, *kept[MOST - 1 :]):
        drop(db, account_id, old)
    key = {"account_id": account_id, "id": uuid4()}
    sealed = site_sealed.seal(site_sealed.ENDPOINTS, site, key, address.encode())
    db.execute(insert(PushEndpoint).values(**key, **sealed))


def count(db: Session, account_id: UUID) -> int:
    """How many browsers take somebody's notices."""
    found = select(func.count()).where(PushEndpoint.account_id == account_id)
    return db.scalar(found) or 0


def address_of(db: Session, site: SiteKey, account_id: UUID, endpoint_id: UUID) -> str | None:
    """Where one endpoint is; None when it is gone or does not open."""
    found = db.execute(
        select(PushEndpoint.__table__).where(
            PushEndpoint.account_id == account_id, PushEndpoint.id == endpoint_id
        )
    ).first()
    try:
        return site_sealed.open_(site_sealed.ENDPOINTS, site, found).decode() if found else None
    except Damaged:
        return None


def drop(db: Session, account_id: UUID, endpoint_id: UUID) -> None:
    """Forget one endpoint and what was on its way there; the caller commits."""
    begin_write(db, account_id)
    for table, column in ((Outgoing, Outgoing.endpoint_id), (PushEndpoint, PushEndpoint.id)):
        db.execute(delete(table).where(table.account_id == account_id, column == endpoint_id))


def drop_all(db: Session, account_id: UUID) -> None:
    """Forget all of somebody's endpoints; the caller commits."""
    begin_write(db, account_id)
    for one in db.scalars(select(PushEndpoint.id).where(PushEndpoint.account_id == account_id)):
        drop(db, account_id, one)


def make_key(db: Session, site: SiteKey) -> None:
    """Make the clinic's key if there is none; commits."""
    begin_write(db)
    if db.scalar(select(PushKey.id)) is None:
        key = {"id": site_sealed.NOBODY}
        sealed = site_sealed.seal(site_sealed.PUSH_KEYS, site, key, primitives.make_p256())
        try:
            db.execute(insert(PushKey).values(**key, **sealed))
        except IntegrityError:
            db.rollback()  # another node was quicker
    db.commit()


def public_key(db: Session, site: SiteKey) -> str | None:
    """The clinic's public key as browsers take it; None before there is one."""
    secret = _secret(db, site)
    return None if secret is None else _text(primitives.p256_public(secret))


def authorization(
    db: Session, site: SiteKey, *, origin: str, contact: str, now: datetime
) -> str | None:
    """The header by which a push service knows the clinic (RFC 8292); None without a key."""
    secret = _secret(db, site)
    if secret is None:
        return None
    until = int(now.timestamp()) + _VALID_SECONDS
    claims = {"aud": origin, "exp": until, "sub": contact}
    parts = [_text(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "ES256"}, claims)]
    signature = _text(primitives.p256_sign(secret, ".".join(parts).encode()))
    public = _text(primitives.p256_public(secret))
    return f"vapid t={'.'.join(parts)}.{signature}, k={public}"


def _secret(db: Session, site: SiteKey) -> bytes | None:
    found = db.execute(select(PushKey.__table__)).first()
    return site_sealed.open_(site_sealed.PUSH_KEYS, site, found) if found else None


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
