"""Slowing guesses down: failures counted by keyed hashes of what was guessed and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import Table, bindparam, case, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from journal.core.accounts import normalised
from journal.core.errors import Throttled
from journal.core.locking import begin_write
from journal.core.models import Throttle
from journal.crypto import primitives

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey

WINDOW_SECONDS = 15 * 60
PER_ADDRESS = 10  # by one guesser: one network, or one browser that was signed in before
PER_ADDRESS_EVERYWHERE = 50
PER_NETWORK = 100

COUNT = cast("Table", Throttle.__table__).c
# All of a try's in one question, made once: many who are told to come back ask it in one moment.
COUNTED = select(COUNT.key, COUNT.started_at, COUNT.failures).where(
    COUNT.key.in_(bindparam("keys", expanding=True))
)


class Counter(NamedTuple):
    """Something failures are counted under, how many close it, and whether success forgives."""

    name: str
    most: int
    forgiven: bool = False


def at_address(
    address: str, network: str, *, by: str = "password", browser: str = ""
) -> list[Counter]:
    """What a try at an e-mail address counts under; by: the secret that is tried.

    A stranger closes an address for their own network only, until there are very many of
    them. A browser that was signed in there before (its name, else "") counts for itself, so
    that no stranger closes it (OWASP, device cookies).
    """
    tried = f"{by}|{normalised(address)}"
    whole = Counter(f"network|{network}", PER_NETWORK)
    if browser:
        return [Counter(f"browser|{tried}|{browser}", PER_ADDRESS, forgiven=True), whole]
    return [
        Counter(f"pair|{tried}|{network}", PER_ADDRESS, forgiven=True),
        Counter(f"address|{tried}", PER_ADDRESS_EVERYWHERE),
        whole,
    ]


def at_account(name: str, network: str) -> list[Counter]:
    """What a try behind a session or a link counts under: a stranger does not come so far."""
    return [
        Counter(f"account|{name}", PER_ADDRESS, forgiven=True),
        Counter(f"network|{network}", PER_NETWORK),
    ]


def check(db: Session, site: SiteKey, counters: Sequence[Counter], *, now: datetime) -> None:
    """Throttled when one of these failed too often in the last quarter hour."""
    instant = int(now.timestamp())
    keys = [_key(site, counter) for counter in counters]
    found = {row.key: row for row in db.execute(COUNTED, {"keys": keys})}
    for key, counter in zip(keys, counters, strict=True):
        row = found.get(key)
        # A window far ahead was begun before the clock was set back: nobody waits hours for it.
        # Nodes whose clocks differ by less than a window count in the same one.
        if row is None or abs(row.started_at - instant) >= WINDOW_SECONDS:
            continue
        if row.failures >= counter.most:
            raise Throttled(row.started_at + WINDOW_SECONDS - instant)


def note_failure(db: Session, site: SiteKey, counters: Sequence[Counter], *, now: datetime) -> None:
    """Count one failure for each; the caller commits."""
    instant = int(now.timestamp())
    begin_write(db)
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    over = or_(
        Throttle.started_at + WINDOW_SECONDS <= instant,
        Throttle.started_at - WINDOW_SECONDS >= instant,
    )
    # In one order for everybody: two guessers would otherwise wait for each other.
    for key in sorted(_key(site, counter) for counter in counters):
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


def clear(db: Session, site: SiteKey, counters: Sequence[Counter]) -> None:
    """Forget the mistakes of who has just proved themselves; what strangers did stays."""
    begin_write(db)
    keys = [_key(site, counter) for counter in counters if counter.forgiven]
    db.execute(delete(Throttle).where(Throttle.key.in_(keys)))


def sweep(db: Session, *, now: datetime) -> None:
    begin_write(db)
    db.execute(delete(Throttle).where(Throttle.started_at <= int(now.timestamp()) - WINDOW_SECONDS))


def browser_mark(site: SiteKey, browser: str, address: str, version: int | None = None) -> bytes:
    """16 bytes that only this site can make: this browser was signed in at this address."""
    name = f"known browser|{browser}|{normalised(address)}"
    return primitives.hmac_sha256(site.derive("throttle", version), name.encode())[:16]


def _key(site: SiteKey, counter: Counter) -> bytes:
    return primitives.hmac_sha256(site.derive("throttle"), counter.name.encode())
