"""A new start is made up, taken over, cut off halfway, or used to slip in somebody's words.

The database's writer knows no token and no key; a therapist may be dishonest. Red when:
`restarts.verify` skips the statement's signature, the keys it names, the link's signature or its
hours; `resetting.reset` asks not whose address it is, or commits before its end; `taking_in`
writes under the record's own id; `slots._slot_row` forgets which keys a slot opens.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from journal.core import (
    accounts,
    grants,
    invitations,
    outer_layers,
    pinning,
    reading,
    records,
    reopening,
    resetting,
    restarts,
    returning,
    taking_in,
)
from journal.core.errors import InvitationClosed, WrongCredentials
from journal.core.models import Account, Invitation, Record, ReturnedRecord
from journal.core.slots import make_signer
from journal.crypto import canonical, envelope, invitation, primitives
from journal.crypto.context import Label, context
from journal.crypto.grant import derive_return_key, sign_statement
from journal.crypto.identity import PublicIdentity
from journal.crypto.sitekey import SiteKey
from tests import people, thief
from tests.builders import Built, World
from tests.kills import Killed, killed_at
from tests.people import PASSWORD
from tests.unit.core.test_resetting import NEW_PASSWORD, begin, link
from tests.unit.core.test_returning import anew, give, take

Content = dict[str, Any]


def content_of(world: World, token: str) -> Content:
    """What a link holds, as whoever has its token reads it."""
    made = invitation.invitation_id(token)
    row = world.db.execute(select(Invitation.__table__).where(Invitation.id == made)).one()
    where = context(Label.INVITATION, owner=row.inviter_id, object=row.id)
    opened = envelope.open_(invitation.content_key(token), row.sealed, where)
    found: Content = json.loads(envelope.unpad(opened))
    return found


def put_in(world: World, content: Content, token: str = "") -> str:
    """A row that the database's writer makes, under a token of his own."""
    token = token or invitation.make_token()
    made, tess = invitation.invitation_id(token), world.tess.id
    where = context(Label.INVITATION, owner=tess, object=made)
    padded = envelope.pad(json.dumps(content).encode(), 4096)
    world.db.execute(
        insert(Invitation).values(
            id=made,
            role="restart",
            inviter_id=tess,
            sealed=envelope.seal(invitation.content_key(token), padded, where),
            expires_at=int((world.ana.now + timedelta(days=3)).timestamp()),
            status="open",
        )
    )
    world.db.commit()
    return token


def signed_link(
    world: World, content: Content, seed: bytes, certificate: bytes, token: str
) -> Content:
    """The content with a signature over a link of one's own."""
    proof = content["proof"]
    members = {
        "invitation": str(invitation.invitation_id(token)),
        "account": proof["account"],
        "grant": proof["grant"],
        "made_at": proof["made_at"],
    }
    signature = primitives.sign(seed, restarts.NAMESPACE, canonical.dumps(members))
    said = proof | {"signature": signature.hex(), "certificate": certificate.hex()}
    return content | {"proof": said}


def refused(world: World, token: str) -> None:
    with pytest.raises(InvitationClosed):
        begin(world, token)
    world.db.rollback()
    assert people.owns(world.ana).keys() == world.records.keys()


def test_a_link_copied_into_another_row_opens_nothing(world: World) -> None:
    refused(world, put_in(world, content_of(world, link(world))))


def test_a_writer_who_signs_the_link_himself_is_not_tess(world: World) -> None:
    """He has even Ana's genuine statement, as from a receipt that she gave away."""
    content, token = content_of(world, link(world)), invitation.make_token()
    theo = world.theo.keyring
    made = signed_link(world, content, theo.signer.seed, theo.signer.certificate, token)
    refused(world, put_in(world, made, token))


def test_keys_that_the_statement_does_not_name_vouch_for_nobody(world: World) -> None:
    """He has put keys of his own into Tess's row as well, so that the row vouches for them."""
    content, seed = content_of(world, link(world)), primitives.make_key()
    sealing = primitives.sealing_public(primitives.make_key())
    his = PublicIdentity(world.tess.id, primitives.signing_public(seed), sealing)
    hers = Account.id == world.tess.id
    row = {"root_public": his.root_public, "sealing_public": his.sealing_public}
    world.db.execute(update(Account).where(hers).values(**row))
    world.db.commit()
    signer = make_signer(seed, world.tess.id, now=world.tess.now)
    for former in ("", content["identity"]):
        token, proof = invitation.make_token(), content["proof"] | {"former": former}
        named = content | {"identity": his.encode().hex(), "proof": proof}
        made = signed_link(world, named, signer.seed, signer.certificate, token)
        refused(world, put_in(world, made, token))


