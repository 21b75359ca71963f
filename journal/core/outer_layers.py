"""The site key's layer around slots and contacts: told without anybody's password."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from journal.core.models import Contact, KeySlot
from journal.crypto import envelope, keyslot
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey


class Layers(NamedTuple):
    """How many there are, and how many of them the site key does not open."""

    all: int
    closed: int


def layers(db: Session, site: SiteKey) -> Layers:
    """Try every contact and every key slot; nothing inside them is looked at."""
    opened = [*_contacts(db, site), *_slots(db, site)]
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
