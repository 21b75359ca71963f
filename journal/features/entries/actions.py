"""Keeping, changing, deleting and sharing entries; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import bin as undo
from journal.core import consent, records, shares
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.records import Opened
from journal.features.entries import drafts
from journal.features.entries.entry import NAME, PRIVATE, Entry
from journal.features.entries.forms import Written
from journal.features.entries.leaf import Sent
from journal.web import copies, soft_window


def keep(db: Session, keyring: Keyring, sent: Sent, written: Written, *, now: datetime) -> Opened:
    """Write a new entry and erase its page's draft; the same one again returns what is there.

    StaleVersion when this id already holds other words (a form sent again after the browser's
    back button), NotFound("deleted") when they were deleted since.
    """
    begin_write(db, keyring.account_id)
    kept = records.write(
        db,
        keyring,
        record_id=sent.leaf.client_id,
        kind=NAME,
        scope=written.scope,
        content=written.entry.dump(),
        occurred_at=written.occurred_at,
        now=now,
    )
    if kept.kind != NAME:
        raise NotFound("another kind")
    if kept.binned is not None:
        raise NotFound("deleted")
    # What says no time was written now, whenever that is.
    moved = written.occurred_at != now and _minute(written.occurred_at) != _minute(kept.occurred_at)
    if moved or (Entry.load(kept.content), kept.scope) != (written.entry, written.scope):
        raise StaleVersion(kept)
    drafts.settle(db, keyring, sent)
    return kept


def change(
    db: Session,
    keyring: Keyring,
    sent: Sent,
    version: int,
    written: Written,
    *,
    now: datetime,
) -> Opened:
    """Save an entry over `version`, erase its page's draft; StaleVersion when it has moved on.

    On the day after a medicine session the words are saved and a wider audience waits.
    """
    record_id = sent.leaf.client_id
    if written.scope != PRIVATE:
        # A session that was recorded while the page stood open counts; taking it in commits.
        copies.take_in(db, keyring, now)
    begin_write(db, keyring.account_id)
    before = records.open_as_owner(db, keyring, record_id, kind=NAME)
    scope = soft_window.scope_now(db, keyring, before, written.scope, now)
    changed = records.edit(
        db,
        keyring,
        record_id=record_id,
        version=version,
        content=written.entry.dump(),
        occurred_at=written.occurred_at,
        scope=scope,
        now=now,
    )
    drafts.settle(db, keyring, sent)
    return changed


def delete(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Delete an entry with a day to undo; deleting it twice is deleting it once."""
    begin_write(db, keyring.account_id)
    try:
        records.open_as_owner(db, keyring, record_id, kind=NAME)
    except NotFound as error:
        if error.reason != "deleted":
            raise
        return
    records.remove(db, keyring, record_id, now=now)
    drafts.discard_all(db, keyring, record_id, now=now)


def restore(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Undo a deletion; NotFound after a day."""
    begin_write(db, keyring.account_id)
    undo.empty(db, keyring, now=now)
    if records.restore(db, keyring, record_id, now=now).kind != NAME:
        raise NotFound("another kind")


def share(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime) -> None:
    """Let one living grant read one entry."""
    begin_write(db, keyring.account_id)
    records.open_as_owner(db, keyring, record_id, kind=NAME)
    shares.share(db, keyring, grant_id, record_id, now=now)
    soft_window.settle(db, keyring, soft_window.SHARE, grant=str(grant_id), record=str(record_id))


def unshare(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, now: datetime
) -> None:
    """End a share; ending what has ended changes nothing. NotFound for no grant of one's own."""
    begin_write(db, keyring.account_id)
    records.open_as_owner(db, keyring, record_id, kind=NAME)
    consent.one_grant(db, keyring, grant_id, now=now)
    if grant_id in shares.grants_of(db, keyring, record_id):
        shares.unshare(db, keyring, grant_id, record_id, now=now)


def _minute(moment: datetime) -> datetime:
    """A page shows and sends whole minutes."""
    return moment.replace(second=0, microsecond=0)
