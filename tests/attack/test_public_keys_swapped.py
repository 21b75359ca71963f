"""Somebody who writes to the database puts a public key of their own in an account's row.

Whoever then vouches for that row's keys (an invitation carries the inviter's, a statement is
checked against the patient's) would vouch for the attacker's. Red when `sessions._open_row` or
`slots.open_root` no longer compares the fingerprint that was sealed with the private half.
"""

from dataclasses import replace

import pytest
from sqlalchemy import update

from journal.core import accounts, consent, invitations, pinning, rotation, sessions
from journal.core.consent import Choice
from journal.core.errors import OwnKeyChanged, ReaderKeyChanged, SessionEnded
from journal.core.models import Account
from journal.crypto import primitives
from tests import builders, people
from tests.builders import World
from tests.people import PASSWORD, Person


def swap(world: World, person: Person, which: str) -> None:
    mine = primitives.make_key()
    made = {
        "root_public": primitives.signing_public(mine),
        "sealing_public": primitives.sealing_public(mine),
    }
    changed = update(Account).where(Account.id == person.id).values({which: made[which]})
    world.db.execute(changed)
    world.db.commit()


@pytest.mark.parametrize("which", ["root_public", "sealing_public"])
def test_a_session_with_swapped_keys_is_over(world: World, which: str) -> None:
    cookie, _ = builders.sign_in(world, world.tess)
    sessions.resume(world.db, world.site, cookie, now=world.tess.now)
    swap(world, world.tess, which)
    with pytest.raises(SessionEnded):
        sessions.resume(world.db, world.site, cookie, now=world.tess.now)


@pytest.mark.parametrize("which", ["root_public", "sealing_public"])
def test_the_password_opens_no_account_whose_keys_were_swapped(world: World, which: str) -> None:
    swap(world, world.ana, which)
    with pytest.raises(OwnKeyChanged):
        accounts.unlock(
            world.db, world.site, email=world.ana.email, password=PASSWORD, now=world.ana.now
        )
    with pytest.raises(OwnKeyChanged):
        world.ana.step_up()


def test_a_key_swapped_before_acceptance_gets_nothing(world: World) -> None:
    """The patient seals to the key that the invitation's token vouches for, and to no other."""
    swap(world, world.tess, "sealing_public")
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, world.ana.keyring, now=world.ana.now)
    with pytest.raises(ReaderKeyChanged):
        invitations.accept_further(
            world.db,
            world.ana.root,
            world.waiting,
            choice=Choice(("journal",), "everything"),
            now=world.ana.now,
        )
    assert pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now) == 0


@pytest.mark.parametrize("which", ["root_public", "sealing_public"])
def test_a_patient_whose_keys_were_swapped_is_not_pinned(world: World, which: str) -> None:
    grant = invitations.accept_further(
        world.db, world.otto.root, world.waiting, choice=Choice(()), now=world.otto.now
    )
    world.db.commit()
    swap(world, world.otto, which)
    assert pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now) == 0
    assert grant not in people.grants_of(world.tess)


def test_a_pinned_patient_stays_who_she_was(world: World) -> None:
    """Later swaps change nothing: the pin holds the keys, not the row."""
    read = people.reads(world.tess, world.tess_grant)
    swap(world, world.ana, "root_public")
    ring = replace(world.tess, keyring=builders.fresh(world.tess.keyring))
    assert people.reads(ring, world.tess_grant) == read != {}
