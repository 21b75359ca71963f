"""Somebody took the old site key, and now the database as it is after a rotation.

With the right password in the hand nothing opens: no slot, no contact, no session, and no address
is found. Nor do the database's files still hold what was sealed under that key. Red when
`rotate` leaves a table out, or `finish` does not forget the old bytes.
"""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

from journal import clock, instance
from journal.config import Settings
from journal.core import accounts, sessions
from journal.core.errors import SessionEnded, WrongCredentials
from journal.core.models import Contact, KeySlot, Session
from journal.core.site import SiteKey
from journal.db import Database
from journal.operating import site_key_rotation
from tests import builders, thief
from tests.people import PASSWORD


def old_bytes(database: Database) -> set[bytes]:
    with database.session() as db:
        kept = {*db.scalars(select(KeySlot.body)), *db.scalars(select(Contact.sealed))}
        kept |= set(db.scalars(select(Session.content_key)))
    return {one for one in kept if one is not None}


def claims(site: SiteKey) -> list[SiteKey]:
    """The old key as it was, and under the new version's number."""
    return [site, SiteKey({2: site.versions[1]}), SiteKey({**site.versions, 2: site.versions[1]})]


def test_an_old_site_key_opens_nothing_of_the_rotated_database(
    built: builders.Built, database_source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_key_rotation, "SETTLED_SECONDS", 0)
    built.database.dispose()
    name = f"rotated-{uuid.uuid4()}"
    url = database_source.clone(tmp_path, name, of=built.settings.database_url)
    given = Settings(instance_path=tmp_path, testing=True)
    settings = given.model_copy(update={"database_url": url})
    world, database, now = built.first, Database(url), clock.now()
    ana, old = world.ana, world.site
    instance.write_secret(settings.site_key_file, old.render())
    with database.session() as db:
        cookie, _ = sessions.start(db, old, ana.root, device="a phone", now=now)
        db.commit()
    before = old_bytes(database)
    site_key_rotation.rotate(settings, database)
    site_key_rotation.finish(settings, database, end_sessions=True, now=now)
    with database.session() as db:
        for site in claims(old):
            with pytest.raises(WrongCredentials):
                accounts.unlock(db, site, email=ana.email, password=PASSWORD, now=now)
            with pytest.raises(WrongCredentials):
                accounts.unlock_with_kit(db, site, email=ana.email, kit=ana.kit, now=now)
            with pytest.raises(SessionEnded):
                sessions.resume(db, site, cookie, now=now)
            assert accounts.account_of(db, site, ana.email) is None
        keys = {old.derive(purpose) for purpose in ("slot", "contact", "session")}
        columns = ("key_slots.body", "contacts.sealed", "sessions.content_key")
        assert thief.opened(db, keys, columns) == {}
        there = instance.read_site_key(settings)
        root = accounts.unlock(db, there, email=ana.email, password=PASSWORD, now=now)
        assert root.account_id == ana.id, "and she herself comes in"
    if database.is_sqlite:
        files = b"".join(path.read_bytes() for path in tmp_path.glob("journal.sqlite3*"))
        assert not [one for one in before if one in files]
    database.dispose()
    database_source.drop(name)
