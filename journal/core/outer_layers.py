"""The site key's layer around slots, contacts and reminders: told without anybody's password."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select, update

from journal.core import site_sealed
from journal.core.accounts import email_index
from journal.core.locking import begin_write
from journal.core.models import Contact, KeySlot
from journal.crypto import envelope, keyslot
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey


class Layers(NamedTuple):
    """How many there are, and how many of them the site key does not open."""

    all: int
    closed: int


BATCH = 100


def versions(db: Session) -> dict[int, int]:
    """How many layers there are under each version of the site key."""
    found: dict[int, int] = {}
    for table in (Contact, KeySlot, *(kind.table for kind in site_sealed.KINDS)):
        counted = select(table.site_version, func.count()).group_by(table.site_version)
        for version, number in db.execute(counted):
            found[version] = found.get(version, 0) + number
    return found


def seal_anew(db: Session, site: SiteKey) -> Iterator[int]:
    """Bring every layer to the current version, a batch a commit; yields how many it moved.

    Each row tells its own version, so whoever is killed begins again and misses nothing. A layer
    that does not open stays as it is: it is counted by `versions`, and told by doctor.
    """
    ours = select(KeySlot.account_id, KeySlot.id).where(KeySlot.site_version < site.current)
    slots = list(db.execute(ours))
    for at in range(0, len(slots), BATCH):
        begin_write(db)
        moved = sum(_move_slot(db, site, *key) for key in slots[at : at + BATCH])
        db.commit()
        yield moved
    older = select(Contact.email_index).where(Contact.site_version < site.current)
    contacts = list(db.scalars(older))
    for at in range(0, len(contacts), BATCH):
        begin_write(db)
        moved = sum(_move_contact(db, site, index) for index in contacts[at : at + BATCH])
        db.commit()
        yield moved
    others = list(site_sealed.older(db, site))
    for at in range(0, len(others), BATCH):
        begin_write(db)
        moved = sum(site_sealed.move(db, site, *one) for one in others[at : at + BATCH])
        db.commit()
        yield moved


def _move_slot(db: Session, site: SiteKey, account_id: UUID, slot_id: UUID) -> bool:
    mine = (KeySlot.account_id == account_id) & (KeySlot.id == slot_id)
    row = db.execute(
        select(KeySlot.site_version, KeySlot.body).where(mine).with_for_update()
    ).first()
    if row is None:
        return False  # its password was changed meanwhile
    try:
        made = keyslot.rewrap(
            keyslot.LockedSlot(row.site_version, row.body),
            account=account_id,
            slot=slot_id,
            site=site,
        )
    except CryptoError:
        return False
    db.execute(update(KeySlot).where(mine).values(site_version=made.site_version, body=made.body))
    return True


def _move_contact(db: Session, site: SiteKey, index: bytes) -> bool:
    """Index and layer in one statement: at every moment an address is found under one of them."""
    mine = Contact.email_index == index
    row = db.execute(
        select(Contact.account_id, Contact.sealed, Contact.site_version)
        .where(mine)
        .with_for_update()
    ).first()
    if row is None:
        return False
    where = context(Label.CONTACT, owner=row.account_id, version=row.site_version)
    try:
        padded = envelope.open_(site.derive("contact", row.site_version), row.sealed, where)
        address = envelope.unpad(padded).decode()
    except CryptoError:
        return False
    there = context(Label.CONTACT, owner=row.account_id, version=site.current)
    db.execute(
        update(Contact)
        .where(mine)
        .values(
            email_index=email_index(site, address, site.current),
            sealed=envelope.seal(site.derive("contact"), padded, there),
            site_version=site.current,
        )
    )
    return True


def layers(db: Session, site: SiteKey) -> Layers:
    """Try everything under the site key; nothing inside is looked at."""
    opened = [*_contacts(db, site), *_slots(db, site), *site_sealed.opens(db, site)]
    return Layers(len(opened), opened.count(False))


def _contacts(db: Session, site: SiteKey) -> Iterator[bool]:
    for row in db.execute(select(Contact.account_id, Contact.sealed, Contact.site_version)):
        where = context(Label.CONTACT, owner=row.account_id, version=row.site_version)
        try:
            envelope.open_(site.derive("contact", row.site_version), row.sealed, where)
        except CryptoError:
            yield False
        else:
            yield True


def _slots(db: Session, site: SiteKey) -> Iterator[bool]:
    columns = (KeySlot.account_id, KeySlot.id, KeySlot.site_version, KeySlot.body)
    for row in db.execute(select(*columns)):
        locked = keyslot.LockedSlot(row.site_version, row.body)
        try:
            # It opens the outer layer and seals it anew; what it made is dropped.
            keyslot.rewrap(locked, account=row.account_id, slot=row.id, site=site)
        except CryptoError:
            yield False
        else:
            yield True
