"""Leaving: consents end at once, the account after a week unless its owner stays after all."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from journal.base import Base
from journal.core import (
    accounts,
    consent,
    erasing,
    invitations,
    leaving,
    receipts,
    records,
    replaying,
    rotation,
    sessions,
)
from journal.core import tombstones as stones
from journal.core.errors import InvitationClosed, NotFound, SessionEnded
from journal.core.models import Account, CaseloadRow, Grant, GrantKey, Tombstone
from tests import builders, people
from tests.builders import Built, World
from tests.people import Person


class Killed(Exception):
    """The machine lost its power."""


@contextmanager
def killed_at(db, number: int):
    """Die before the n-th statement of the block."""
    left = [number]

    def die(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        # The commits of `world` are savepoints: their ends are SQLAlchemy's own.
        left[0] -= not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        if left[0] == 0:
            raise Killed

    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", die)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", die)


def asks(person: Person) -> None:
    leaving.ask(person.db, builders.fresh(person.keyring), now=person.now)


def a_week_later(world: World) -> None:
    erasing.erase_due(world.db, now=world.ana.now + leaving.WAITS)


def rows_of(world: World, person: Person) -> dict[str, int]:
    """How many rows name an account anywhere, by table."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.type.python_type is type(person.id):
                there = select(func.count()).select_from(table).where(column == person.id)
                if count := world.db.scalar(there):
                    found[f"{table.name}.{column.name}"] = count
    return found


def test_nobody_reads_from_the_moment_ana_asks(world: World) -> None:
    asks(world.ana)
    assert people.grants_of(world.tess) == []
    for reader, grant in ((world.tess, world.tess_grant), (world.theo, world.theo_grant)):
        with pytest.raises(NotFound):
            people.reads(reader, grant)
    wraps = select(func.count()).where(GrantKey.account_id == world.ana.id)
    assert world.db.scalar(wraps) == 0
    events = [one.event for one in receipts.listed(world.db, world.ana.keyring)]
    assert events[:2] == ["ended", "ended"]


def test_until_the_day_she_has_everything_and_the_job_leaves_it(world: World) -> None:
    asks(world.ana)
    rotation.finish(world.db, builders.fresh(world.ana.keyring), now=world.ana.now)
    erasing.erase_due(world.db, now=world.ana.now + leaving.WAITS - timedelta(seconds=1))
    assert people.owns(world.ana.over(world.db)) == world.records
    assert world.ana.write("still mine").version == 1


def test_asked_twice_the_day_stays(world: World) -> None:
    asks(world.ana)
    first = leaving.pending(world.db, world.ana.id)
    world.ana.later(days=2)
    asks(world.ana)
    assert leaving.pending(world.db, world.ana.id) == first
    assert first is not None
    assert first.erase_at - first.asked_at == timedelta(days=7)


def test_who_stays_after_all_is_not_erased_and_shares_with_nobody(world: World) -> None:
    asks(world.ana)
    assert leaving.cancel(world.db, world.ana.id)
    world.db.commit()
    assert not leaving.cancel(world.db, world.ana.id)
    a_week_later(world)
    assert people.owns(world.ana.over(world.db)) == world.records
    assert people.grants_of(world.tess) == []


