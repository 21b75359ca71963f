"""Single records: shared, edited, unshared, deleted."""

import pytest

from journal.core import records, shares
from journal.core.errors import NotFound
from tests import people
from tests.builders import World


def test_sharing_twice_is_sharing_once(world: World) -> None:
    for _ in range(2):
        shares.share(
            world.db, world.ana.keyring, world.theo_grant, world.private, now=world.ana.now
        )
    world.db.commit()
    assert shares.grants_of(world.db, world.ana.keyring, world.private) == [world.theo_grant]
    assert world.private in people.reads(world.theo, world.theo_grant)


def test_a_deleted_record_can_not_be_shared(world: World) -> None:
    records.remove(world.db, world.ana.keyring, world.shared, now=world.ana.now)
    world.db.commit()
    with pytest.raises(NotFound, match="deleted"):
        shares.share(world.db, world.ana.keyring, world.tess_grant, world.shared, now=world.ana.now)
    world.db.rollback()
    assert world.shared not in people.reads(world.tess, world.tess_grant)
    records.restore(world.db, world.ana.keyring, world.shared, now=world.ana.now)
    world.db.commit()
    assert people.reads(world.tess, world.tess_grant)[world.shared] == "for Tess alone"


def test_somebody_elses_grant_or_record_is_none(world: World) -> None:
    for grant, record in (
        (world.otto_grant, world.before),
        (world.tess_grant, world.ottos),
    ):
        with pytest.raises(NotFound):
            shares.share(world.db, world.ana.keyring, grant, record, now=world.ana.now)
    with pytest.raises(NotFound):
        shares.unshare(
            world.db, world.ana.keyring, world.theo_grant, world.shared, now=world.ana.now
        )
