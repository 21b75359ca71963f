"""Re-encryption: what it leaves behind, and what it may not lose."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from journal.core import consent, raw_rows, rotation
from journal.core.keyring import Keyring
from journal.core.models import Grant, GrantKey, Record, ReEncryption, ScopeKey
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


def behind(world: World) -> list[UUID]:
    """The records that lie below their stratum's newest key."""
    newest = world.db.execute(
        select(ScopeKey.scope_id, ScopeKey.stratum, func.max(ScopeKey.generation)).group_by(
            ScopeKey.scope_id, ScopeKey.stratum
        )
    )
    ahead = {(scope_id, stratum): generation for scope_id, stratum, generation in newest}
    records = world.db.scalars(select(Record))
    return [row.id for row in records if row.generation != ahead[row.scope_id, row.stratum]]


def test_a_consent_that_ends_meanwhile_is_finished_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its leaver's keys would open what lies behind, and nothing would be left to say so."""
    noted = rotation._noted

    def meanwhile(db: Session, keyring: Keyring) -> Sequence[UUID]:
        monkeypatch.undo()
        other = builders.fresh(world.ana.keyring)
        consent.revoke(db, other, world.theo_grant, now=world.ana.now)
        db.commit()
        return noted(db, keyring)

    monkeypatch.setattr(rotation, "_noted", meanwhile)
    revoke(world)
    assert behind(world) == []
    assert set(world.db.scalars(select(Grant.rotation))) == {"none"}
    assert people.owns(world.ana) == world.records


def test_one_that_does_not_open_holds_up_none_of_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch is one record, and long ones: the batch ends after so many bytes as well."""
    monkeypatch.setattr(rotation, "BATCH", 1)
    monkeypatch.setattr(raw_rows, "MOST_BYTES", 1)
    mine = Record.id == world.before
    world.db.execute(update(Record).where(mine).values(body=b"\1\1" + bytes(60)))
    world.db.execute(update(Record).values(position=7))
    world.db.commit()
    revoke(world)
    assert behind(world) == [world.before]
    assert people.owns(world.ana) == world.records | {world.before: ""}


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
