"""What the sharing pages show."""

from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import access_log, consent, covering, heads, reader_keys, receipts
from journal.core.errors import NotFound
from journal.core.grants import GrantView
from journal.core.keyring import Keyring
from journal.core.receipts import ReceiptView
from journal.features.sharing.opening_log import by_day, looks, weight
from journal.features.sharing.overview import Reader, overview
from journal.web import room

LINES_A_PAGE = 20  # at most; fewer where they name much
UNREADABLE = "unreadable"


def readers(db: Session, keyring: Keyring, now: datetime) -> list[Reader]:
    """Return every therapist who has or had a grant, the living first."""
    return _readers(db, keyring, consent.all_grants(db, keyring, now=now), now)


def missing(db: Session, keyring: Keyring) -> dict[str, int]:
    """Return how many lines of the log, at least, and how many receipts are gone."""
    return {
        "missing_lines": sum(heads.missing_lines(db, keyring).values()),
        "missing_receipts": heads.missing_receipts(db, keyring),
    }


def one_reader(db: Session, keyring: Keyring, grant: GrantView, now: datetime) -> dict[str, Any]:
    """Return one therapist's part."""
    [reader] = _readers(db, keyring, [grant], now)
    return {"reader": reader}


def log(
    db: Session, keyring: Keyring, first: int, now: datetime, by: UUID | None = None
) -> dict[str, Any]:
    """Return one page of the log, by day, and what is wrong with the whole.

    first: how many lines are newer than the page's; by: the one grant it is about, NotFound for
    none of hers, None for all. Damage to any log is told on each page. Only what stands on it, and
    what the days before it hold, is opened.
    """
    every = access_log.logs(db, keyring, now=now)
    if by is not None and by not in every:
        raise NotFound("no grant of hers")
    logs = every.values()
    chosen = logs if by is None else [every[by]]
    found = list(islice(looks(access_log.lines(chosen)), first, first + LINES_A_PAGE + 1))
    asked = [look.told() for look in found[:LINES_A_PAGE]]
    there = covering.several(db, keyring, {one for look in asked for one in look.event.records})
    there = {one.id: one for one in there.values() if one.readable}
    shown = asked[: room.fitting(weight(look, there) for look in asked)]
    doubted = {log.reader_name for log in logs if not log.sound}
    doubted |= {look.event.reader_name for look in shown if not look.event.genuine}
    return {
        "days": by_day([look for look in shown if look.event.name != UNREADABLE], there),
        "missing_lines": sum(heads.missing_lines(db, keyring).values()),
        "doubted": sorted(doubted),
        "first": first,
        "by": by,
        "name": "" if by is None else every[by].reader_name,
        "older": first + len(shown) if len(found) > len(shown) else None,
    }


def all_receipts(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any]:
    """Return the receipts, the newest first, and each grant's therapist by name."""
    grants = consent.all_grants(db, keyring, now=now)
    return {
        "receipts": receipts.listed(db, keyring),
        "missing_receipts": heads.missing_receipts(db, keyring),
        "names": {grant.id: grant.reader_name for grant in grants},
    }


def newest_receipt(db: Session, keyring: Keyring, grant_id: UUID) -> ReceiptView:
    """Return the last thing that was said about a grant; NotFound when there is no such grant."""
    for receipt in receipts.listed(db, keyring):
        if receipt.grant_id == grant_id:
            return receipt
    raise NotFound


def _readers(db: Session, keyring: Keyring, grants: list[GrantView], now: datetime) -> list[Reader]:
    logs = access_log.logs(db, keyring, now=now)
    looked = reader_keys.look(db, keyring)
    return overview(grants, logs, covering.shared_singly(db, keyring), looked)
