"""The people of the tests: Ana (patient), Tess (therapist with consent), Theo (without), Otto."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from journal.core import (
    accounts,
    caseload,
    consent,
    invitations,
    pinning,
    reading,
    records,
    sessions,
)
from journal.core.consent import Choice
from journal.core.scopes import NAMES, SHAREABLE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring, RootKeyring
    from journal.core.opened import Opened
    from journal.core.site import SiteKey

# An id that nothing has; written down, since parallel runs must collect the same tests.
NOBODYS = "2f1c9f0e-5d0b-4a7e-9a51-3f6f3a8c0d11"
PASSWORD = "four quiet herons at dusk"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class Person:
    """Somebody with an account, at the level of keys."""

    db: Session
    site: SiteKey
    email: str
    keyring: Keyring
    kit: str
    root: RootKeyring
    now: datetime = field(default=NOW)

    @property
    def id(self) -> UUID:
        return self.keyring.account_id

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now

    def step_up(self, password: str = PASSWORD):
        return accounts.step_up(self.db, self.site, self.keyring, password=password, now=self.now)

    def over(self, db: Session) -> Person:
        """The same person over another session, with no scope key opened yet."""
        keyring, root = (replace(ring, scope_keys={}) for ring in (self.keyring, self.root))
        return replace(self, db=db, keyring=keyring, root=root)

    def write(
        self, text: str, *, scope: str = "private", kind: str = "entry", **days: int
    ) -> Opened:
        opened = records.write(
            self.db,
            self.keyring,
            record_id=uuid4(),
            kind=kind,
            scope=scope,
            content={"body": text},
            occurred_at=self.now - timedelta(**days),
            now=self.now,
        )
        self.db.commit()
        return opened


def therapist(db: Session, site: SiteKey, name: str) -> Person:
    """A therapist who signed up by the operator's link."""
    token = invitations.invite_therapist(db, now=NOW)
    return _accept(db, site, token, name, Choice(()))


def patient(
    db: Session,
    site: SiteKey,
    name: str,
    of: Person,
    scopes: tuple[str, ...] = (),
    since: str = "everything",
) -> Person:
    """A patient who signed up by a therapist's link, pinned by her since."""
    token = invitations.invite_patient(db, of.keyring, label=name, now=NOW).token
    person = _accept(db, site, token, name, Choice(scopes, since))
    pinning.accept_pins(db, of.keyring, now=NOW)
    return person


def share_with(
    person: Person, reader: Person, scopes: tuple[str, ...], since: str = "everything"
) -> UUID:
    """A further therapist for the same patient: the new grant's id."""
    token = invitations.invite_patient(person.db, reader.keyring, label="", now=person.now).token
    grant_id = invitations.accept_further(
        person.db, person.root, token, choice=Choice(scopes, since), now=person.now
    )
    person.db.commit()
    pinning.accept_pins(person.db, reader.keyring, now=person.now)
    return grant_id


def grants_of(reader: Person) -> list[UUID]:
    """The grants of a therapist's caseload."""
    entries = caseload.entries(reader.db, reader.keyring, now=reader.now)
    return [entry.grant_id for entry in entries]


def share(patient: Person, grant: UUID, *scopes: str) -> None:
    """Share these scopes, and no others, with all that they hold."""
    consent.change(
        patient.db, patient.step_up(), grant, Choice(scopes, "everything"), now=patient.now
    )
    patient.db.commit()


def only_grant(reader: Person) -> UUID:
    [found] = grants_of(reader)
    return found


def reads(
    reader: Person, grant_id: UUID, scopes: tuple[str, ...] = SHAREABLE, **asked: Any
) -> dict[UUID, str]:
    """What a therapist reads under a grant: bodies by record, "" for one that does not open."""
    grant = reading.open_grant(reader.db, reader.keyring, grant_id, now=reader.now)
    page = records.list_as_reader(
        reader.db,
        reader.keyring,
        grant,
        scopes=scopes,
        singly=True,
        limit=1000,
        now=reader.now,
        **asked,
    )
    return {item.id: item.content.get("body", "") for item in page.items}


def owns(person: Person) -> dict[UUID, str]:
    """What a patient reads of her own: bodies by record, "" for one that does not open."""
    found = records.scan_as_owner(person.db, person.keyring, scopes_named=NAMES)
    return {item.id: item.content.get("body", "") for item in found}


def _accept(db: Session, site: SiteKey, token: str, name: str, choice: Choice) -> Person:
    email = f"{name.casefold()}@example.org"
    root, kit = invitations.accept(
        db,
        site,
        token,
        name=name,
        email=email,
        password=PASSWORD,
        zone="Europe/Vienna",
        choice=choice,
        now=NOW,
    )
    _, keyring = sessions.start(db, site, root, device="a phone", now=NOW)
    db.commit()
    return Person(db, site, email, keyring, kit, root)
