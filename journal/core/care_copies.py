"""A patient's copies of what her therapists recorded: taken in once, as the therapist's word."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, func, select, update

from journal.core import care_reports, grants, owning, pinning, reader_keys, records, rows
from journal.core.errors import Damaged, NotFound
from journal.core.locking import begin_write
from journal.core.models import CareCopy
from journal.core.slots import shred_key_of
from journal.crypto import care_copy, envelope
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.care_reports import Report
    from journal.core.keyring import Keyring
    from journal.core.sealing import SealedRecord

    # A kind's name and what a report says; ValueError for what its pages could not show.
    Check = Callable[[str, dict[str, Any]], object]

SCOPE = "care"
BATCH = 50
UNOPENED, UNREAD, UNSIGNED, LATE, TAKEN = "unopened", "unread", "unsigned", "late", "taken"
AHEAD = "ahead"
# How far apart the clocks of two nodes may be. What was said in years to come would stay the
# newest word for years: nothing that is said later could take its place.
SKEW = timedelta(hours=1)

COPY = cast("Table", CareCopy.__table__).c
WAITING = (
    select(COPY.id, COPY.sealed)
    .where(COPY.account_id == bindparam("owner"), COPY.refused.is_(None))
    .limit(BATCH)
)


class _Refused(ValueError):
    """A copy that does not become a record; its text says why."""


class Taken(NamedTuple):
    """How many copies were looked at just now, and how many of them were not taken in."""

    looked_at: int
    refused: int


def take_in(
    db: Session,
    keyring: Keyring,
    check: Check,
    *,
    now: datetime,
    then: Callable[[], object] = lambda: None,
) -> Taken:
    """Make records of what waits, each in the transaction that erases its copy; commits.

    An older copy than the one already taken in changes nothing. Without any it is one query.
    `then` is called before a commit, for what is made of the records.
    """
    looked_at = refused = 0
    while _waiting(db, keyring):
        begin_write(db, keyring.account_id)
        for row in _waiting(db, keyring):
            looked_at += 1
            this = (CareCopy.account_id == keyring.account_id) & (CareCopy.id == row.id)
            try:
                _take(db, keyring, row, check, now)
            except _Refused as why:
                refused += 1
                db.execute(update(CareCopy).where(this).values(refused=str(why)))
            else:
                db.execute(delete(CareCopy).where(this))
        then()
        db.commit()
    return Taken(looked_at, refused)


def refused(db: Session, keyring: Keyring) -> int:
    """How many copies came that were not a therapist's word, or could not be read."""
    ours = (CareCopy.account_id == keyring.account_id) & CareCopy.refused.is_not(None)
    return db.scalar(select(func.count()).select_from(CareCopy).where(ours)) or 0


def _waiting(db: Session, keyring: Keyring) -> list[Any]:
    return list(db.execute(WAITING, {"owner": keyring.account_id}).all())


def _take(db: Session, keyring: Keyring, row: Any, check: Check, now: datetime) -> None:
    signed = _open(db, keyring, row)
    reports = _verified(db, keyring, row.id, signed)
    last = reports[-1]
    _refuse_late(db, keyring, last, now)
    if any(one.at > (now + SKEW).timestamp() for one in reports):
        raise _Refused(AHEAD)
    try:
        for report in reports:
            check(report.kind, report.says)
        occurs = datetime.fromtimestamp(last.occurs, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _Refused(UNREAD) from error
    content = {"grant": str(last.subject.grant), "reports": signed}
    before = rows.one(db, keyring.account_id, row.id)
    if before is None:
        records.write(
            db,
            keyring,
            record_id=row.id,
            kind=last.kind,
            scope=SCOPE,
            content=content,
            occurred_at=occurs,
            now=now,
        )
    else:
        _replace(db, keyring, before, last, content, occurs, now)


def _replace(
    db: Session,
    keyring: Keyring,
    before: SealedRecord,
    last: Report,
    content: dict[str, Any],
    occurs: datetime,
    now: datetime,
) -> None:
    try:
        opened = owning.open_row(db, keyring, before)
    except NotFound as error:
        raise _Refused(TAKEN) from error
    # A therapist may name any id: that of her patient's own words must not be hers to replace.
    if (opened.kind, opened.content.get("grant")) != (last.kind, content["grant"]):
        raise _Refused(TAKEN)
    if opened.binned is not None or care_reports.read(opened.content["reports"][-1]).n >= last.n:
        return
    records.edit(
        db,
        keyring,
        record_id=opened.id,
        version=opened.version,
        content=content,
        occurred_at=occurs,
        now=now,
    )


def _open(db: Session, keyring: Keyring, row: Any) -> list[Any]:
    try:
        padded = care_copy.open_copy(
            row.sealed,
            patient_seed=pinning.sealing_seed(db, keyring),
            patient_shred_key=shred_key_of(db, keyring.account_id),
            patient=keyring.account_id,
            copy=row.id,
        )
        signed = json.loads(envelope.unpad(padded))
    except (CryptoError, ValueError, RecursionError) as error:
        raise _Refused(UNOPENED) from error
    if not isinstance(signed, list) or not 0 < len(signed) <= care_reports.MOST_KEPT:
        raise _Refused(UNREAD)
    return signed


def _verified(db: Session, keyring: Keyring, copy_id: UUID, signed: list[Any]) -> list[Report]:
    """The reports, each the pinned therapist's, about this copy, one after the other."""
    try:
        grant_id = care_reports.read(signed[0]).subject.grant
        looked = reader_keys.look(db, keyring).get(grant_id)
        if looked is None:
            raise _Refused(UNSIGNED)
        found = [care_reports.verify(one, looked.pin) for one in signed]
    except CryptoError as error:
        raise _Refused(UNSIGNED) from error
    subject = care_reports.Subject(grant_id, keyring.account_id, copy_id)
    if any((one.subject, one.reader) != (subject, looked.pin.account) for one in found):
        raise _Refused(UNSIGNED)
    if len({one.kind for one in found}) != 1:
        raise _Refused(UNSIGNED)
    if any(later.n != one.n + 1 for one, later in pairwise(found)):
        raise _Refused(UNSIGNED)
    return found


def _refuse_late(db: Session, keyring: Keyring, last: Report, now: datetime) -> None:
    """After a grant's end its therapist says nothing more to this patient."""
    try:
        held = grants.held(db, keyring, last.subject.grant, now=now)
    except (Damaged, NotFound) as error:
        raise _Refused(UNSIGNED) from error
    said = held.statement
    if said.status == grants.ENDED and last.at > said.made_at:
        raise _Refused(LATE)
    if said.not_after is not None and last.at >= said.not_after:
        raise _Refused(LATE)
