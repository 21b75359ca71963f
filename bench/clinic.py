"""A journal with two patients who wrote much and little, and the same words in the yardstick."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy.orm import Session

from bench import written, yardstick
from bench.written import Written
from journal import clock, create_app, instance, migrations
from journal.config import Settings
from journal.core import consent, invitations, pinning, records, sessions
from journal.core.consent import Choice
from journal.core.keyring import Keyring, RootKeyring
from journal.core.site import SiteKey
from journal.db import Database
from journal.web.parts import Parts

PASSWORD = "four quiet herons at dusk"  # noqa: S105 - of made-up people
ZONE = "Europe/Vienna"
MANY, FEW, DAYS = 10_000, 100, 365
SHARED = Choice(("journal", "check-ins"), "everything")


@dataclass
class Person:
    """Somebody with an account: what opens it, and the cookie of one signed-in browser."""

    email: str
    root: RootKeyring
    keyring: Keyring
    cookie: str


@dataclass
class Clinic:
    """Both applications over their filled databases."""

    settings: Settings
    ours: Flask
    plain: Flask
    therapist: Person
    many: Person
    few: Person
    entries: list[Written]

    @property
    def parts(self) -> Parts:
        """Return the journal's database and site key."""
        found: Parts = self.ours.extensions["journal"]
        return found

    @property
    def plain_database(self) -> Database:
        """Return the yardstick's database."""
        found: Parts = self.plain.extensions["journal"]
        return found.database

    def given(self) -> UUID:
        """Return the living consent of who wrote much."""
        with self.parts.database.session() as db:
            every = consent.all_grants(db, self.many.root, now=clock.now())
        [living] = [grant.id for grant in every if grant.live]
        return living

    def give(self) -> UUID:
        """Let the therapist read once more what was taken back; the grant's id."""
        with self.parts.database.session() as db:
            invited = invitations.invite_patient(
                db, self.therapist.keyring, label="", now=clock.now()
            )
            grant_id = invitations.accept_further(
                db, self.many.root, invited.token, choice=SHARED, now=clock.now()
            )
            db.commit()
            pinning.accept_pins(db, self.therapist.keyring, now=clock.now())
            db.commit()
        return grant_id

    def new_patient(self, name: str) -> Person:
        """Sign one more patient up, who wrote nothing yet."""
        with self.parts.database.session() as db:
            return _patient(db, self.parts.site_key, name, self.therapist, clock.now())


def make(folder: Path, *, many: int = MANY, port: int = 8000) -> Clinic:
    """Make both applications in an empty folder and fill their databases."""
    settings = Settings(instance_path=folder / "instance", clinic_name="Bench", port=port)
    instance.prepare(settings)
    ours = create_app(settings)
    parts: Parts = ours.extensions["journal"]
    migrations.upgrade(parts.database, settings.instance_path)
    plain_database = Database(f"sqlite:///{folder / 'plain.sqlite3'}")
    plain = yardstick.make(ours, replace(parts, database=plain_database))
    now = clock.now()
    entries = written.entries(many, until=now)
    check_ins = written.check_ins(DAYS, until=now)
    with parts.database.session() as db:
        therapist = _therapist(db, parts.site_key, now)
        people = [_patient(db, parts.site_key, name, therapist, now) for name in ("many", "few")]
        for person, kept in zip(people, (entries, entries[-FEW:]), strict=True):
            _write(db, person.root, kept, "entry", "journal", now)
            _write(db, person.root, check_ins, "check-in", "check-ins", now)
            plainly = [replace(one, id=uuid4()) for one in check_ins]
            own = kept if person is people[0] else [replace(one, id=uuid4()) for one in kept]
            yardstick.fill(plain_database, person.root.account_id, own, plainly)
    return Clinic(settings, ours, plain, therapist, people[0], people[1], entries)


def _therapist(db: Session, site: SiteKey, now: datetime) -> Person:
    token = invitations.invite_therapist(db, now=now)
    return _accept(db, site, token, "therapist", Choice(()), now)


def _patient(db: Session, site: SiteKey, name: str, of: Person, now: datetime) -> Person:
    token = invitations.invite_patient(db, of.keyring, label=name, now=now).token
    person = _accept(db, site, token, name, SHARED, now)
    pinning.accept_pins(db, of.keyring, now=now)
    db.commit()
    return person


def _accept(
    db: Session, site: SiteKey, token: str, name: str, choice: Choice, now: datetime
) -> Person:
    email = f"{name}@example.org"
    root, _kit = invitations.accept(
        db,
        site,
        token,
        name=name,
        email=email,
        password=PASSWORD,
        zone=ZONE,
        choice=choice,
        now=now,
    )
    cookie, keyring = sessions.start(db, site, root, device="a phone", now=now)
    db.commit()
    return Person(email, root, keyring, cookie)


def _write(
    db: Session, root: RootKeyring, kept: list[Written], kind: str, scope: str, now: datetime
) -> None:
    for one in kept:
        records.write(
            db,
            root,
            record_id=one.id,
            kind=kind,
            scope=scope,
            content=one.content,
            occurred_at=one.at,
            now=now,
        )
    db.commit()
