"""A new start without password and kit: the same account, new keys, all from before closed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from journal.core import (
    accounts,
    caseload,
    freshness,
    heads,
    invitations,
    pinning,
    receipts,
    records,
    resetting,
    restarts,
    rotation,
    sessions,
    shares,
)
from journal.core.consent import Choice
from journal.core.errors import InvitationClosed, NotFound, SessionEnded, WrongCredentials
from tests import builders, people
from tests.builders import World

NEW_PASSWORD = "nine slow otters at noon"


def link(world: World) -> str:
    made = restarts.make(world.db, world.tess.keyring, world.tess_grant, now=world.tess.now)
    world.db.commit()
    return made.token


def begin(world: World, token: str, scopes: tuple[str, ...] = ("journal",), **other: str):
    root, kit = resetting.reset(
        world.db,
        world.site,
        token,
        email=other.get("email", world.ana.email),
        password=NEW_PASSWORD,
        zone="Europe/Vienna",
        choice=Choice(scopes, "everything"),
        now=world.ana.now,
    )
    _, keyring = sessions.start(world.db, world.site, root, device="a phone", now=world.ana.now)
    world.db.commit()
    return people.Person(
        world.db, world.site, world.ana.email, keyring, kit, root, now=world.ana.now
    )


def test_ana_begins_anew_and_signs_in_with_the_new_password_alone(world: World) -> None:
    ana = begin(world, link(world))
    assert ana.id == world.ana.id
    given = {"email": ana.email, "now": ana.now}
    root = accounts.unlock(world.db, world.site, password=NEW_PASSWORD, **given)
    assert root.identity == ana.keyring.identity != world.ana.keyring.identity
    with pytest.raises(WrongCredentials):
        accounts.unlock(world.db, world.site, password=people.PASSWORD, **given)
    with pytest.raises(WrongCredentials):
        accounts.unlock_with_kit(world.db, world.site, kit=world.ana.kit, **given)
    assert accounts.unlock_with_kit(world.db, world.site, kit=ana.kit, **given)


def test_the_new_keys_read_nothing_from_before_and_lists_are_whole(world: World) -> None:
    ana = begin(world, link(world))
    assert people.owns(ana) == {}
    for before in world.records:
        with pytest.raises(NotFound):
            records.open_as_owner(world.db, ana.keyring, before)


def test_every_session_from_before_is_over(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    begin(world, link(world))
    with pytest.raises(SessionEnded):
        sessions.resume(world.db, world.site, cookie, now=world.ana.now)


def test_new_words_keep_their_order_among_those_that_stay_sealed(world: World) -> None:
    ana = begin(world, link(world))
    for days in (2, 9, 0, 5, 7, 1):
        ana.write(f"{days} days ago", days=days)
    assert list(people.owns(ana).values()) == [f"{days} days ago" for days in (0, 1, 2, 5, 7, 9)]


def test_tess_pins_the_new_keys_and_reads_what_is_new_beside_what_was(world: World) -> None:
    ana = begin(world, link(world))
    assert pinning.accept_pins(world.db, world.tess.keyring, now=ana.now) == 1
    ana.write("a new page", scope="journal")
    [fresh] = [one for one in people.grants_of(world.tess) if one != world.tess_grant]
    assert set(people.reads(world.tess, fresh).values()) == {"a new page"}
    assert world.before in people.reads(world.tess, world.tess_grant)


def test_ana_is_told_of_the_link_in_her_log_while_she_can_still_read_it(world: World) -> None:
    from journal.core import access_log

    link(world)
    newest = access_log.events(world.db, world.ana.keyring, now=world.ana.now)[0]
    assert (newest.name, newest.genuine) == ("restart", True)


def test_asked_twice_a_waiting_link_is_the_same(world: World) -> None:
    assert link(world) == link(world)


def test_another_address_changes_nothing(world: World) -> None:
    token = link(world)
    for email in (world.otto.email, "nobody@example.org"):
        with pytest.raises(WrongCredentials):
            begin(world, token, email=email)
        world.db.rollback()
    assert people.owns(world.ana).keys() == world.records.keys()
    assert begin(world, token).id == world.ana.id


def test_a_link_works_once_and_not_after_its_hours_nor_once_withdrawn(world: World) -> None:
    token = link(world)
    late = world.ana.now + invitations.LASTS
    with pytest.raises(InvitationClosed):
        restarts.verify(
            world.db, invitations.open_invitation(world.db, token, now=world.ana.now), now=late
        )
    begin(world, token)
    with pytest.raises(InvitationClosed):
        begin(world, token)
    world.db.rollback()
    pinning.accept_pins(world.db, world.tess.keyring, now=world.ana.now)
    [fresh] = [one for one in people.grants_of(world.tess) if one != world.tess_grant]
    again = restarts.make(world.db, world.tess.keyring, fresh, now=world.tess.now)
    invitations.withdraw(world.db, world.tess.keyring, again.id)
    world.db.commit()
    with pytest.raises(InvitationClosed):
        begin(world, again.token)


def test_a_second_new_start_puts_the_first_ones_keys_aside_too(world: World) -> None:
    first = begin(world, link(world))
    first.write("between the two", scope="journal")
    pinning.accept_pins(world.db, world.tess.keyring, now=first.now)
    [fresh] = [one for one in people.grants_of(world.tess) if one != world.tess_grant]
    made = restarts.make(world.db, world.tess.keyring, fresh, now=world.tess.now)
    world.db.commit()
    second = begin(world, made.token)
    assert people.owns(second) == {}
    with pytest.raises(WrongCredentials):
        accounts.unlock_with_kit(
            world.db, world.site, email=first.email, kit=first.kit, now=first.now
        )


def test_no_alarm_about_an_older_database_and_no_receipt_missing(world: World) -> None:
    before = freshness.meet(world.db, world.ana.keyring, None, now=world.ana.now)
    world.db.commit()
    old = len(receipts.listed(world.db, world.ana.keyring))
    ana = begin(world, link(world))
    assert freshness.open_mark(ana.keyring, [before]) is None
    freshness.meet(world.db, ana.keyring, None, now=ana.now)
    assert freshness.told(world.db, ana.keyring) is None
    assert heads.missing_receipts(world.db, ana.keyring) == 0
    assert heads.missing_lines(world.db, ana.keyring) == {}
    assert [one.n for one in receipts.listed(world.db, ana.keyring)] == [old + 1]


def test_what_waits_at_sign_in_goes_through_with_everything_from_before_closed(
    world: World,
) -> None:
    ana = begin(world, link(world))
    rotation.settle(world.db, builders.fresh(ana.keyring), now=ana.later(days=40))
    written = ana.write("and on it goes", scope="journal")
    assert people.owns(ana) == {written.id: "and on it goes"}


def test_therapists_whose_consent_is_from_before_read_on_what_they_read(world: World) -> None:
    begin(world, link(world))
    assert set(people.reads(world.theo, world.theo_grant)) == {world.after}


def test_a_shared_entry_of_the_new_start_is_shared_under_the_new_consent(world: World) -> None:
    ana = begin(world, link(world))
    pinning.accept_pins(world.db, world.tess.keyring, now=ana.now)
    [fresh] = [one for one in people.grants_of(world.tess) if one != world.tess_grant]
    alone = ana.write("for you alone")
    shares.share(world.db, ana.keyring, fresh, alone.id, now=ana.now)
    world.db.commit()
    assert people.reads(world.tess, fresh)[alone.id] == "for you alone"


def test_tess_whose_keys_changed_can_still_vouch(world: World) -> None:
    from journal.core import key_change

    root = key_change.change_keys(world.db, world.tess.root, now=world.tess.now)
    _, world.tess.keyring = sessions.start(
        world.db, world.site, root, device="", now=world.tess.now
    )
    world.db.commit()
    assert begin(world, link(world)).id == world.ana.id


def test_after_the_consent_ended_there_is_no_link_and_an_open_one_is_closed(world: World) -> None:
    from journal.core import consent

    token = link(world)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    with pytest.raises(InvitationClosed):
        begin(world, token)
    world.db.rollback()
    with pytest.raises(NotFound):
        restarts.make(world.db, world.tess.keyring, world.tess_grant, now=world.tess.now)


def test_theo_without_that_consent_makes_no_link(world: World) -> None:
    with pytest.raises(NotFound):
        restarts.make(world.db, world.theo.keyring, world.tess_grant, now=world.theo.now)
    with pytest.raises(NotFound):
        restarts.make(world.db, world.theo.keyring, uuid4(), now=world.theo.now)


def test_the_caseload_still_opens(world: World) -> None:
    ana = begin(world, link(world))
    pinning.accept_pins(world.db, world.tess.keyring, now=ana.now)
    found = caseload.entries(world.db, world.tess.keyring, now=ana.now + timedelta(days=1))
    assert len(found) == 2