def test_a_statement_that_ana_did_not_sign_vouches_for_nobody(world: World) -> None:
    """Tess herself, whose consent is for something else, writes one and signs the link."""
    content, token = content_of(world, link(world)), invitation.make_token()
    tess = world.tess.keyring
    signed = grants.SignedStatement.decode(bytes.fromhex(content["proof"]["statement"]))
    false = sign_statement(signed.statement, seed=world.tess.root.root_seed)
    proof = content["proof"] | {"statement": false.encode().hex()}
    made = signed_link(
        world, content | {"proof": proof}, tess.signer.seed, tess.signer.certificate, token
    )
    refused(world, put_in(world, made, token))


def test_theo_makes_no_link_out_of_tesss_consent(world: World) -> None:
    content, token = content_of(world, link(world)), invitation.make_token()
    theo = world.theo.keyring
    his = content | {"identity": theo.identity.encode().hex()}
    made = signed_link(world, his, theo.signer.seed, theo.signer.certificate, token)
    refused(world, put_in(world, made, token))


def test_a_genuine_link_for_another_account_is_not_anas(world: World) -> None:
    content, token = content_of(world, link(world)), invitation.make_token()
    tess = world.tess.keyring
    proof = content["proof"] | {"account": str(world.otto.id)}
    made = signed_link(
        world, content | {"proof": proof}, tess.signer.seed, tess.signer.certificate, token
    )
    put_in(world, made, token)
    with pytest.raises(InvitationClosed):
        begin(world, token, email=world.otto.email)


def test_a_row_set_back_to_open_or_prolonged_lets_nobody_in(world: World) -> None:
    token = link(world)
    mine = Invitation.id == invitation.invitation_id(token)
    far = int((world.ana.now + timedelta(days=90)).timestamp())
    world.db.execute(update(Invitation).where(mine).values(expires_at=far))
    world.db.commit()
    now, world.ana.now = world.ana.now, world.ana.now + invitations.LASTS
    refused(world, token)
    world.ana.now = now
    begin(world, token)
    world.db.execute(update(Invitation).where(mine).values(status="open", used_by=None))
    world.db.commit()
    with pytest.raises(InvitationClosed):
        begin(world, token)


def test_who_found_the_link_needs_anas_own_address(world: World) -> None:
    token = link(world)
    for email in (world.otto.email, world.tess.email, "nobody@example.org", ""):
        with pytest.raises(WrongCredentials):
            begin(world, token, email=email)
        world.db.rollback()
    assert people.owns(world.ana).keys() == world.records.keys()


def test_tess_pins_nobody_else_when_the_row_says_that_another_used_it(world: World) -> None:
    token = link(world)
    begin(world, token)
    mine = Invitation.id == invitation.invitation_id(token)
    world.db.execute(update(Invitation).where(mine).values(used_by=world.otto.id))
    world.db.commit()
    assert pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now) == 0


def test_keys_put_into_anas_row_are_pinned_by_nobody(world: World) -> None:
    """Red when `pinning._pin` compares no MAC: the writer begins anew in Ana's place."""
    token = link(world)
    begin(world, token)
    theo = world.theo.keyring.identity
    hers = Account.id == world.ana.id
    world.db.execute(update(Account).where(hers).values(root_public=theo.root_public))
    world.db.commit()
    assert pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now) == 0


def test_old_and_new_keys_open_nothing_of_each_other(world: World) -> None:
    ana = begin(world, link(world))
    since = ana.write("written since")
    assert thief.bodies(world.db, {ana.root.account_key}) == {since.id}
    assert thief.bodies(world.db, {world.ana.root.account_key}) == set(world.records)


def test_neither_secret_opens_the_others_slot(world: World) -> None:
    ana = begin(world, link(world))
    for secret in (world.ana.kit, PASSWORD):
        by = {"kit": secret} if secret == world.ana.kit else {"password": secret}
        unlock = accounts.unlock_with_kit if "kit" in by else accounts.unlock
        with pytest.raises(WrongCredentials):
            unlock(world.db, world.site, email=ana.email, now=ana.now, **by)
    for secret in (ana.kit, NEW_PASSWORD):
        with pytest.raises(WrongCredentials):
            reopening.unlock(world.db, world.site, ana.keyring, secret=secret)


def test_killed_at_any_statement_of_a_new_start_it_was_or_it_was_not(built: Built) -> None:
    with built.world() as world:
        token = link(world)
        with killed_at(world.db, 0) as count:
            begin(world, token)
    assert count[0] > 20
    for at in range(1, count[0] + 1, 3):
        with built.world() as world:
            token, given = link(world), {"email": world.ana.email, "now": world.ana.now}
            with killed_at(world.db, at):
                try:
                    begin(world, token)
                except Killed:
                    world.db.rollback()
                else:
                    continue
            assert accounts.unlock(world.db, world.site, password=PASSWORD, **given), at
            assert people.owns(world.ana).keys() == world.records.keys(), at
            assert begin(world, token).id == world.ana.id, at


