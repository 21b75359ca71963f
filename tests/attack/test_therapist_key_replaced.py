"""Somebody who writes to the database puts other keys in a therapist's place, or announces some.

Ana's sealed state pins Tess's keys, and only those lead on to new ones. Each test names the line
that, broken, turns it red.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, update

from journal.core import (
    access_log,
    accounts,
    caseload,
    consent,
    grants,
    invitations,
    key_change,
    reader_keys,
    reading,
    records,
    rotation,
    sessions,
    shares,
)
from journal.core.consent import Choice
from journal.core.errors import ConsentNamesOthers, NotFound, ReaderKeyChanged
from journal.core.models import Account, KeyAnnouncement
from journal.crypto import announcement, primitives
from journal.crypto.identity import PublicIdentity
from tests import builders, people
from tests.builders import World
from tests.copies import copied, put_back_account
from tests.people import Person

BOTH = ("journal", "check-ins")


def make_keys(account: UUID) -> tuple[bytes, PublicIdentity]:
    """Keys of an attacker's own, under somebody's account."""
    seed = primitives.make_key()
    public = primitives.signing_public(seed)
    return seed, PublicIdentity(account, public, primitives.sealing_public(primitives.make_key()))


def put(world: World, identity: PublicIdentity) -> None:
    """Write these keys into their account's row."""
    keys = {"root_public": identity.root_public, "sealing_public": identity.sealing_public}
    world.db.execute(update(Account).where(Account.id == identity.account).values(**keys))
    world.db.commit()


def swap(world: World) -> PublicIdentity:
    _, forged = make_keys(world.tess.id)
    put(world, forged)
    return forged


def announce(world: World, announced: bytes, *, seq: int = 1) -> None:
    values = {"account_id": world.tess.id, "seq": seq, "announced": announced}
    world.db.execute(insert(KeyAnnouncement).values(**values))
    world.db.commit()


def change_keys(world: World, person: Person | None = None) -> Person:
    """Tess changes her keys, and signs in with the new ones."""
    person = person or world.tess
    root = key_change.change_keys(world.db, person.root, now=person.now)
    world.db.commit()
    _, keyring = sessions.start(world.db, world.site, root, device="new", now=person.now)
    world.db.commit()
    return replace(person, keyring=keyring, root=root)


def follow(world: World) -> None:
    reader_keys.follow(world.db, world.ana.keyring, now=world.ana.now)
    world.db.commit()


def widen(world: World, scopes: tuple[str, ...] = (*BOTH, "measures")) -> None:
    choice = Choice(scopes, "everything")
    consent.change(world.db, world.ana.root, world.tess_grant, choice, now=world.ana.now)
    world.db.commit()


def is_stopped(world: World) -> bool:
    found = world.tess_grant in reader_keys.stopped(world.db, world.ana.keyring)
    if found:
        with pytest.raises(ReaderKeyChanged):
            widen(world)
        world.db.rollback()
    return found


