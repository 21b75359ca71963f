"""What a job must open with nobody present: rows of one envelope under the site key alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from journal.core.errors import Damaged
from journal.core.reminder_models import PushEndpoint, PushKey, Reminder
from journal.crypto import envelope
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey

PURPOSE = "contact"
# The owner of what belongs to the clinic.
NOBODY = UUID(int=0)


class Kind(NamedTuple):
    """A table with `sealed` and `site_version`: its label, whose it is, and which of several."""

    table: Any
    label: Label
    padded_to: int
    owner: str = "account_id"
    object: str = ""

    def context(self, key: dict[str, UUID], version: int) -> Context:
        """What a row with this primary key is bound to under a version of the site key."""
        of = key[self.object] if self.object else None
        return context(self.label, owner=key[self.owner], object=of, version=version)

    def row(self, key: dict[str, UUID]) -> ColumnElement[bool]:
        """The condition that finds the row."""
        found: ColumnElement[bool] = getattr(self.table, self.owner) == key[self.owner]
        if self.object:
            found &= getattr(self.table, self.object) == key[self.object]
        return found


REMINDERS = Kind(Reminder, Label.REMINDER, 1024)
ENDPOINTS = Kind(PushEndpoint, Label.PUSH_ENDPOINT, 1280, object="id")
PUSH_KEYS = Kind(PushKey, Label.PUSH_KEY, 64, owner="id")
KINDS = (REMINDERS, ENDPOINTS, PUSH_KEYS)


def seal(kind: Kind, site: SiteKey, key: dict[str, UUID], plaintext: bytes) -> dict[str, Any]:
    """The columns `sealed` and `site_version` for a row with this primary key."""
    where = kind.context(key, site.current)
    padded = envelope.pad(plaintext, kind.padded_to)
    sealed = envelope.seal(site.derive(PURPOSE), padded, where)
    return {"sealed": sealed, "site_version": site.current}


def open_(kind: Kind, site: SiteKey, row: Any) -> bytes:
    """The plaintext of a row; Damaged when the site key does not open it."""
    try:
        return envelope.unpad(_padded(kind, site, row))
    except CryptoError as error:
        raise Damaged from error


def older(db: Session, site: SiteKey) -> Iterator[tuple[Kind, dict[str, UUID]]]:
    """The primary key of every row under an older version of the site key."""
    for kind in KINDS:
        key = kind.table.__table__.primary_key.columns
        behind = select(*key).where(kind.table.site_version < site.current)
        for row in db.execute(behind).mappings().all():
            yield kind, dict(row)


def move(db: Session, site: SiteKey, kind: Kind, key: dict[str, UUID]) -> bool:
    """Seal one row under the current version; False when it is gone or does not open."""
    found = db.execute(select(kind.table.__table__).where(kind.row(key)).with_for_update()).first()
    if found is None or found.site_version == site.current:
        return False
    try:
        padded = _padded(kind, site, found)
    except CryptoError:
        return False
    sealed = envelope.seal(site.derive(PURPOSE), padded, kind.context(key, site.current))
    values = {"sealed": sealed, "site_version": site.current}
    db.execute(update(kind.table).where(kind.row(key)).values(**values))
    return True


def opens(db: Session, site: SiteKey) -> Iterator[bool]:
    """Whether each row opens, one after the other."""
    for kind in KINDS:
        for row in db.execute(select(kind.table.__table__)):
            try:
                _padded(kind, site, row)
            except CryptoError:
                yield False
            else:
                yield True


def _padded(kind: Kind, site: SiteKey, row: Any) -> bytes:
    key = {name: getattr(row, name) for name in (kind.owner, kind.object) if name}
    where = kind.context(key, row.site_version)
    return envelope.open_(site.derive(PURPOSE, row.site_version), row.sealed, where)
