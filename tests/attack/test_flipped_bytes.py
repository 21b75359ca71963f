"""Somebody who writes to the database flips one bit in a sealed column.

One error, one page each, never a 500: every verb answers or raises an error of the core, and
whoever does not need the damaged row reads on. Red when a verb lets CryptoError through, or
when one damaged grant or record stops the others (`grants.all_held`, `_open_or_placeholder`).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import and_, select, update

from journal.base import Base
from journal.core import (
    access_log,
    accounts,
    consent,
    invitations,
    pinning,
    receipts,
    records,
    rotation,
    sessions,
    shares,
)
from journal.core.consent import Choice
from journal.core.errors import CoreError
from tests import builders, people, thief
from tests.builders import World
from tests.people import PASSWORD

COLUMNS = sorted(set(thief.ENVELOPES) | thief.OTHERWISE - {"throttles.key", "sessions.id"})
SLOW = {"key_slots.body", "key_slots.salt", "shred_keys.key", "contacts.sealed"}
Verb = Callable[[], Any]


def flip(world: World, column: str, at: int, *, every: bool = False) -> None:
    """Turn one bit in the first row of a column, or in all of its rows."""
    table_name, column_name = column.split(".")
    table = Base.metadata.tables[table_name]
    rows = [row for row in world.db.execute(select(table)).all() if getattr(row, column_name)]
    for row in rows if every else rows[:1]:
        changed = bytearray(getattr(row, column_name))
        changed[at] ^= 0x10
        mine = and_(*(part == getattr(row, part.name) for part in table.primary_key))
        world.db.execute(update(table).where(mine).values({column_name: bytes(changed)}))
    world.db.commit()


def verbs(world: World, cookie: str) -> dict[str, Verb]:
    """What people do in a day, each as the first thing of a request."""
    return writing(world, cookie) | reading(world) | consenting(world)


def writing(world: World, cookie: str) -> dict[str, Verb]:
    """What Ana does with her own."""
    db, site, now = world.db, world.site, world.ana.now
    ana = world.ana.keyring

    def edit() -> None:
        was = records.open_as_owner(db, ana, world.shared)
        records.edit(
            db,
            ana,
            record_id=was.id,
            version=was.version,
            content={"body": "edited"},
            occurred_at=was.occurred_at - timedelta(days=4),
            now=now,
        )

    return {
        "resume": lambda: sessions.resume(db, site, cookie, now=now),
        "devices": lambda: sessions.devices(db, ana, now=now),
        "profile": lambda: accounts.profile(db, ana),
        "list": lambda: people.owns(world.ana),
        "open": lambda: records.open_as_owner(db, ana, world.before),
        "write": lambda: world.ana.write("new", scope="journal", days=3),
        "write again": lambda: records.write(
            db,
            ana,
            record_id=world.before,
            kind="entry",
            scope="journal",
            content={},
            occurred_at=now,
            now=now,
        ),
        "edit": edit,
        "share": lambda: shares.share(db, ana, world.theo_grant, world.private, now=now),
        "unshare": lambda: shares.unshare(db, ana, world.tess_grant, world.shared, now=now),
        "remove": lambda: records.remove(db, ana, world.shared, now=now),
        "restore": lambda: records.restore(db, ana, world.shared, now=now),
        "erase": lambda: records.erase(db, ana, world.after),
    }


def reading(world: World) -> dict[str, Verb]:
    """What is looked at, by Ana and by Tess."""
    db, now = world.db, world.ana.now
    ana, tess = world.ana.keyring, world.tess.keyring

    def read_receipts() -> None:
        for found in receipts.listed(db, ana):
            receipts.document(db, ana, found.id)

    return {
        "grants": lambda: consent.all_grants(db, ana, now=now),
        "receipts": read_receipts,
        "events": lambda: access_log.events(db, ana, now=now),
        "invitation": lambda: invitations.open_invitation(db, world.waiting, now=now),
        "waiting": lambda: invitations.waiting(db, tess, now=now),
        "invite": lambda: invitations.invite_patient(db, tess, label="", now=now),
        "pins": lambda: pinning.accept_pins(db, tess, now=now),
        "caseload": lambda: people.grants_of(world.tess),
        "read": lambda: people.reads(world.tess, world.tess_grant),
        "read one": lambda: records.open_as_reader(
            db, tess, world.tess_grant, world.before, now=now
        ),
    }


def consenting(world: World) -> dict[str, Verb]:
    """What Ana gives and takes back, and what follows."""
    db, now = world.db, world.ana.now
    ana = world.ana.keyring
    later = now + timedelta(days=2)
    both = Choice(("journal", "check-ins", "care"), "everything")
    return {
        "widen": lambda: consent.change(db, world.ana.root, world.tess_grant, both, now=now),
        "narrow": lambda: consent.change(db, ana, world.tess_grant, Choice(()), now=now),
        "expire": lambda: consent.change(
            db, world.ana.root, world.theo_grant, Choice((), "now", now), now=now
        ),
        "settle": lambda: rotation.settle(db, ana, now=later),
        "revoke": lambda: consent.revoke(db, ana, world.tess_grant, now=now),
        "finish": lambda: rotation.finish(db, ana, now=now),
    }


def try_all(world: World, cookie: str) -> dict[str, str]:
    """Do all of it; which verbs were refused and how. Anything but an error of the core escapes."""
    refused = {}
    for name, verb in verbs(world, cookie).items():
        world.db.commit()
        for person in (world.ana, world.tess):
            person.keyring.scope_keys.clear()
        try:
            verb()
        except CoreError as error:
            world.db.rollback()
            refused[name] = type(error).__name__
    world.db.commit()
    return refused


def test_on_a_sound_database_everything_works(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    assert try_all(world, cookie) == {}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(("at", "every"), [(0, False), (40, True)])
def test_a_flipped_bit_never_breaks_out(world: World, column: str, at: int, *, every: bool) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    at = at if at < 30 or column in thief.ENVELOPES else -2
    flip(world, column, at, every=every)
    try_all(world, cookie)


@pytest.mark.parametrize("column", sorted(SLOW | {"accounts.root_key", "accounts.root_seed"}))
def test_a_damaged_slot_is_a_wrong_password(world: World, column: str) -> None:
    flip(world, column, -1, every=True)

    def by_kit() -> object:
        return accounts.unlock_with_kit(
            world.db, world.site, email=world.ana.email, kit=world.ana.kit, now=world.ana.now
        )

    for open_it in (
        lambda: accounts.unlock(
            world.db, world.site, email=world.ana.email, password=PASSWORD, now=world.ana.now
        ),
        world.ana.step_up,
        by_kit,
    ):
        opens_anyway = column == "key_slots.salt" and open_it is by_kit
        if opens_anyway or column == "contacts.sealed":
            open_it()
        else:
            with pytest.raises(CoreError):
                open_it()


@pytest.mark.parametrize("column", ["records.body", "records.wrapped_key"])
def test_a_damaged_record_is_a_gap_and_its_neighbours_still_open(world: World, column: str) -> None:
    [first, *_] = thief.sealed(world.db, [column])
    flip(world, column, -1)
    damaged = first.row[1]
    owner = world.ana if damaged in world.records else world.otto
    read = people.owns(owner)
    assert read.pop(damaged) == ""
    assert "" not in read.values()


@pytest.mark.parametrize(
    "column", ["grants.kept_key", "grant_statements.sealed", "grants.names", "grants.sealed_key"]
)
def test_a_damaged_grant_leaves_the_other_and_can_be_ended(world: World, column: str) -> None:
    table_name, column_name = column.split(".")
    table = Base.metadata.tables[table_name]
    mine = (table.c.id if table_name == "grants" else table.c.grant_id) == world.tess_grant
    world.db.execute(update(table).where(mine).values({column_name: b"\1\1" + bytes(60)}))
    world.db.commit()
    kept = people.reads(world.theo, world.theo_grant)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, world.ana.keyring, now=world.ana.now)
    assert people.reads(world.theo, world.theo_grant) == kept == {world.after: "since Theo"}
    assert people.owns(world.ana) == world.records
    new = world.ana.write("later", scope="journal")
    assert new.id in people.reads(world.theo, world.theo_grant)
    edited = records.edit(
        world.db,
        world.ana.keyring,
        record_id=world.shared,
        version=1,
        content={"body": "edited"},
        occurred_at=world.ana.now,
        now=world.ana.now,
    )
    assert edited.version == 2
