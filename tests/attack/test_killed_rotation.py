"""The process dies at any statement of an ending and of the re-encryption that follows.

A grant is revoked, narrowed, or runs out. Whatever was committed by then, the patient reads
everything and the others their part, and the leaver nothing that went; the patient's next
session finishes it, and then the leaver's kept keys open nothing of it either. Red when
`resealing.reseal` leaves out `_rewrap`: records and their shares change in one commit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from journal.core import consent, rotation, shares
from journal.core.consent import Choice
from journal.core.errors import NotFound
from tests import builders, people, thief
from tests.builders import World, fresh
from tests.hardening.clinic import LONG
from tests.kills import Killed, killed_at
from tests.locksmith import Locksmith
from tests.people import Person

CACHED = ("grant_keys.wrapped", "grant_records.wrapped", "records.wrapped_key")
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Ending:
    """Who leaves, how, and the records that she keeps on reading."""

    leaver: str
    begin: Callable[[World, UUID], None]
    runs_out: bool = False
    keeps: tuple[str, ...] = ()


def revoke(world: World, grant_id: UUID) -> None:
    consent.revoke(world.db, fresh(world.ana.keyring), grant_id, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, fresh(world.ana.keyring), now=world.ana.now)


def narrow(world: World, grant_id: UUID) -> None:
    left = Choice(("check-ins",))
    consent.change(world.db, fresh(world.ana.keyring), grant_id, left, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, fresh(world.ana.keyring), now=world.ana.now)


def sign_in(world: World, _: UUID) -> None:
    rotation.settle(world.db, fresh(world.ana.keyring), now=world.ana.now)


# Tess holds every stratum, a second scope and a single share; Theo began "from now on".
ENDINGS = {
    "Tess is revoked": Ending("tess", revoke),
    "Theo is revoked": Ending("theo", revoke),
    "Tess is narrowed": Ending("tess", narrow, keeps=("check_in", "shared")),
    "Tess runs out": Ending("tess", sign_in, runs_out=True),
}


def make_ready(world: World, ending: Ending) -> None:
    """Share the entry for Tess alone with Theo too: one leaves, one keeps it."""
    ana, ring = world.ana, fresh(world.ana.keyring)
    shares.share(world.db, ring, world.theo_grant, world.shared, now=ana.now)
    if ending.runs_out:
        until = Choice(("journal", "check-ins"), not_after=ana.now + SOON)
        consent.change(world.db, ring, world.tess_grant, until, now=ana.now)
    world.db.commit()


@pytest.mark.parametrize("name", ENDINGS)
def test_killed_at_every_statement(
    built: builders.Built, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    ending = ENDINGS[name]
    with built.world() as world:
        make_ready(world, ending)
        with killed_at(world.db, 0) as count:
            come_to_the_end(world, ending)
    assert count[0] > 15
    # `make harden` dies at each of them; here every ending takes a quarter of its own.
    first, step = (1, 1) if LONG else (1 + list(ENDINGS).index(name), len(ENDINGS))
    for at in range(first, count[0] + 1, step):
        with built.world() as world:
            make_ready(world, ending)
            check_one(world, ending, at)


def come_to_the_end(world: World, ending: Ending) -> None:
    if ending.runs_out:
        for person in (world.ana, world.tess, world.theo):
            person.now += SOON
    ending.begin(world, grant_of(world, ending))


def check_one(world: World, ending: Ending, at: int) -> None:
    ana, grant_id = world.ana, grant_of(world, ending)
    reader: Person = getattr(world, ending.leaver)
    pins = thief.opened_state(world.db, reader.keyring)["patients"]
    kept = thief.reach(world.db, {bytes.fromhex(pins[str(grant_id)]["key"])}, CACHED)
    with killed_at(world.db, at), pytest.raises(Killed):
        come_to_the_end(world, ending)
    world.db.rollback()
    assert people.owns(ana) == world.records, f"nothing is lost in between ({at})"
    check_who_stays(world, ending)
    has_begun = check_the_leaver(world, ending)
    if has_begun:
        rotation.settle(world.db, fresh(ana.keyring), now=ana.now)
    else:
        ending.begin(world, grant_id)
    assert people.owns(ana.over(world.db)) == world.records
    smith = Locksmith(ana.id, ana.keyring.content_key)
    smith.look(world.db)
    assert smith.opens({ana.keyring.content_key}) == world.records.keys()
    assert smith.opens(kept) == left_to(world, ending), f"killed at statement {at}"
    check_who_stays(world, ending)
    assert check_the_leaver(world, ending)


def check_the_leaver(world: World, ending: Ending) -> bool:
    """Whether the ending was committed: from then on its leaver reads what is left, no more."""
    reader: Person = getattr(world, ending.leaver)
    try:
        read = people.reads(reader, grant_of(world, ending)).keys()
    except NotFound:
        return not ending.keeps
    if read == left_to(world, ending):
        return True
    assert not ending.runs_out, "the clock alone has closed it"
    assert len(read) > len(ending.keeps), "nothing had happened yet"
    return False


def check_who_stays(world: World, ending: Ending) -> None:
    """The other reads her part in every moment: records and shares change in one commit."""
    if ending.leaver == "tess":
        assert people.reads(world.theo, world.theo_grant) == {
            world.after: "since Theo",
            world.shared: "for Tess alone",
        }
    else:
        read = people.reads(world.tess, world.tess_grant)
        assert read == {key: one for key, one in world.records.items() if key != world.private}


def grant_of(world: World, ending: Ending) -> UUID:
    found: UUID = getattr(world, f"{ending.leaver}_grant")
    return found


def left_to(world: World, ending: Ending) -> set[UUID]:
    return {getattr(world, name) for name in ending.keeps}
