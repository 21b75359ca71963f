"""Somebody who writes to the database moves sealed rows about, each of them genuine.

Red when an envelope's context leaves out owner, scope, stratum, generation, record or version:
`sealing._context`, `strata.wrap_context`, `resealing.wrap_context`, `scopes._context`.
"""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from journal.core import accounts, invitations, records, scopes, sessions
from journal.core.errors import Damaged, InvitationClosed, SessionEnded, WrongCredentials
from journal.core.models import Account, GrantKey, Invitation, KeySlot, Record, ScopeKey, Session
from tests import builders, people, thief
from tests.builders import World
from tests.people import PASSWORD


def change(world: World, table: Any, where: Any, **values: Any) -> None:
    world.db.execute(update(table).where(where).values(**values))
    world.db.commit()
    for person in (world.ana, world.otto):
        person.keyring.scope_keys.clear()


def row(world: World, record_id: UUID) -> Any:
    return world.db.execute(select(Record.__table__).where(Record.id == record_id)).one()


def test_two_bodies_swapped(world: World) -> None:
    change(world, Record, Record.id == world.private, body=row(world, world.before).body)
    expected = world.records | {world.private: ""}
    assert people.owns(world.ana) == expected


def test_body_and_key_of_another_record(world: World) -> None:
    """A private entry's sealed words under a shared entry's row would reach its readers."""
    taken = row(world, world.private)
    change(world, Record, Record.id == world.before, body=taken.body, wrapped_key=taken.wrapped_key)
    assert people.owns(world.ana) == world.records | {world.before: ""}
    assert people.reads(world.tess, world.tess_grant)[world.before] == ""


def test_body_and_key_of_a_neighbour_under_the_same_scope_key(world: World) -> None:
    """The scope's key opens both: only the record's id in the context tells them apart."""
    taken, there = row(world, world.private), row(world, world.shared)
    assert taken.scope_id == there.scope_id
    change(world, Record, Record.id == world.shared, body=taken.body, wrapped_key=taken.wrapped_key)
    assert people.owns(world.ana) == world.records | {world.shared: ""}


def test_a_single_share_under_another_scopes_name(world: World) -> None:
    """Its content key opens the body wherever it lies: the scope in the context forbids it."""
    care = scopes.id_of(world.db, world.ana.keyring, "care")
    change(world, Record, Record.id == world.shared, scope_id=care)
    assert people.reads(world.tess, world.tess_grant)[world.shared] == ""


def test_a_record_pushed_into_a_shared_scope(world: World) -> None:
    """Relabelled, `private` lies in the readers' list; its key is still not theirs."""
    journal = row(world, world.after)
    change(
        world,
        Record,
        Record.id == world.private,
        scope_id=journal.scope_id,
        stratum=journal.stratum,
        generation=journal.generation,
    )
    assert people.reads(world.tess, world.tess_grant)[world.private] == ""
    assert people.reads(world.theo, world.theo_grant)[world.private] == ""
    assert people.owns(world.ana) == world.records | {world.private: ""}


@pytest.mark.parametrize("column", ["stratum", "generation", "version"])
def test_a_record_under_another_number(world: World, column: str) -> None:
    now = getattr(row(world, world.before), column)
    change(world, Record, Record.id == world.before, **{column: now + 1})
    assert people.owns(world.ana)[world.before] == ""


def test_an_older_version_of_a_record(world: World) -> None:
    older = row(world, world.before)
    records.edit(
        world.db,
        world.ana.keyring,
        record_id=world.before,
        version=1,
        content={"body": "newer"},
        occurred_at=world.ana.now,
        now=world.ana.now,
    )
    change(world, Record, Record.id == world.before, body=older.body, wrapped_key=older.wrapped_key)
    assert people.owns(world.ana)[world.before] == ""