def pinned_code(world: World) -> str:
    found = consent.one_grant(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    return found.safety_code


def tess_code(world: World, tess: Person) -> str:
    return reading.open_grant(world.db, tess.keyring, world.tess_grant, now=tess.now).safety_code


def test_nothing_is_added_for_a_changed_key(world: World) -> None:
    """Red when `consent.change` no longer asks `reader_keys.require`."""
    swap(world)
    with pytest.raises(ReaderKeyChanged):
        widen(world)


def test_no_later_end_for_a_changed_key(world: World) -> None:
    """Red when `consent.change` asks `reader_keys.require` for added scopes only."""
    soon = Choice(BOTH, not_after=world.ana.now + timedelta(days=2))
    consent.change(world.db, world.ana.keyring, world.tess_grant, soon, now=world.ana.now)
    swap(world)
    with pytest.raises(ReaderKeyChanged):
        widen(world, BOTH)


def test_no_entry_is_shared_with_a_changed_key(world: World) -> None:
    """Red when `shares.share` no longer asks `reader_keys.require`."""
    swap(world)
    with pytest.raises(ReaderKeyChanged):
        shares.share(
            world.db, world.ana.keyring, world.tess_grant, world.private, now=world.ana.now
        )


def test_an_invitation_by_other_keys_than_the_pinned_gives_nothing(world: World) -> None:
    """Red when `reader_keys.require_known` no longer compares the pins of ended grants too."""
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    forged = swap(world)
    thief = replace(world.tess.keyring, identity=forged)
    link = invitations.invite_patient(world.db, thief, label="", now=world.tess.now).token
    world.db.commit()
    with pytest.raises(ReaderKeyChanged):
        invitations.accept_further(
            world.db, world.ana.root, link, choice=Choice(BOTH), now=world.ana.now
        )


def test_taking_away_and_ending_still_work(world: World) -> None:
    """Red when `consent.change` asks `reader_keys.require` for what only narrows."""
    swap(world)
    ring, grant = world.ana.keyring, world.tess_grant
    less = consent.change(world.db, ring, grant, Choice(("journal",)), now=world.ana.now)
    assert set(less.scopes) == {"journal"}
    shares.unshare(world.db, ring, grant, world.shared, now=world.ana.now)
    consent.revoke(world.db, ring, grant, now=world.ana.now)
    world.db.commit()
    rotation.finish(world.db, ring, now=world.ana.now)
    assert not consent.one_grant(world.db, ring, grant, now=world.ana.now).live
    assert people.owns(world.ana)[world.shared] == "for Tess alone"


def test_no_new_key_is_handed_over_until_she_is_herself_again(world: World) -> None:
    """Red when `consent._raise_for_others`, or `shares.rewrap`, asks `grants.living`.

    Theo leaves and an entry that Tess holds is edited: both make new keys. Once the true keys are
    back in the row, Tess gets what she missed: red too without `rotation._catch_up`.
    """
    before = people.reads(world.tess, world.tess_grant)
    true = world.tess.keyring.identity
    swap(world)
    ring, now = world.ana.keyring, world.ana.now
    consent.revoke(world.db, ring, world.theo_grant, now=now)
    world.db.commit()
    rotation.finish(world.db, ring, now=now)
    entry = records.open_as_owner(world.db, ring, world.shared)
    records.edit(
        world.db,
        ring,
        record_id=world.shared,
        version=entry.version,
        content={"body": "changed since"},
        occurred_at=entry.occurred_at,
        now=now,
    )
    world.db.commit()
    read = people.reads(world.tess, world.tess_grant)
    assert (read[world.after], read[world.shared]) == ("", "")
    put(world, true)
    rotation.settle(world.db, builders.fresh(ring), now=now)
    assert people.reads(world.tess, world.tess_grant) == before | {world.shared: "changed since"}


def test_her_own_change_goes_through(world: World) -> None:
    """The defence stops thieves, not Tess: she reads on, and the next word names her new keys."""
    before = people.reads(world.tess, world.tess_grant)
    tess = change_keys(world)
    assert people.reads(tess, world.tess_grant) == before
    follow(world)
    assert pinned_code(world) == tess_code(world, tess) != ""
    widen(world)
    said = grants.held(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now).statement
    assert said.reader_fingerprint == tess.keyring.identity.fingerprint.hex()
    assert people.reads(tess, world.tess_grant) == before
    assert all(
        event.genuine for event in access_log.events(world.db, world.ana.keyring, now=world.ana.now)
    )


def test_a_second_change_is_followed_at_once(world: World) -> None:
    """Red when `announcement.follow` takes one step only."""
    tess = change_keys(world, change_keys(world))
    follow(world)
    assert pinned_code(world) == tess_code(world, tess)


def test_an_announcement_that_another_key_signed_leads_nowhere(world: World) -> None:
    """Red when `announcement.verify` no longer verifies with the pinned root."""
    seed, forged = make_keys(world.tess.id)
    made = announcement.announce(
        world.tess.keyring.identity, forged, old_seed=seed, new_seed=seed, seq=1, at=1
    )
    announce(world, made)
    put(world, forged)
    assert is_stopped(world)


def test_an_announcement_of_a_key_that_did_not_sign_leads_nowhere(world: World) -> None:
    """Red when `announcement.verify` no longer asks the new root as well."""
    seed, _ = make_keys(world.tess.id)
    theo = world.theo.keyring.identity
    borrowed = PublicIdentity(world.tess.id, theo.root_public, theo.sealing_public)
    made = announcement.announce(
        world.tess.keyring.identity,
        borrowed,
        old_seed=world.tess.root.root_seed,
        new_seed=seed,
        seq=1,
        at=1,
    )
    announce(world, made)
    put(world, borrowed)
    assert is_stopped(world)


def test_another_accounts_announcement_leads_nowhere(world: World) -> None:
    """Account, fingerprint and signature each stop it in `announcement.verify`.

    tests/unit/crypto/test_announcement.py turns red when only the accounts are not compared.
    """
    theo = change_keys(world, world.theo)
    made = world.db.query(KeyAnnouncement.announced).filter_by(account_id=theo.id).scalar()
    announce(world, made)
    keys = theo.keyring.identity
    put(world, PublicIdentity(world.tess.id, keys.root_public, keys.sealing_public))
    assert is_stopped(world)


def test_older_keys_with_their_genuine_announcement_do_not_come_back(world: World) -> None:
    """Red when `reader_keys.follow` does not keep where the announcements led.

    Tess changed her keys since a thief had the old ones. He puts the row and the announcements
    of that day back, and announces keys of his own with the seed that he has.
    """
    old = world.tess.keyring.identity
    change_keys(world)
    follow(world)
    put(world, old)
    assert is_stopped(world)
    seed, forged = make_keys(world.tess.id)
    world.db.execute(delete(KeyAnnouncement))
    made = announcement.announce(
        old, forged, old_seed=world.tess.root.root_seed, new_seed=seed, seq=9, at=9
    )
    announce(world, made, seq=9)
    put(world, forged)
    assert is_stopped(world)


def test_after_an_older_row_was_put_back_a_new_account_helps(world: World) -> None:
    """Red when `reader_keys._look` does not ask whether the announcements lead to the row."""
    copy = copied(world.db)
    change_keys(world)
    follow(world)
    put_back_account(world.db, copy, world.tess.id)
    assert is_stopped(world)
    # A further change is announced by keys that Ana's pin has left behind.
    change_keys(world)
    assert is_stopped(world)
    anew = people.therapist(world.db, world.site, "Tess-anew")
    grant_id = people.share_with(world.ana, anew, BOTH)
    assert len(people.reads(anew, grant_id)) == 3


def test_a_replayed_number_leads_nowhere(world: World) -> None:
    """Red when `announcement.verify` no longer compares `seq` with the pinned one."""
    tess = change_keys(world)
    follow(world)
    seed, again = make_keys(world.tess.id)
    made = announcement.announce(
        tess.keyring.identity,
        again,
        old_seed=tess.root.root_seed,
        new_seed=seed,
        seq=1,
        at=1,
    )
    world.db.execute(delete(KeyAnnouncement))
    announce(world, made)
    put(world, again)
    assert is_stopped(world)


def test_announced_keys_that_are_not_in_the_row_stop_everything(world: World) -> None:
    """Red when `reader_keys._look` does not compare the end of the announcements with the row."""
    change_keys(world)
    swap(world)
    assert is_stopped(world)


def test_a_line_that_the_old_key_signs_after_the_change_is_not_proven(world: World) -> None:
    """Red when `pins.Pin.roots_at` gives the old root for ever."""
    tess = change_keys(world)
    follow(world)
    old, later = world.tess.keyring, tess.later(minutes=5)
    target = reading.open_grant(world.db, tess.keyring, world.tess_grant, now=later).target
    access_log.append(world.db, old, target, "opened", now=later, records=[str(world.before)])
    world.db.commit()
    [newest, *_] = access_log.events(world.db, world.ana.keyring, now=world.ana.now)
    assert not newest.genuine


def test_a_consent_for_keys_that_were_never_hers_stops_her_too(world: World) -> None:
    """Red when `reading._is_mine` is not asked: she would go on under somebody else's consent."""
    held = grants.held(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    _, forged = make_keys(world.tess.id)
    said = replace(
        held.statement, reader_fingerprint=forged.fingerprint.hex(), seq=held.statement.seq + 1
    )
    signed = consent.sign_statement(said, seed=world.ana.root.root_seed)
    grants.add_statement(world.db, signed, held.key)
    world.db.commit()
    with pytest.raises(ConsentNamesOthers):
        reading.open_grant(world.db, world.tess.keyring, world.tess_grant, now=world.tess.now)
    entries = caseload.entries(world.db, world.tess.keyring, now=world.tess.now)
    assert [entry.grant_id for entry in entries if entry.stopped] == [world.tess_grant]


def test_the_old_sealed_key_is_sealed_anew(world: World) -> None:
    """Red when `key_change._reseal` is not run: the grant's row would open by the old seed."""
    before = world.db.query(grants.Grant.sealed_key).filter_by(id=world.tess_grant).scalar()
    change_keys(world)
    after = world.db.query(grants.Grant.sealed_key).filter_by(id=world.tess_grant).scalar()
    assert before != after


def test_an_ended_grant_gets_no_key_by_a_change(world: World) -> None:
    """Red when `key_change._reseal` writes where nothing is sealed any more."""
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    tess = change_keys(world)
    assert world.db.query(grants.Grant.sealed_key).filter_by(id=world.tess_grant).scalar() is None
    with pytest.raises(NotFound):
        reading.open_grant(world.db, tess.keyring, world.tess_grant, now=tess.now)


def test_a_link_from_before_the_change_is_closed(world: World) -> None:
    """Red when `key_change.change_keys` leaves invitations that vouch for the old keys."""
    change_keys(world)
    with pytest.raises(invitations.InvitationClosed):
        invitations.open_invitation(world.db, world.waiting, now=world.ana.now)


def test_the_password_opens_the_account_after_a_change(world: World) -> None:
    """And no session from before does."""
    cookie, _ = builders.sign_in(world, world.tess)
    change_keys(world)
    root = accounts.unlock(
        world.db,
        world.site,
        email=world.tess.email,
        password=people.PASSWORD,
        now=world.tess.now,
    )
    assert root.identity.fingerprint != world.tess.keyring.identity.fingerprint
    with pytest.raises(sessions.SessionEnded):
        sessions.resume(world.db, world.site, cookie, now=world.tess.now)