def test_after_a_week_no_row_names_her_but_the_tombstone_and_her_readers_own(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    asks(world.ana)
    a_week_later(world)
    assert rows_of(world, world.ana) == {"tombstones.account_id": 1, "caseload.patient_id": 2}
    assert world.db.scalars(select(Tombstone.kind)).all() == ["account"]
    assert accounts.account_of(world.db, world.site, world.ana.email) is None
    with pytest.raises(SessionEnded):
        sessions.resume(world.db, world.site, cookie, now=world.ana.now)
    assert people.owns(world.otto.over(world.db)) == {world.ottos: "Otto's own words"}


def test_erasing_twice_is_erasing_once(world: World) -> None:
    for first in (True, False):
        assert erasing.erase(world.db, world.ana.id, now=world.ana.now) is first
    a_week_later(world)
    assert world.db.scalar(select(func.count()).select_from(Tombstone)) == 1


def test_killed_at_any_statement_nothing_or_everything_is_erased(built: Built) -> None:
    for at in range(1, 200):
        with built.world() as world:
            asks(world.ana)
            try:
                with killed_at(world.db, at):
                    a_week_later(world)
            except Killed:
                world.db.rollback()
                assert people.owns(world.ana.over(world.db)) == world.records, at
                a_week_later(world)
                assert rows_of(world, world.ana).keys() == {
                    "tombstones.account_id",
                    "caseload.patient_id",
                }
            else:
                assert at > 20
                return
    pytest.fail("the erasure never ended")


def test_only_who_could_read_until_then_learns_that_she_left(world: World) -> None:
    """Theo's consent ended long before: that she leaves is no business of his."""
    consent.revoke(world.db, builders.fresh(world.ana.keyring), world.theo_grant, now=world.ana.now)
    world.db.commit()
    world.ana.later(days=30)
    asks(world.ana)
    a_week_later(world)
    named = select(CaseloadRow.account_id).where(CaseloadRow.patient_id == world.ana.id)
    assert world.db.scalars(named).all() == [world.tess.id]


def test_tess_is_told_the_label_that_she_gave_and_the_day(world: World) -> None:
    asks(world.ana)
    assert leaving.departed(world.db, world.tess.keyring, now=world.tess.now) == []
    a_week_later(world)
    [told] = leaving.departed(world.db, world.tess.keyring, now=world.tess.now)
    assert (told.label, told.at) == ("Ana", world.ana.now + leaving.WAITS)
    long_after = world.ana.now + leaving.WAITS + leaving.TOLD_FOR
    assert leaving.departed(world.db, world.tess.keyring, now=long_after) == []


def test_what_tess_held_is_gone_at_once_when_she_leaves(world: World) -> None:
    asks(world.tess)
    sealed = select(Grant.status, Grant.sealed_key).where(Grant.id == world.tess_grant)
    assert world.db.execute(sealed).one() == ("left", None)
    held = select(func.count()).where(GrantKey.grant_id == world.tess_grant)
    assert world.db.scalar(held) == 0
    with pytest.raises(InvitationClosed):
        invitations.open_invitation(world.db, world.waiting, now=world.tess.now)
    assert invitations.waiting(world.db, world.tess.keyring, now=world.tess.now) == []
    assert people.reads(world.theo, world.theo_grant) == {world.after: "since Theo"}


def test_ana_signs_the_ending_at_her_next_session(world: World) -> None:
    asks(world.tess)
    ana = builders.fresh(world.ana.keyring)
    rotation.settle(world.db, ana, now=world.ana.now)
    told = consent.one_grant(world.db, ana, world.tess_grant, now=world.ana.now)
    assert (told.status, told.statement.status) == ("left", "ended")
    assert receipts.listed(world.db, ana)[0].event == "ended"
    assert people.owns(world.ana.over(world.db)) == world.records
    assert world.db.scalar(select(func.count()).where(Grant.rotation != "none")) == 0
    # A writer to the database puts the row back to life: the statement is still an ended one.
    world.db.execute(update(Grant).where(Grant.id == world.tess_grant).values(status="live"))
    assert not consent.one_grant(world.db, ana, world.tess_grant, now=world.ana.now).live


def test_what_an_asking_that_was_killed_left_open_the_job_closes(world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaving, "close_reader", lambda *_, **__: None)
        asks(world.tess)
    assert people.reads(world.tess, world.tess_grant)
    erasing.erase_due(world.db, now=world.tess.now)
    with pytest.raises(NotFound):
        people.reads(world.tess, world.tess_grant)


def test_a_therapist_is_erased_after_a_week_and_her_patients_keep_all(world: World) -> None:
    asks(world.tess)
    a_week_later(world)
    assert world.db.scalar(select(Account.id).where(Account.id == world.tess.id)) is None
    assert rows_of(world, world.tess) == {"grants.reader_id": 1, "tombstones.account_id": 1}
    ana = builders.fresh(world.ana.keyring)
    rotation.settle(world.db, ana, now=world.ana.now)
    [left] = [one for one in consent.all_grants(world.db, ana, now=world.ana.now) if not one.live]
    assert left.reader_name == "Tess"
    assert people.owns(world.ana.over(world.db)) == world.records


def test_otto_ends_a_therapist_who_cant_do_it_herself(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.tess)
    assert leaving.end_therapist(world.db, world.tess.id, now=world.tess.now) == 1
    with pytest.raises(SessionEnded):
        sessions.resume(world.db, world.site, cookie, now=world.tess.now)
    with pytest.raises(InvitationClosed):
        invitations.open_invitation(world.db, world.waiting, now=world.tess.now)
    with pytest.raises(NotFound):
        people.reads(world.tess, world.tess_grant)
    assert leaving.end_therapist(world.db, world.tess.id, now=world.tess.now) == 0
    assert leaving.end_therapist(world.db, world.ana.id, now=world.tess.now) is None


@pytest.mark.parametrize("status", ["left", "ended"])
def test_a_leaving_is_replayed_over_an_older_database(world: World, status: str) -> None:
    stones.add(world.db, status, world.ana.id, grant_id=world.tess_grant, now=world.ana.now)
    assert replaying.replay(world.db, set()) == 1
    world.db.commit()
    rotation.settle(world.db, builders.fresh(world.ana.keyring), now=world.ana.now)
    told = consent.one_grant(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    assert (told.status, told.statement.status) == (status, "ended")


def test_what_ana_writes_while_she_waits_stays_hers(world: World) -> None:
    asks(world.ana)
    written = world.ana.write("a last word", scope="journal")
    opened = records.open_as_owner(world.db, world.ana.keyring, written.id)
    assert opened.content["body"] == "a last word"
