"""Several nodes ask to run a job, one of them does."""

from datetime import timedelta

from journal.core import leases
from tests.builders import World


def claim(world: World, holder: str, *, name: str = "sweep", **later: float) -> bool:
    now = world.ana.now + timedelta(**later)
    return leases.claim(world.db, name, holder, now=now, seconds=60)


def test_one_holder_at_a_time(world: World) -> None:
    assert claim(world, "north")
    assert not claim(world, "south", seconds=59)
    assert claim(world, "south", name="another job")


def test_the_holder_may_go_on(world: World) -> None:
    assert claim(world, "north")
    assert claim(world, "north", seconds=30)
    assert not claim(world, "south", seconds=89)


def test_a_lease_that_ran_out_is_free(world: World) -> None:
    assert claim(world, "north")
    assert claim(world, "south", seconds=60)
    assert not claim(world, "north", seconds=61)
