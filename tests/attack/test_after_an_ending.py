"""A therapist whose consent ended, or was narrowed, works together with somebody at the database.

She kept every key she ever saw; he puts deleted rows back and rewrites what is in the clear.
Red when: `rotation.finish` leaves a row under its old key; `reading._verified` or `policy.covers`
is left out; `open_grant` keeps no `seq`; `grants.held` takes a list of statements that ends
before the newest one.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from journal.core import consent, records, rotation, scopes, shares, strata
from journal.core.consent import Choice
from journal.core.errors import Damaged, NotFound
from journal.core.grants import HeldGrant, held
from journal.core.models import Base, Grant, GrantKey, GrantRecord, GrantStatement, ScopeKey
from tests import builders, people, thief
from tests.builders import World

CACHED = ("grant_keys.wrapped", "grant_records.wrapped", "records.wrapped_key")
EVERYTHING = Choice(("journal", "check-ins"), "everything")


def grant_key(world: World) -> bytes:
    kept = thief.opened_state(world.db, world.tess.keyring)["patients"]
    return bytes.fromhex(kept[str(world.tess_grant)]["key"])


def cached(world: World) -> set[bytes]:
    return thief.reach(world.db, {grant_key(world)}, CACHED)


def saved(world: World, *tables: type[Base]) -> dict[type[Base], list[dict[str, Any]]]:
    """What lay in these tables, to be put back later."""
    return {
        table: [dict(row) for row in world.db.execute(select(table.__table__)).mappings()]
        for table in tables
    }


def put_back(world: World, kept: dict[type[Base], list[dict[str, Any]]]) -> None:
    for table, rows in kept.items():
        world.db.execute(delete(table))
        world.db.execute(insert(table), rows)
    world.db.commit()


def revoke(world: World) -> None:
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, world.ana.keyring, now=world.ana.now)


def narrow(world: World, *names: str) -> None:
    consent.change(world.db, world.ana.keyring, world.tess_grant, Choice(names), now=world.ana.now)
    world.db.commit()


def test_kept_keys_open_no_current_row(world: World) -> None:
    kept = cached(world)
    assert thief.bodies(world.db, kept) == set(world.records) - {world.private}
    revoke(world)
    new = world.ana.write("after the end", scope="journal")
    assert thief.bodies(world.db, kept) == set()
    assert people.owns(world.ana) == world.records | {new.id: "after the end"}


def test_what_is_written_before_the_rotation_has_finished_is_closed_too(world: World) -> None:
    kept = cached(world)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    new = world.ana.write("after the end", scope="journal")
    assert new.id not in thief.bodies(world.db, kept)
    records.edit(
        world.db,
        world.ana.keyring,
        record_id=world.before,
        version=1,
        content={"body": "edited"},
        occurred_at=world.ana.now,
        now=world.ana.now,
    )
    assert world.before not in thief.bodies(world.db, kept)


def test_wraps_put_back_after_the_end_open_nothing(world: World) -> None:
    kept = saved(world, GrantKey, GrantRecord, ScopeKey)
    revoke(world)
    put_back(world, kept)
    assert thief.bodies(world.db, {grant_key(world)}) == set()
    with pytest.raises(NotFound, match="ended"):
        people.reads(world.tess, world.tess_grant)


def test_a_grant_put_back_to_life_opens_nothing(world: World) -> None:
    """Status, sealed key and wraps as before, the last statement gone: an older consent."""
    kept = saved(world, GrantKey, GrantRecord, Grant, GrantStatement)
    revoke(world)
    put_back(world, kept)
    assert thief.bodies(world.db, {grant_key(world)}) == set()
    assert set(people.reads(world.tess, world.tess_grant).values()) == {""}


def test_who_saw_the_end_is_not_fooled_by_an_older_statement(world: World) -> None:
    kept = saved(world, GrantKey, GrantRecord, Grant, GrantStatement)
    revoke(world)
    with pytest.raises(NotFound, match="ended"):
        people.reads(world.tess, world.tess_grant)
    put_back(world, kept)
    with pytest.raises(NotFound, match="older statement"):
        people.reads(world.tess, world.tess_grant)


def test_a_grant_put_back_to_life_gets_no_new_keys(world: World) -> None:
    kept = saved(world, GrantKey, GrantRecord, Grant, GrantStatement)
    revoke(world)
    put_back(world, kept)
    world.db.execute(update(Grant).values(rotation="none"))
    with pytest.raises(Damaged):
        held(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    # Two occasions on which every living reader is handed keys.
    consent.revoke(world.db, world.ana.keyring, world.theo_grant, now=world.ana.now)
    people.share_with(world.ana, world.theo, ("journal",), since="now")
    new = world.ana.write("after the end", scope="journal")
    assert new.id not in thief.bodies(world.db, {grant_key(world)})
    # And it can be ended for good.
    revoke(world)
    assert thief.bodies(world.db, cached(world)) == set()


def test_narrowing_closes_what_was_taken_away_and_keeps_the_rest(world: World) -> None:
    kept = cached(world)
    narrow(world, "check-ins")
    rotation.finish(world.db, world.ana.keyring, now=world.ana.now)
    assert thief.bodies(world.db, kept) == {world.check_in, world.shared}
    assert set(people.reads(world.tess, world.tess_grant)) == {world.check_in, world.shared}


def test_a_wrap_beyond_the_statement_is_never_opened(world: World) -> None:
    """Even before the rotation has begun, while the old wrap would still open the rows."""
    kept = saved(world, GrantKey)
    narrow(world, "check-ins")
    put_back(world, kept)
    assert set(people.reads(world.tess, world.tess_grant)) == {world.check_in, world.shared}
    with pytest.raises(NotFound, match="not covered"):
        records.open_as_reader(
            world.db, world.tess.keyring, world.tess_grant, world.before, now=world.tess.now
        )


def test_a_made_up_share_opens_no_wrap_beyond_the_statement(world: World) -> None:
    """A share's row makes the record pass the decision; the scope's key must stay shut."""
    kept = saved(world, GrantKey)
    narrow(world, "check-ins")
    put_back(world, kept)
    made_up = {"version": 1, "wrapped": bytes(60)}
    world.db.execute(
        insert(GrantRecord).values(
            account_id=world.ana.id,
            grant_id=world.tess_grant,
            record_id=world.before,
            **made_up,
        )
    )
    world.db.commit()
    assert people.reads(world.tess, world.tess_grant)[world.before] == ""
    with pytest.raises(NotFound, match="damaged"):
        records.open_as_reader(
            world.db, world.tess.keyring, world.tess_grant, world.before, now=world.tess.now
        )


def test_a_wrap_of_an_earlier_stratum_is_never_opened(world: World) -> None:
    """Theo's grant holds stratum 2 on; here he is given a genuine wrap of stratum 1."""
    theo = held(world.db, world.ana.keyring, world.theo_grant, now=world.ana.now)
    journal = scopes.id_of(world.db, world.ana.keyring, "journal")
    address = scopes.KeyAddress(journal, 1, 1)
    key = scopes.key_at(world.db, world.ana.keyring, address)
    strata._wrap(world.db, theo, {address: key})
    world.db.commit()
    assert set(people.reads(world.theo, world.theo_grant)) == {world.after}
    with pytest.raises(NotFound, match="not covered"):
        records.open_as_reader(
            world.db, world.theo.keyring, world.theo_grant, world.before, now=world.theo.now
        )


