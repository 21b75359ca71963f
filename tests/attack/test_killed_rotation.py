"""The process dies at any statement of a revocation and of the re-encryption that follows.

Whatever was committed by then, the patient's next session finishes: everything reads, the
others keep their part, and the leaver's kept keys open nothing. Red when a batch commits its
records without their shares, or `rotation._drop_old_keys` drops a key before its rows have moved.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from journal.core import consent, rotation, shares
from tests import builders, people, thief
from tests.builders import World

CACHED = ("grant_keys.wrapped", "grant_records.wrapped", "records.wrapped_key")


class Killed(Exception):
    """Nothing in the core catches it, as nothing catches a kill."""


@contextmanager
def killed_at(db: Session, statement: int) -> Iterator[list[int]]:
    """Die at the given statement, counted from 1."""
    count = [0]
    engine = db.connection().engine

    def before(*_: object) -> None:
        count[0] += 1
        if count[0] == statement:
            raise Killed

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", before)


@contextmanager
def both_share(built: builders.Built) -> Iterator[World]:
    """The world, with the entry for Tess alone shared with Theo too: one leaves, one keeps it."""
    with built.world() as world:
        ring = builders.fresh(world.ana.keyring)
        shares.share(world.db, ring, world.theo_grant, world.shared, now=world.ana.now)
        world.db.commit()
        yield world


def end(world: World, leaver: str) -> None:
    """Tess holds every stratum, a second scope and a single share; Theo began "from now on"."""
    ring = builders.fresh(world.ana.keyring)
    consent.revoke(world.db, ring, getattr(world, f"{leaver}_grant"), now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, builders.fresh(world.ana.keyring), now=world.ana.now)


def how_many(built: builders.Built, leaver: str) -> int:
    with both_share(built) as world, killed_at(world.db, 0) as count:
        end(world, leaver)
        return count[0]


@pytest.mark.parametrize("leaver", ["tess", "theo"])
def test_killed_at_every_statement(
    built: builders.Built, leaver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    statements = how_many(built, leaver)
    assert statements > 30
    for at in range(1, statements + 1):
        with both_share(built) as world:
            check_one(world, leaver, at)


def check_one(world: World, leaver: str, at: int) -> None:
    ana, gone = world.ana, getattr(world, f"{leaver}_grant")
    pins = thief.opened_state(world.db, getattr(world, leaver).keyring)["patients"]
    kept = thief.reach(world.db, {bytes.fromhex(pins[str(gone)]["key"])}, CACHED)
    with killed_at(world.db, at), pytest.raises(Killed):
        end(world, leaver)
    world.db.rollback()
    before = people.owns(ana)
    assert before == world.records, f"nothing may be lost in between (statement {at})"
    check_who_stays(world, leaver)
    rotation.settle(world.db, builders.fresh(ana.keyring), now=ana.now)
    if consent.one_grant(world.db, ana.keyring, gone, now=ana.now).live:
        end(world, leaver)  # killed before its first commit: nothing had happened at all
    ana.keyring.scope_keys.clear()
    assert people.owns(ana) == world.records
    assert thief.bodies(world.db, kept) == set(), f"killed at statement {at}"
    check_who_stays(world, leaver)


def check_who_stays(world: World, leaver: str) -> None:
    """The other reads her part in every moment: records and shares change in one commit."""
    if leaver == "tess":
        assert people.reads(world.theo, world.theo_grant) == {
            world.after: "since Theo",
            world.shared: "for Tess alone",
        }
    else:
        read = people.reads(world.tess, world.tess_grant)
        assert read == {key: one for key, one in world.records.items() if key != world.private}
