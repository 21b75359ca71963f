"""Somebody who writes to the database makes a grant, or a part of one.

HPKE does not say who sealed, and rows say what they are told. Red when: `prove_grant_key` or
`pin_mac` is not compared (`pinning._pin`), a session's statement may widen
(`statement._verify_narrower`), `open_grant` takes keys from the row instead of the pin.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from journal.core import grants, invitations, pinning, records, scopes
from journal.core.consent import Choice
from journal.core.errors import CoreError, Damaged, NotFound
from journal.core.models import CaseloadRow, Grant, GrantStatement, Invitation
from journal.core.slots import shred_key_of
from journal.crypto import primitives
from journal.crypto.grant import (
    ScopeTerm,
    SignedStatement,
    Statement,
    key_check,
    seal_grant_key,
    sign_statement,
)
from journal.crypto.invitation import invitation_id
from tests import people
from tests.builders import World


def accepted(world: World) -> UUID:
    """Otto has used Tess's invitation; she has not been there since."""
    grant = invitations.accept_further(
        world.db,
        world.otto.root,
        world.waiting,
        choice=Choice(("journal",), "everything"),
        now=world.otto.now,
    )
    world.db.commit()
    return grant


def pinned(world: World) -> int:
    return pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now)


def set_grant(world: World, grant: UUID, **values: Any) -> None:
    world.db.execute(update(Grant).where(Grant.id == grant).values(**values))
    world.db.commit()


def sealed_for_tess(world: World, grant: UUID, key: bytes) -> bytes:
    return seal_grant_key(
        key,
        reader_public=world.tess.keyring.identity.sealing_public,
        patient_shred_key=shred_key_of(world.db, world.otto.id),
        patient=world.otto.id,
        grant=grant,
    )


def say(world: World, grant: UUID, key: bytes, signed: SignedStatement) -> None:
    """Put a statement, sealed under a known grant key, in place of all that were there."""
    world.db.execute(delete(GrantStatement).where(GrantStatement.grant_id == grant))
    grants.add_statement(world.db, signed, key)
    world.db.commit()


def genuine(world: World, grant: UUID) -> grants.HeldGrant:
    return grants.held(world.db, world.otto.keyring, grant, now=world.otto.now)


def test_the_genuine_grant_is_pinned(world: World) -> None:
    grant = accepted(world)
    assert pinned(world) == 1
    assert people.reads(world.tess, grant) == {world.ottos: "Otto's own words"}


def test_a_known_key_under_the_genuine_statement(world: World) -> None:
    """The attacker can even seal the genuine statement under his key: the check inside fails."""
    grant, mine = accepted(world), primitives.make_key()
    [signed] = grants.statements(world.db, world.otto.id, grant, genuine(world, grant).key)
    set_grant(world, grant, sealed_key=sealed_for_tess(world, grant, mine))
    assert pinned(world) == 0
    say(world, grant, mine, signed)
    assert pinned(world) == 0
    assert grant not in people.grants_of(world.tess)


def test_a_statement_of_the_attackers_own(world: World) -> None:
    """His key, his statement with the right check, signed by himself, or by nobody."""
    grant, mine, root = accepted(world), primitives.make_key(), primitives.make_key()
    said = replace(genuine(world, grant).statement, key_check=key_check(grant, mine))
    set_grant(world, grant, sealed_key=sealed_for_tess(world, grant, mine))
    for seed in (root, world.theo.root.root_seed):
        say(world, grant, mine, sign_statement(said, seed=seed))
        assert pinned(world) == 0


def test_the_patients_signature_without_the_tokens_mac(world: World) -> None:
    """Another patient can sign for himself; only who held the link can make its MAC."""
    grant = accepted(world)
    for mac in (None, bytes(32), primitives.make_key()):
        world.db.execute(update(Invitation).where(Invitation.grant_id == grant).values(pin_mac=mac))
        world.db.commit()
        assert pinned(world) == 0


def test_an_invitation_said_to_be_used_by_somebody_else(world: World) -> None:
    accepted(world)
    used = Invitation.id == invitation_id(world.waiting)
    for values in (
        {"used_by": world.ana.id},
        {"used_by": world.ana.id, "grant_id": world.theo_grant},
        {"used_by": None},
        {"grant_id": None},
    ):
        world.db.execute(update(Invitation).where(used).values(**values))
        world.db.commit()
        assert pinned(world) == 0


def test_a_caseload_row_alone_gives_nothing(world: World) -> None:
    world.db.execute(
        insert(CaseloadRow).values(
            account_id=world.tess.id, grant_id=world.otto_grant, patient_id=world.otto.id
        )
    )
    world.db.execute(update(Grant).values(reader_id=world.tess.id))
    world.db.commit()
    with pytest.raises(NotFound, match="no grant"):
        people.reads(world.tess, world.otto_grant)
    with pytest.raises(NotFound):
        records.open_as_reader(
            world.db, world.tess.keyring, world.otto_grant, world.ottos, now=world.tess.now
        )


def test_a_key_swapped_after_the_pin_changes_nothing(world: World) -> None:
    read = people.reads(world.tess, world.tess_grant)
    mine = primitives.make_key()
    set_grant(world, world.tess_grant, sealed_key=sealed_for_tess(world, world.tess_grant, mine))
    assert people.reads(world.tess, world.tess_grant) == read


def wider(world: World, said: Statement) -> Statement:
    """The statement and one scope more, as the next one."""
    care = scopes.id_of(world.db, world.ana.keyring, "care")
    term = ScopeTerm("care", care, 1, "everything", said.made_at)
    return replace(said, scopes=(*said.scopes, term), seq=said.seq + 1)


@pytest.mark.parametrize("what", ["a scope", "no end", "an earlier start", "another key"])
def test_a_stolen_session_widens_nothing(world: World, what: str) -> None:
    """It holds the session's signing key and can write every row: readers refuse what it says."""
    held = grants.held(world.db, world.ana.keyring, world.theo_grant, now=world.ana.now)
    said = held.statement
    changed = {
        "a scope": lambda: wider(world, said),
        "no end": lambda: replace(said, follows=True, status="live", purpose="research"),
        "an earlier start": lambda: replace(
            said, scopes=tuple(replace(term, first_stratum=1) for term in said.scopes)
        ),
        "another key": lambda: replace(
            said, key_check=key_check(said.grant, primitives.make_key())
        ),
    }[what]()
    signer = world.ana.keyring.signer
    signed = sign_statement(
        replace(changed, seq=said.seq + 1), seed=signer.seed, certificate=signer.certificate
    )
    grants.add_statement(world.db, signed, held.key)
    world.db.commit()
    with pytest.raises(NotFound, match="unverified"):
        people.reads(world.theo, world.theo_grant)
    with pytest.raises(Damaged):
        grants.held(world.db, world.ana.keyring, world.theo_grant, now=world.ana.now)


def test_a_statement_for_another_reader_gives_this_one_nothing(world: World) -> None:
    """Theo's genuine statements under Tess's grant: her key does not open them."""
    theirs = select(GrantStatement.sealed).where(GrantStatement.grant_id == world.theo_grant)
    sealed = world.db.scalars(theirs).first()
    mine = GrantStatement.grant_id == world.tess_grant
    world.db.execute(update(GrantStatement).where(mine).values(sealed=sealed))
    world.db.commit()
    with pytest.raises(CoreError):
        people.reads(world.tess, world.tess_grant)