def test_from_now_on_survives_somebody_elses_end(world: World) -> None:
    revoke(world)
    theos = held(world.db, world.ana.keyring, world.theo_grant, now=world.ana.now)
    assert thief.bodies(world.db, {theos.key}) == {world.after}
    assert people.reads(world.theo, world.theo_grant) == {world.after: "since Theo"}
    new = world.ana.write("later", scope="journal")
    assert set(people.reads(world.theo, world.theo_grant)) == {world.after, new.id}


def test_rows_in_the_clear_prolong_nothing(world: World) -> None:
    until = world.ana.now + timedelta(hours=1)
    choice = Choice(("journal", "check-ins"), "everything", until)
    consent.change(world.db, world.ana.root, world.tess_grant, choice, now=world.ana.now)
    world.db.commit()
    world.db.execute(update(Grant).values(not_after=None))
    world.db.commit()
    assert people.reads(world.tess, world.tess_grant)
    world.tess.later(hours=1)
    with pytest.raises(NotFound, match="expired"):
        people.reads(world.tess, world.tess_grant)
    # The patient's side counts it as over as well, and hands it nothing.
    held_now = held(world.db, world.ana.keyring, world.tess_grant, now=world.tess.now)
    assert held_now.status == "expired"


def test_after_the_end_by_the_clock_kept_keys_open_nothing(world: World) -> None:
    kept = cached(world)
    until = world.ana.now + timedelta(hours=1)
    choice = Choice(("journal", "check-ins"), "everything", until)
    consent.change(world.db, world.ana.root, world.tess_grant, choice, now=world.ana.now)
    world.db.commit()
    rotation.settle(world.db, builders.fresh(world.ana.keyring), now=until)
    assert thief.bodies(world.db, kept) == set()
    assert people.owns(world.ana) == world.records


def test_a_damaged_grant_that_runs_out_stops_nobody(world: World) -> None:
    until = world.ana.now + timedelta(hours=1)
    choice = Choice(("journal", "check-ins"), "everything", until)
    consent.change(world.db, world.ana.root, world.tess_grant, choice, now=world.ana.now)
    world.db.commit()
    kept = cached(world)
    mine = Grant.id == world.tess_grant
    world.db.execute(update(Grant).where(mine).values(kept_key=b"\1\1" + bytes(60)))
    world.db.commit()
    rotation.settle(world.db, builders.fresh(world.ana.keyring), now=until)
    assert thief.bodies(world.db, kept) == set()
    assert people.reads(world.theo, world.theo_grant) == {world.after: "since Theo"}


def test_a_share_put_back_after_its_end_opens_nothing(world: World) -> None:
    kept, keys = saved(world, GrantRecord), cached(world)
    shares.unshare(world.db, world.ana.keyring, world.tess_grant, world.shared, now=world.ana.now)
    world.db.commit()
    put_back(world, kept)
    assert world.shared not in thief.bodies(world.db, keys)
    assert people.reads(world.tess, world.tess_grant)[world.shared] == ""


def test_somebody_elses_share_row_gives_nothing(world: World) -> None:
    """Tess's wrap moved into Theo's grant: another context, another grant key."""
    grant: HeldGrant = held(world.db, world.ana.keyring, world.theo_grant, now=world.ana.now)
    world.db.execute(update(GrantRecord).values(grant_id=grant.id))
    world.db.commit()
    assert people.reads(world.theo, world.theo_grant)[world.shared] == ""
