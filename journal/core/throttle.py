"""Slowing guesses down: failures counted by keyed hashes of an address and of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from journal.core.accounts import normalised
from journal.core.errors import Throttled
from journal.core.locking import begin_write
from journal.core.models import Throttle
from journal.crypto import primitives

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey

WINDOW_SECONDS = 15 * 60
PER_ADDRESS = 10
PER_NETWORK = 100


def check(db: Session, site: SiteKey, *, address: str, network: str, now: datetime) -> None:
    """Throttled when this address or this network failed too often in the last quarter hour."""
    instant = int(now.timestamp())
    for key, most in _keys(site, address, network):
        row = db.execute(
            select(Throttle.started_at, Throttle.failures).where(Throttle.key == key)
        ).first()
        if row is None or row.started_at + WINDOW_SECONDS <= instant:
            continue
        if row.failures >= most:
            raise Throttled(row.started_at + WINDOW_SECONDS - instant)


def note_failure(db: Session, site: SiteKey, *, address: str, network: str, now: datetime) -> None:
    """Count one failure for both; the caller commits."""
    instant = int(now.timestamp())
    begin_write(db)
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    over = Throttle.started_at + WINDOW_SECONDS <= instant
    for key, _ in _keys(site, address, network):
        db.execute(
            insert(Throttle)
            .values(key=key, started_at=instant, failures=1)
            .on_conflict_do_update(
                index_elements=[Throttle.key],
                set_={
                    "started_at": case((over, instant), else_=Throttle.started_at),
                    "failures": case((over, 1), else_=Throttle.failures + 1),
                },
            )
        )


def clear(db: Session, site: SiteKey, *, address: str) -> None:
    """Forget the failures of an address that has just proved itself; its network keeps its own."""
    begin_write(db)
    db.execute(delete(Throttle).where(Throttle.key == _key(site, "address", normalised(address))))


def sweep(db: Session, *, now: datetime) -> None:
    begin_write(db)
    db.execute(delete(Throttle).where(Throttle.started_at <= int(now.timestamp()) - WINDOW_SECONDS))


def _keys(site: SiteKey, address: str, network: str) -> list[tuple[bytes, int]]:
    return [
        (_key(site, "address", normalised(address)), PER_ADDRESS),
        (_key(site, "network", network), PER_NETWORK),
    ]


def _key(site: SiteKey, kind: str, value: str) -> bytes:
    return primitives.hmac_sha256(site.derive("throttle"), f"{kind}|{value}".encode())
