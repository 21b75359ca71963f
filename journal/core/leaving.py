"""Leaving: every consent ends at once, the account itself only after days in which to come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from journal.core import consent, endings, grants, invitations, tombstones
from journal.core.locking import begin_write
from journal.core.models import (
    Account,
    CaseloadRow,
    Grant,
    Invitation,
    Leaving,
    Session,
    Tombstone,
)
from journal.core.state import read_state

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session as Database

    from journal.core.keyring import Keyring

LEAVING = cast("Table", Leaving.__table__).c
# Every page asks: made once, it costs a seventh.
PENDING = select(LEAVING.asked_at, LEAVING.erase_at).where(LEAVING.account_id == bindparam("owner"))
WAITS = timedelta(days=7)
TOLD_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Pending:
    """When somebody asked to leave, and from when on everything of theirs is erased."""

    asked_at: datetime
    erase_at: datetime


@dataclass(frozen=True, slots=True)
class Departed:
    """A patient who is erased, by the label that her therapist gave, and when that was."""

    label: str
    at: datetime


def pending(db: Database, account_id: UUID) -> Pending | None:
    """What an account waits for; None for one that stays."""
    row = db.execute(PENDING, {"owner": account_id}).first()
    if row is None:
        return None
    return Pending(*(datetime.fromtimestamp(seconds, UTC) for seconds in row))


def ask(db: Database, keyring: Keyring, *, now: datetime) -> None:
    """End every consent at once and set the erasure's day; commits. Asked again moves no day.

    A patient's consents end in one transaction with it. A therapist's belong to her patients,
    whose rows must not be waited for while hers are held: they follow in a second one, which
    `close_readers` does again if this is killed in between.
    """
    if keyring.role == "therapist":
        invitations.withdraw_all(db, keyring)
    begin_write(db, keyring.account_id)
    if pending(db, keyring.account_id) is None:
        _note(db, keyring.account_id, now)
    if keyring.role == "patient":
        _end_own(db, keyring, now)
    db.commit()
    if keyring.role == "therapist":
        close_reader(db, keyring.account_id, now=now)


def cancel(db: Database, account_id: UUID) -> bool:
    """Stay after all; the caller commits. What ended with the leaving stays ended."""
    begin_write(db, account_id)
    gone = delete(Leaving).where(Leaving.account_id == account_id).returning(Leaving.account_id)
    return db.execute(gone).first() is not None


def close_reader(db: Database, reader_id: UUID, *, now: datetime) -> int:
    """Erase everything sealed to one therapist, in one transaction; commits; how many consents."""
    begin_write(db)
    live = select(Grant.account_id, Grant.id).where(
        Grant.reader_id == reader_id, Grant.status == grants.LIVE
    )
    # In one order everywhere: two therapists who leave at once would wait for each other.
    for patient_id in sorted(db.scalars(live.with_only_columns(Grant.account_id).distinct())):
        begin_write(db, patient_id)
    found = db.execute(live).all()
    for patient_id, grant_id in found:
        endings.close(db, patient_id, grant_id, grants.LEFT, rotation="due", now=now)
    db.commit()
    return len(found)


def close_readers(db: Database, *, now: datetime) -> None:
    """Close what therapists who are leaving still hold: an asking that was killed halfway."""
    left = select(Grant.reader_id).join(Leaving, Leaving.account_id == Grant.reader_id)
    for reader_id in db.scalars(left.where(Grant.status == grants.LIVE).distinct()).all():
        close_reader(db, reader_id, now=now)


def end_therapist(db: Database, account_id: UUID, *, now: datetime) -> int | None:
    """Close a therapist out who can't do it: sessions, invitations, consents; commits.

    How many consents that were; None when the account is no therapist's. The account stays.
    """
    role = db.scalar(select(Account.role).where(Account.id == account_id))
    if role != "therapist":
        return None
    begin_write(db)
    db.execute(
        update(Invitation)
        .where(Invitation.inviter_id == account_id, Invitation.status == invitations.OPEN)
        .values(status=invitations.WITHDRAWN)
    )
    begin_write(db, account_id)
    keyless = {"content_key": None, "signer": None, "certificate": None, "label": None}
    db.execute(update(Session).where(Session.account_id == account_id).values(**keyless))
    db.commit()
    return close_reader(db, account_id, now=now)


def departed(db: Database, keyring: Keyring, *, now: datetime) -> list[Departed]:
    """Who of a therapist's patients was erased lately, the latest first; of several grants once.

    Nothing of the patient is left to ask: the label is the therapist's own.
    """
    rows = db.execute(
        select(CaseloadRow.grant_id, CaseloadRow.patient_id, Tombstone.at)
        .join(Tombstone, Tombstone.account_id == CaseloadRow.patient_id)
        .where(
            CaseloadRow.account_id == keyring.account_id,
            Tombstone.kind == tombstones.ACCOUNT,
            Tombstone.at > int((now - TOLD_FOR).timestamp()),
        )
        .order_by(Tombstone.at.desc())
    ).all()
    pins = read_state(db, keyring).get("patients", {}) if rows else {}
    found = {
        row.patient_id: Departed(
            pins.get(str(row.grant_id), {}).get("label", ""), datetime.fromtimestamp(row.at, UTC)
        )
        for row in rows
    }
    return list(found.values())


def wait_anew(db: Database, *, now: datetime) -> None:
    """After a restore: a yes to staying may be lost with the days since, so each waits again."""
    until = int((now + WAITS).timestamp())
    db.execute(update(Leaving).where(Leaving.erase_at < until).values(erase_at=until))


def _note(db: Database, account_id: UUID, now: datetime) -> None:
    asked = int(now.timestamp())
    until = asked + int(WAITS.total_seconds())
    db.execute(insert(Leaving).values(account_id=account_id, asked_at=asked, erase_at=until))


def _end_own(db: Database, keyring: Keyring, now: datetime) -> None:
    live = select(Grant.id).where(
        Grant.account_id == keyring.account_id, Grant.status == grants.LIVE
    )
    for grant_id in db.scalars(live).all():
        consent.revoke(db, keyring, grant_id, now=now)
