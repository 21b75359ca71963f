"""A thief has the database, even with the site key's file, and nobody's password.

Red when a key is stored unwrapped, or a wrap hangs from the site key or the shred key alone:
`accounts._insert_account` (what seals the root and content keys), `keyslot.lock` (its inner
layer), `sessions.start` (`_session_key`, which needs the cookie).
"""

from sqlalchemy import LargeBinary, select, update

from journal.base import Base
from journal.core import accounts, models, sessions
from journal.core.errors import WrongCredentials
from journal.crypto import primitives
from journal.crypto.sitekey import PURPOSES
from tests import builders, thief
from tests.builders import World
from tests.people import PASSWORD


def at_rest(world: World) -> set[bytes]:
    """Every key that lies in the database or follows from the site key's file."""
    shred_keys = set(world.db.scalars(select(models.ShredKey.key)))
    site = {world.site.derive(purpose) for purpose in PURPOSES}
    raw = set(world.site.versions.values())
    salted = {
        primitives.hkdf(key, salt=salt, info=b"AG1 session") for key in shred_keys for salt in site
    }
    return shred_keys | site | raw | salted


def test_every_column_of_bytes_is_known_to_the_thief() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert columns == set(thief.ENVELOPES) | thief.OTHERWISE


def test_the_owners_key_opens_everything_with_the_thiefs_program(world: World) -> None:
    """Otherwise the tests below would pass because the program opens nothing at all."""
    assert thief.bodies(world.db, {world.ana.keyring.content_key}) == set(world.records)
    root = world.ana.root
    found = {item.column for item in thief.opened(world.db, {root.account_key})}
    assert found >= {"accounts.root_seed", "accounts.state", "records.body", "receipts.sealed"}
    assert {"grant_keys.wrapped", "grant_statements.sealed", "access_events.sealed"} <= found


def test_database_and_site_key_open_only_the_outer_layers_and_addresses(world: World) -> None:
    builders.sign_in(world, world.ana)
    found = thief.opened(world.db, at_rest(world))
    # Inside a slot lies a second layer under the password, inside a grant one under HPKE.
    assert {item.column for item in found} == {
        "contacts.sealed",
        "grants.sealed_key",
        "key_slots.body",
    }
    assert thief.keys_in(found) == set()


def test_the_database_alone_opens_no_address(world: World) -> None:
    shred_keys = set(world.db.scalars(select(models.ShredKey.key)))
    assert {item.column for item in thief.opened(world.db, shred_keys)} == {"grants.sealed_key"}


def test_a_cookie_opens_its_session_and_after_sign_out_nothing(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    secret = sessions._secret(cookie)
    stolen = {primitives.hkdf(secret, salt=world.site.derive("session"), info=b"AG1 session")}
    assert thief.bodies(world.db, stolen) == set(world.records)
    sessions.end(world.db, cookie)
    world.db.commit()
    assert thief.opened(world.db, stolen) == {}


def test_a_cookie_without_the_site_key_opens_nothing(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    secret = sessions._secret(cookie)
    guesses = {secret, primitives.hkdf(secret, info=b"AG1 session")}
    assert thief.opened(world.db, guesses) == {}


def test_without_the_shred_key_a_slot_stays_closed(world: World) -> None:
    """Erasing it ends every older copy of the rest."""

    def unlock() -> str:
        try:
            accounts.unlock(
                world.db,
                world.site,
                email=world.ana.email,
                password=PASSWORD,
                now=world.ana.now,
            )
        except WrongCredentials:
            return "closed"
        return "open"

    assert unlock() == "open"
    owner = models.ShredKey.account_id == world.ana.id
    world.db.execute(update(models.ShredKey).where(owner).values(key=primitives.make_key()))
    assert unlock() == "closed"
