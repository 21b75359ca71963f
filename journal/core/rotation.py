"""After an ending: every row a former reader could open gets a key she never had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from journal.core import bin as recycled
from journal.core import (
    consent,
    endings,
    grants,
    raw_rows,
    reader_keys,
    receipts,
    replaying,
    resealing,
    scopes,
    shares,
    strata,
)
from journal.core.errors import Damaged
from journal.core.locking import begin_write
from journal.core.models import Grant, GrantKey, Record, ReEncryption, ScopeKey
from journal.core.rows import RECORD
from journal.core.scopes import KeyAddress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

# Others' saves wait while a batch holds the lock: a tenth of a second or two.
BATCH = 1000


def settle(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """What waits for the patient's own keys: run at sign-in; commits as it goes."""
    replaying.make_good(db, keyring, now=now)
    _catch_up(db, keyring, now)
    endings.expire_due(db, now=now, patient_id=keyring.account_id)
    _raise_expired(db, keyring, now)
    recycled.empty(db, keyring, now=now)
    db.commit()
    finish(db, keyring, now=now)


def finish(db: Session, keyring: Keyring, *, now: datetime) -> None:
    """Re-encrypt in batches, each committed; then drop the keys that open nothing.

    Killed anywhere it goes on from where the rows stand: a row below its stratum's newest
    generation, or noted in `re_encryptions`, is still to do.
    """
    if not _waiting(db, keyring):
        return
    done: set[KeyAddress] = set()
    finished = False
    while not finished:
        for address in sorted(_raised(db, keyring) - done):
            _reseal_stratum(db, keyring, address, now)
            done.add(address)
        while noted := _noted(db, keyring):
            _reseal_noted(db, keyring, noted, now)
        finished = _drop_old_keys(db, keyring, done)


def _catch_up(db: Session, keyring: Keyring, now: datetime) -> None:
    """Follow what readers announced; hand over what was held back from one who is herself again."""
    try:
        reader_keys.follow(db, keyring, now=now)
        looked = reader_keys.look(db, keyring)
    except Damaged:
        # A state that does not open is told at sign-in; what has ended must end all the same.
        return
    due = {one for one, found in looked.items() if found.pin.held_back and not found.stopped}
    if due:
        begin_write(db, keyring.account_id)
        for grant in grants.living(db, keyring, now=now):
            if grant.id in due:
                strata.catch_up(db, keyring, grant)
                shares.catch_up(db, keyring, grant.id, now=now)
        for grant_id in due:
            reader_keys.caught_up(db, keyring, grant_id)
    db.commit()


def _waiting(db: Session, keyring: Keyring) -> bool:
    waiting = select(Grant.id).where(
        Grant.account_id == keyring.account_id, Grant.rotation != "none"
    )
    return db.scalar(waiting.limit(1)) is not None


def _raise_expired(db: Session, keyring: Keyring, now: datetime) -> None:
    due = db.execute(
        select(Grant.id, Grant.status).where(
            Grant.account_id == keyring.account_id, Grant.rotation == "due"
        )
    ).all()
    if not due:
        return
    begin_write(db, keyring.account_id)
    remaining = reader_keys.trusted(db, keyring, now=now)
    for grant_id, status in due:
        if status == grants.LEFT:
            # Said by the patient's own key, so that no writer to the database takes it back.
            consent.revoke(db, keyring, grant_id, now=now, status=status)
            continue
        try:
            expired = grants.held(db, keyring, grant_id, now=now)
        except Damaged:
            strata.raise_all(db, keyring, remaining)
        else:
            for term in expired.statement.scopes:
                strata.raise_generations(db, keyring, term.scope_id, term.first_stratum, remaining)
            last = grants.statements(db, keyring.account_id, grant_id, expired.key)[-1]
            receipts.append(db, keyring, "expired", last, now=now)
    db.execute(
        update(Grant)
        .where(Grant.account_id == keyring.account_id, Grant.id.in_([row.id for row in due]))
        .values(rotation="running")
    )
    db.commit()


def _raised(db: Session, keyring: Keyring) -> set[KeyAddress]:
    """The newest key of every stratum that had an older one."""
    return {
        KeyAddress(scope_id, stratum, generation)
        for scope_id in scopes.names(db, keyring)
        for stratum, generation in scopes.strata(db, keyring, scope_id).items()
        if generation > 1
    }


def _reseal_stratum(db: Session, keyring: Keyring, address: KeyAddress, now: datetime) -> None:
    """Every row of a stratum below this generation, in the order in which they lie there."""
    asked = {"owner": keyring.account_id, **address._asdict(), "batch": BATCH}
    statement, more = _BEHIND, True
    while more:
        begin_write(db, keyring.account_id)
        found, more = raw_rows.fetch(db, statement, asked)
        resealing.reseal(db, keyring, found, now=now)
        db.commit()
        if more:
            statement = _BEHIND_AFTER
            asked |= {"position": found[-1][2], "record": raw_rows.as_uuid(found[-1][0])}


_BEHIND = (
    raw_rows.LOCATED.where(
        RECORD.account_id == bindparam("owner"),
        RECORD.scope_id == bindparam("scope_id"),
        RECORD.stratum == bindparam("stratum"),
        RECORD.generation < bindparam("generation"),
    )
    .order_by(RECORD.position, RECORD.id)
    .limit(bindparam("batch"))
)
# One that does not open stays behind: without this it would come again for ever.
_BEHIND_AFTER = _BEHIND.where(
    RECORD.position >= bindparam("position"),
    (RECORD.position > bindparam("position")) | (RECORD.id > bindparam("record")),
)


def _noted(db: Session, keyring: Keyring) -> Sequence[UUID]:
    noted = select(ReEncryption.record_id).where(ReEncryption.account_id == keyring.account_id)
    return db.scalars(noted.limit(BATCH)).all()


def _reseal_noted(db: Session, keyring: Keyring, noted: Sequence[UUID], now: datetime) -> None:
    begin_write(db, keyring.account_id)
    done = resealing.reseal_named(db, keyring, noted, now=now)
    db.execute(
        delete(ReEncryption).where(
            ReEncryption.account_id == keyring.account_id, ReEncryption.record_id.in_(done)
        )
    )
    db.commit()


def _drop_old_keys(db: Session, keyring: Keyring, done: set[KeyAddress]) -> bool:
    """Erase every generation that is not the newest and under which no row lies any more.

    False, and nothing erased, when another consent ended meanwhile: its rows would stay behind.
    """
    begin_write(db, keyring.account_id)
    if not _raised(db, keyring) <= done or _noted(db, keyring):
        return False
    owner = keyring.account_id
    in_use = set(
        db.execute(
            select(Record.scope_id, Record.stratum, Record.generation)
            .where(Record.account_id == owner)
            .distinct()
        ).all()
    )
    for scope_id in scopes.names(db, keyring):
        for stratum, newest in scopes.strata(db, keyring, scope_id).items():
            for generation in range(1, newest):
                if (scope_id, stratum, generation) in in_use:
                    continue
                keyring.scope_keys.pop((scope_id, stratum, generation), None)
                for table in (ScopeKey, GrantKey):
                    db.execute(
                        delete(table).where(
                            table.account_id == owner,
                            table.scope_id == scope_id,
                            table.stratum == stratum,
                            table.generation == generation,
                        )
                    )
    db.execute(
        update(Grant)
        .where(Grant.account_id == owner, Grant.rotation == "running")
        .values(rotation="none")
    )
    db.commit()
    return True