def test_a_record_moved_to_another_owner(world: World) -> None:
    """Otto's therapist would read Ana's words, were the owner not part of the context."""
    ottos = row(world, world.ottos)
    change(
        world,
        Record,
        Record.id == world.private,
        account_id=world.otto.id,
        scope_id=ottos.scope_id,
        stratum=ottos.stratum,
        generation=ottos.generation,
    )
    assert people.owns(world.otto)[world.private] == ""
    assert people.reads(world.theo, world.otto_grant)[world.private] == ""


def test_a_scope_key_of_another_scope(world: World) -> None:
    """Else new journal entries would be sealed under the key of a scope that is shared."""
    by_name = scopes.ids(world.db, world.ana.keyring)
    shared = select(ScopeKey.wrapped).where(
        ScopeKey.scope_id == by_name["check-ins"], ScopeKey.stratum == 1
    )
    wrapped = world.db.scalars(shared).first()
    change(world, ScopeKey, ScopeKey.scope_id == by_name["private"], wrapped=wrapped)
    with pytest.raises(Damaged):
        world.ana.write("not under their key")
    world.db.rollback()
    assert people.owns(world.ana)[world.private] == ""


def test_a_grants_wrap_moved_to_another_scope_or_stratum(world: World) -> None:
    mine = GrantKey.grant_id == world.theo_grant
    read = people.reads(world.theo, world.theo_grant)
    change(world, GrantKey, mine, stratum=1)
    assert set(people.reads(world.theo, world.theo_grant).values()) == {""}
    change(world, GrantKey, mine, stratum=2)
    assert people.reads(world.theo, world.theo_grant) == read


def test_a_slot_of_another_account_opens_nothing(world: World) -> None:
    """Otto's slot under Ana's account: his password would be hers."""
    kind = KeySlot.kind == 1
    ottos = world.db.execute(
        select(KeySlot.__table__).where(KeySlot.account_id == world.otto.id, kind)
    ).one()
    mine = (KeySlot.account_id == world.ana.id) & kind
    change(world, KeySlot, mine, body=ottos.body, salt=ottos.salt)
    with pytest.raises(WrongCredentials):
        accounts.unlock(
            world.db, world.site, email=world.ana.email, password=PASSWORD, now=world.ana.now
        )


def test_a_session_moved_to_another_account_opens_nothing(world: World) -> None:
    cookie, ring = builders.sign_in(world, world.otto)
    change(world, Session, Session.id == ring.session_id, account_id=world.ana.id)
    with pytest.raises(SessionEnded):
        sessions.resume(world.db, world.site, cookie, now=world.otto.now)


def test_an_older_private_state_does_not_open(world: World) -> None:
    older = world.db.scalar(select(Account.state).where(Account.id == world.ana.id))
    accounts.change_profile(
        world.db, world.ana.keyring, name="Ana", zone="Europe/Vienna", idle_minutes=5
    )
    change(world, Account, Account.id == world.ana.id, state=older)
    with pytest.raises(Damaged):
        accounts.profile(world.db, world.ana.keyring)


@pytest.mark.parametrize("column", ["sealed", "inviter_id", "role"])
def test_a_swapped_invitation_vouches_for_nobody_else(world: World, column: str) -> None:
    invited = invitations.invite_patient(world.db, world.theo.keyring, label="", now=world.theo.now)
    theirs = select(Invitation.__table__).where(Invitation.id == invited.id)
    others = dict(world.db.execute(theirs).mappings().one()) | {"role": "therapist"}
    before = invitations.open_invitation(world.db, world.waiting, now=world.tess.now)
    change(world, Invitation, Invitation.id == before.id, **{column: others[column]})
    try:
        after = invitations.open_invitation(world.db, world.waiting, now=world.tess.now)
    except InvitationClosed:
        assert column != "role"
    else:
        assert after == before, "only the sealed content counts"


def test_the_thief_finds_no_row_that_opens_under_another_owner(world: World) -> None:
    """Ana's keys open nothing of Otto's, whatever they are tried on."""
    found = thief.opened(world.db, {world.ana.root.account_key})
    assert found
    assert all(world.otto.id not in item.row for item in found)
