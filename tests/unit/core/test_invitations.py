"""Invitations: once, for a while, and only for whom they were meant."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal import instance
from journal.config import Settings
from journal.core import accounts, consent, invitations, pinning, reading
from journal.core.consent import Choice
from journal.core.errors import (
    AlreadyGiven,
    EmailTaken,
    InvitationClosed,
    NotFound,
)
from journal.core.models import Account, Grant
from journal.core.models import Invitation as Row
from journal.core.state import change_state, read_state
from journal.db import Database
from tests import people, thief
from tests.builders import World
from tests.people import NOW, PASSWORD


def further(world: World, token: str, *scopes: str) -> object:
    return invitations.accept_further(
        world.db, world.otto.root, token, choice=Choice(scopes), now=world.otto.now
    )


def closed(world: World, token: str, **later: float) -> str:
    with pytest.raises(InvitationClosed) as caught:
        invitations.open_invitation(world.db, token, now=world.tess.now + timedelta(**later))
    return caught.value.reason


def test_the_link_says_who_invites_and_the_code_of_the_room(world: World) -> None:
    opened = invitations.open_invitation(world.db, world.waiting, now=world.tess.now)
    [kept] = invitations.waiting(world.db, world.tess.keyring, now=world.tess.now)
    assert opened.inviter == world.tess.keyring.identity
    assert opened.inviter_name == "Tess"
    assert opened.safety_code == kept.safety_code
    assert (kept.token, kept.label) == (world.waiting, "Nora")


def test_both_screens_show_the_same_code(world: World) -> None:
    [kept] = invitations.waiting(world.db, world.tess.keyring, now=world.tess.now)
    grant = further(world, world.waiting)
    world.db.commit()
    pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now)
    opened = reading.open_grant(world.db, world.tess.keyring, grant, now=world.tess.now)
    assert opened.safety_code == kept.safety_code
    assert (opened.patient_name, opened.label) == ("Otto", "Nora")
    assert invitations.waiting(world.db, world.tess.keyring, now=world.tess.now) == []


def test_a_used_link_is_closed(world: World) -> None:
    further(world, world.waiting)
    world.db.commit()
    assert closed(world, world.waiting) == "used"
    assert invitations.used_by(world.db, world.waiting) == world.otto.id
    with pytest.raises(InvitationClosed):
        further(world, world.waiting)


def test_a_withdrawn_link_is_closed(world: World) -> None:
    [kept] = invitations.waiting(world.db, world.tess.keyring, now=world.tess.now)
    with pytest.raises(NotFound):
        invitations.withdraw(world.db, world.theo.keyring, kept.id)
    invitations.withdraw(world.db, world.tess.keyring, kept.id)
    world.db.commit()
    assert closed(world, world.waiting) == "withdrawn"
    with pytest.raises(InvitationClosed):
        further(world, world.waiting)
    assert invitations.waiting(world.db, world.tess.keyring, now=world.tess.now) == []


def test_what_was_used_can_not_be_withdrawn(world: World) -> None:
    [kept] = invitations.waiting(world.db, world.tess.keyring, now=world.tess.now)
    further(world, world.waiting)
    with pytest.raises(NotFound):
        invitations.withdraw(world.db, world.tess.keyring, kept.id)


def test_after_three_days_it_is_over(world: World) -> None:
    almost = world.tess.now + timedelta(hours=71, minutes=59)
    assert invitations.open_invitation(world.db, world.waiting, now=almost)
    assert closed(world, world.waiting, hours=72) == "expired"
    world.otto.later(hours=72)
    with pytest.raises(InvitationClosed):
        further(world, world.waiting)


@pytest.mark.parametrize(
    "token", ["", "x", "ä" * 22, "A" * 23, "hh6GK2Rw-3rBgC9pXzgFoA", "../../etc/passwd"]
)
def test_a_link_that_never_was(world: World, token: str) -> None:
    assert closed(world, token) in {"missing", "damaged"}
    with pytest.raises(InvitationClosed):
        further(world, token)
    assert invitations.used_by(world.db, token) is None


def test_a_therapist_has_one_grant_of_a_patient(world: World) -> None:
    token = invitations.invite_patient(
        world.db, world.theo.keyring, label="", now=world.theo.now
    ).token
    with pytest.raises(AlreadyGiven) as caught:
        further(world, token)
    assert caught.value.grant_id == world.otto_grant
    world.db.rollback()


def test_a_patients_link_makes_no_therapist_and_the_other_way_round(world: World) -> None:
    setup = invitations.invite_therapist(world.db, now=world.tess.now)
    with pytest.raises(InvitationClosed):
        further(world, setup)
    with pytest.raises(InvitationClosed):
        invitations.accept_further(
            world.db, world.theo.root, world.waiting, choice=Choice(()), now=world.theo.now
        )


def test_an_address_that_is_taken_leaves_the_link_open(world: World) -> None:
    with pytest.raises(EmailTaken):
        invitations.accept(
            world.db,
            world.site,
            world.waiting,
            name="Nora",
            email=world.ana.email,
            password=PASSWORD,
            zone="UTC",
            choice=Choice(()),
            now=NOW,
        )
    world.db.rollback()
    assert invitations.open_invitation(world.db, world.waiting, now=world.tess.now)


def test_a_new_set_up_link_closes_the_earlier_ones(world: World) -> None:
    first = invitations.invite_first_therapist(world.db, now=world.tess.now)
    second = invitations.invite_first_therapist(world.db, now=world.tess.now)
    assert closed(world, first) == "withdrawn"
    assert invitations.open_invitation(world.db, second, now=world.tess.now).role == "therapist"
    assert invitations.open_invitation(world.db, world.waiting, now=world.tess.now)


def test_of_two_at_the_same_link_one_comes_too_late(
    db: Session, database: Database, settings: Settings
) -> None:
    site = instance.read_site_key(settings)
    tess = people.therapist(db, site, "Tess")
    token = invitations.invite_patient(db, tess.keyring, label="", now=NOW).token
    db.commit()
    together = Barrier(2)

    def sign_up(name: str) -> str:
        with database.session() as own:
            together.wait()
            try:
                invitations.accept(
                    own,
                    site,
                    token,
                    name=name,
                    email=f"{name}@example.org",
                    password=PASSWORD,
                    zone="UTC",
                    choice=Choice(("journal",)),
                    now=NOW,
                )
                own.commit()
            except InvitationClosed:
                return "too late"
        return "in"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sign_up, ("one", "two"))) == ["in", "too late"]
    patients = select(func.count()).select_from(Account).where(Account.role == "patient")
    assert db.scalar(patients) == 1
    assert db.scalar(select(func.count()).select_from(Grant)) == 1
    assert accounts.therapist_exists(db)
    assert pinning.accept_pins(db, tess.keyring, now=NOW) == 1


def test_accepting_and_withdrawing_at_once_do_not_wait_for_each_other_for_ever(
    settings: Settings, database: Database, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = instance.read_site_key(settings)
    tess = people.therapist(db, site, "Tess")
    invited = invitations.invite_patient(db, tess.keyring, label="Ana", now=NOW)
    db.commit()
    held, genuine = Event(), invitations.hold

    def hold(own: Session, token: str) -> None:
        genuine(own, token)
        held.set()
        # Long enough for the other to take whatever it takes first.
        sleep(0.5)

    monkeypatch.setattr(invitations, "hold", hold)

    def sign_up() -> str:
        with database.session() as own:
            invitations.accept(
                own,
                site,
                invited.token,
                name="Ana",
                email="ana@example.org",
                password=PASSWORD,
                zone="UTC",
                choice=Choice(("journal",)),
                now=NOW,
            )
            own.commit()
        return "in"

    def withdraw() -> str:
        held.wait(10)
        with database.session() as own, pytest.raises(NotFound):
            invitations.withdraw(own, tess.keyring, invited.id)
        return "used"

    with ThreadPoolExecutor(2) as pool:
        tasks = [pool.submit(sign_up), pool.submit(withdraw)]
        assert [task.result(20) for task in tasks] == ["in", "used"]


def test_an_invitation_that_was_used_and_ended_before_she_looked_waits_no_longer(
    world: World,
) -> None:
    grant = further(world, world.waiting)
    consent.revoke(world.db, world.otto.keyring, grant, now=world.otto.now)
    world.db.commit()
    assert pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now) == 0
    assert invitations.waiting(world.db, world.tess.keyring, now=world.tess.now) == []


def test_sweeping_forgets_links_that_let_nobody_in_for_long(world: World) -> None:
    rows = select(func.count()).select_from(Row).where(Row.status == "open")
    assert world.db.scalar(rows) == 1
    invitations.sweep(world.db, now=world.tess.now + timedelta(days=32))
    assert world.db.scalar(rows) == 1
    used = select(func.count()).select_from(Row).where(Row.status == "used")
    before = world.db.scalar(used)
    invitations.sweep(world.db, now=world.tess.now + timedelta(days=34))
    assert world.db.scalar(rows) == 0
    assert world.db.scalar(used) == before


def test_a_pin_of_an_earlier_version_is_put_under_anas_shred_key(world: World) -> None:
    pins = thief.opened_state(world.db, world.tess.keyring)["patients"]

    def as_before(state: dict[str, Any]) -> None:
        for text, pin in state["patients"].items():
            del pin["pinned"]
            pin["key"] = pins[text]["key"]

    change_state(world.db, world.tess.keyring, as_before)
    assert people.reads(world.tess, world.tess_grant)[world.before] == "before Theo"
    assert pinning.accept_pins(world.db, world.tess.keyring, now=world.tess.now) == 0
    kept = read_state(world.db, world.tess.keyring)["patients"][str(world.tess_grant)]
    assert "key" not in kept
    assert people.reads(world.tess, world.tess_grant)[world.before] == "before Theo"
