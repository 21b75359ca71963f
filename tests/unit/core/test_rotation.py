"""Re-encryption: what it leaves behind, and what it may not lose."""

from sqlalchemy import func, select, update

from journal.core import consent, rotation
from journal.core.models import GrantKey, Record, ReEncryption, ScopeKey
from tests import builders, people
from tests.builders import World


def revoke(world: World) -> None:
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, builders.fresh(world.ana.keyring), now=world.ana.now)


def generations(world: World, table: type[ScopeKey | GrantKey]) -> set[int]:
    journal = world.db.scalar(select(Record.scope_id).where(Record.id == world.before))
    return set(world.db.scalars(select(table.generation).where(table.scope_id == journal)))


def test_old_keys_and_notes_are_gone_when_it_has_finished(world: World) -> None:
    revoke(world)
    assert generations(world, ScopeKey) == generations(world, GrantKey) == {2}
    assert world.db.scalar(select(func.count()).select_from(ReEncryption)) == 0


def test_finishing_twice_changes_nothing(world: World) -> None:
    revoke(world)
    before = world.db.execute(select(Record.id, Record.body).order_by(Record.id)).all()
    rotation.finish(world.db, world.ana.keyring, now=world.ana.now)
    assert world.db.execute(select(Record.id, Record.body).order_by(Record.id)).all() == before


def test_a_record_that_did_not_open_keeps_its_key(world: World) -> None:
    """Its row may be mended from a backup: then it must open again."""
    mine = Record.id == world.before
    sound = world.db.scalar(select(Record.body).where(mine))
    world.db.execute(update(Record).where(mine).values(body=b"\1\1" + bytes(60)))
    world.db.commit()
    revoke(world)
    assert generations(world, ScopeKey) == {1, 2}
    assert people.owns(world.ana) == world.records | {world.before: ""}
    world.db.execute(update(Record).where(mine).values(body=sound))
    world.db.commit()
    world.ana.keyring.scope_keys.clear()
    assert people.owns(world.ana) == world.records
