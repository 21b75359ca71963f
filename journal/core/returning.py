"""After a new start: a reader gives back what she can read, sealed for her patient's new keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, insert, select

from journal.core import (
    access_log,
    endings,
    grants,
    owning,
    policy,
    reading,
    records,
    revealing,
    rows,
)
from journal.core.errors import NotFound
from journal.core.locking import begin_write
from journal.core.models import Record, ReturnedRecord
from journal.core.scopes import PRIVATE
from journal.core.state import State, read_state
from journal.crypto import envelope
from journal.crypto.context import Context, Label, context
from journal.crypto.grant import derive_return_key
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.opened import Opened
    from journal.core.reading import OpenGrant

BATCH = 200
PADDED_TO = 512


def waiting(db: Session, keyring: Keyring, grant: OpenGrant, *, now: datetime) -> int:
    """How many records she can read from before this patient's new start; opens none."""
    return sum(_count(db, source) for source in _sources(db, keyring, grant.id, now))


def newer(state: State, grant_id: UUID) -> UUID | None:
    """The grant under this patient's newer keys; None where there is none."""
    kept = state.get("patients", {})
    mine = kept.get(str(grant_id))
    if mine is None:
        return None
    # In the order in which they were pinned: no clock can turn it round.
    newest = _of_same(kept, mine)[-1]
    return UUID(newest) if kept[newest]["patient"] != mine["patient"] else None


def give_back(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> int:
    """Seal all that she reads under older keys for this grant's patient; commits as it goes.

    Killed anywhere it goes on where it stopped. How many records that were. What was given
    back closes the consent that it was read under: nothing else hangs from it any more.
    """
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    given = 0
    for source in _sources(db, keyring, grant_id, now):
        before: str | None = _resumed(db, grant, source)
        more = True
        while more:
            page = records.list_as_reader(
                db,
                keyring,
                source,
                scopes=source.scopes,
                singly=True,
                event="opened",
                before=before,
                limit=BATCH,
                now=now,
            )
            given += _put(db, keyring, grant, [one for one in page.items if one.readable], now)
            before, more = page.next_cursor, page.next_cursor is not None
        begin_write(db, source.patient_id)
        endings.close(db, source.patient_id, source.id, grants.ENDED, rotation="none", now=now)
        db.commit()
    return given


def place(patient_id: UUID, grant_id: UUID, record_id: UUID) -> Context:
    """What a returned record is bound to."""
    return context(Label.RETURNED_RECORD, owner=patient_id, scope=grant_id, object=record_id)


def _of_same(kept: dict[str, Any], mine: dict[str, Any]) -> list[str]:
    account = _account(mine)
    return [text for text, pin in kept.items() if _account(pin) == account]


def _account(pin: dict[str, Any]) -> UUID:
    return PublicIdentity.decode(bytes.fromhex(pin["patient"])).account


def _sources(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> list[OpenGrant]:
    """Her living grants of the same patient under keys from before this grant's."""
    state = read_state(db, keyring)
    kept = state.get("patients", {})
    mine = kept.get(str(grant_id))
    older = [] if mine is None else _of_same(kept, mine)
    found = []
    for text in older:
        if newer(state, UUID(text)) != grant_id:
            continue
        try:
            found.append(reading.open_grant(db, keyring, UUID(text), now=now))
        except NotFound:
            # It ended, and so there is nothing that she could give back.
            continue
    return found


def _count(db: Session, source: OpenGrant) -> int:
    covered = reading.covered(db, source, source.scopes, singly=True)
    there = select(func.count()).select_from(Record)
    return db.scalar(there.where(Record.account_id == source.patient_id, covered)) or 0


def _resumed(db: Session, grant: OpenGrant, source: OpenGrant) -> str | None:
    """The cursor behind the last record that a killed giving back came to."""
    last = db.scalar(
        select(ReturnedRecord.record_id)
        .where(_mine(grant))
        .order_by(ReturnedRecord.n.desc())
        .limit(1)
    )
    row = rows.one(db, source.patient_id, last) if last is not None else None
    if row is None or isinstance(revealing.decide(db, source, row), policy.Denied):
        return None  # it came from an earlier consent
    return owning.make_cursor(row)


def _put(
    db: Session, keyring: Keyring, grant: OpenGrant, opened: list[Opened], now: datetime
) -> int:
    """A batch with its line of the log in one commit."""
    begin_write(db, grant.patient_id)
    there = set(db.scalars(select(ReturnedRecord.record_id).where(_mine(grant))))
    fresh = [one for one in opened if one.id not in there]
    if not fresh:
        db.commit()
        return 0
    last = db.scalar(select(func.max(ReturnedRecord.n)).where(_mine(grant))) or 0
    key, at = derive_return_key(grant.target.key), int(now.timestamp())
    db.execute(
        insert(ReturnedRecord),
        [
            {
                "account_id": grant.patient_id,
                "grant_id": grant.id,
                "record_id": one.id,
                "n": n,
                "sealed": envelope.seal(
                    key, _plain(one, at), place(grant.patient_id, grant.id, one.id)
                ),
            }
            for n, one in enumerate(fresh, start=last + 1)
        ],
    )
    texts = access_log.as_texts([one.id for one in fresh])
    access_log.append(db, keyring, grant.target, "returned", now=now, records=texts)
    db.commit()
    return len(fresh)


def _mine(grant: OpenGrant) -> Any:
    return (ReturnedRecord.account_id == grant.patient_id) & (ReturnedRecord.grant_id == grant.id)


def _plain(one: Opened, at: int) -> bytes:
    """A single share tells no scope: it goes back where nobody else reads it."""
    plain = {
        "kind": one.kind,
        "scope": one.scope or PRIVATE,
        "content": one.content,
        "occurred_at": one.occurred_at.isoformat(),
        "written_at": one.written_at.isoformat(),
        "at": at,
    }
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return envelope.pad(text.encode("utf-8", "surrogatepass"), PADDED_TO)