def false_return(world: World, grant_id, record_id, key: bytes, **plain: Any) -> None:
    """A row as somebody who holds this grant key puts it in."""
    said = {
        "kind": "entry",
        "scope": "journal",
        "content": {"body": "I never wrote this"},
        "occurred_at": world.ana.now.isoformat(),
        "written_at": world.ana.now.isoformat(),
        "at": int(world.ana.now.timestamp()),
    }
    padded = envelope.pad(json.dumps(said | plain).encode(), 512)
    sealed = envelope.seal(
        derive_return_key(key), padded, returning.place(world.ana.id, grant_id, record_id)
    )
    world.db.execute(
        insert(ReturnedRecord).values(
            account_id=world.ana.id, grant_id=grant_id, record_id=record_id, n=99, sealed=sealed
        )
    )
    world.db.commit()


def test_a_writer_without_the_grant_key_gives_nothing_back(world: World) -> None:
    ana, fresh = anew(world)
    false_return(world, fresh, uuid4(), primitives.make_key())
    assert take(ana) == 0
    assert people.owns(ana) == {}


def test_a_returned_row_moved_to_another_record_or_consent_does_not_open(world: World) -> None:
    ana, fresh = anew(world)
    theos = people.share_with(ana, world.theo, ("journal",))
    give(world, fresh)
    rows = list(world.db.scalars(select(ReturnedRecord.record_id)))
    for changes, row in zip(({"grant_id": theos}, {"record_id": uuid4()}), rows, strict=False):
        mine = ReturnedRecord.record_id == row
        world.db.execute(update(ReturnedRecord).where(mine).values(**changes))
    world.db.commit()
    assert take(ana) == len(rows) - 2
    assert len(people.owns(ana)) == len(rows) - 2


def test_a_false_record_of_tesss_is_marked_as_hers_and_replaces_nothing(world: World) -> None:
    """She writes to the database as well, and so can make up what she "gives back"."""
    ana, fresh = anew(world)
    grant = reading.open_grant(world.db, world.tess.keyring, fresh, now=ana.now)
    mine = ana.write("my own words", scope="journal")
    before = world.db.execute(select(Record.__table__).where(Record.id == mine.id)).one()
    false_return(world, fresh, mine.id, grant.target.key)
    assert take(ana) == 1
    assert world.db.execute(select(Record.__table__).where(Record.id == mine.id)).one() == before
    made = records.open_as_owner(world.db, ana.keyring, taking_in.own_id(fresh, mine.id))
    assert made.returned is not None
    assert made.returned["by"] == "Tess"
    assert records.open_as_owner(world.db, ana.keyring, mine.id).returned is None


def test_with_the_old_kit_a_false_copy_stands_beside_the_true_one(world: World) -> None:
    ana, fresh = anew(world)
    grant = reading.open_grant(world.db, world.tess.keyring, fresh, now=ana.now)
    false_return(world, fresh, world.before, grant.target.key)
    take(ana)
    old = reopening.unlock(world.db, world.site, ana.keyring, secret=world.ana.kit)
    reopening.move(world.db, ana.keyring, old, now=ana.now)
    assert set(people.owns(ana).values()) == {*world.records.values(), "I never wrote this"}


def test_after_the_site_key_was_rotated_the_old_kit_still_opens(world: World) -> None:
    ana = begin(world, link(world))
    site = SiteKey(world.site.versions | {2: primitives.make_key()})
    assert sum(outer_layers.seal_anew(world.db, site)) > 0
    assert set(outer_layers.versions(world.db)) == {2}
    new = SiteKey({2: site.versions[2]})
    assert outer_layers.layers(world.db, new).closed == 0
    old = reopening.unlock(world.db, new, ana.keyring, secret=world.ana.kit)
    assert reopening.move(world.db, ana.keyring, old, now=ana.now) == 5


def test_what_a_link_says_of_the_reader_is_not_taken_from_the_row(world: World) -> None:
    token = link(world)
    invited = invitations.open_invitation(world.db, token, now=world.ana.now)
    vouched = restarts.verify(world.db, invited, now=world.ana.now)
    assert (vouched.account_id, vouched.name) == (world.ana.id, "Ana")
    bare = replace(invited, proof={})
    with pytest.raises(InvitationClosed):
        restarts.verify(world.db, bare, now=world.ana.now)
    assert resetting.START not in thief.opened_state(world.db, world.ana.keyring)
