"""An older copy of the database is put back: its people and its operator are told.

Each test names the line that, broken, turns it red.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from journal.core import accounts, incarnations
from journal.core.models import OlderDatabaseSeen
from journal.operating import lineage
from tests.copies import Copy, copied, put_back, put_back_account
from tests.people import PASSWORD
from tests.town import Town, email
from tests.visitors import HOST, Visitor

TOLD = "/account/older-database"
ACKNOWLEDGED = f"{TOLD}/acknowledgement"
Clock = time_machine.Traveller


@contextmanager
def rows_of(town: Town) -> Iterator[Session]:
    with town.database.session() as db:
        yield db


def copy_of(town: Town) -> Copy:
    with rows_of(town) as db:
        return copied(db)


def older(town: Town, copy: Copy) -> None:
    with rows_of(town) as db:
        put_back(db, copy)


def sign_in(visitor: Visitor, name: str) -> str:
    """Sign in; return where it leads."""
    visitor.client.delete_cookie("session", domain=HOST)
    return visitor.arrive("/sign-in", email=email(name), password=PASSWORD)


def cookie(visitor: Visitor) -> str:
    found = visitor.client.get_cookie("seen", domain=HOST)
    return found.value if found else ""


def set_cookie(visitor: Visitor, value: str) -> None:
    visitor.client.set_cookie("seen", value, domain=HOST)


@pytest.fixture
def phone(town: Town) -> Visitor:
    """A browser of nobody's yet."""
    return Visitor(town.app)


@pytest.mark.parametrize(("name", "home"), [("ana", "/today"), ("tess", "/caseload")])
def test_a_whole_older_database_is_told_until_it_is_read(
    town: Town, phone: Visitor, clock: Clock, name: str, home: str
) -> None:
    """Red when `freshness._is_behind` says False, or `arrive` leads past the page."""
    sign_in(phone, name)
    copy = copy_of(town)
    clock.shift(timedelta(hours=2))
    sign_in(phone, name)
    older(town, copy)
    for _ in range(2):
        assert sign_in(phone, name).startswith(TOLD)
    page = phone.page(TOLD)
    assert "between today, 09:00 and today, 11:00" in " ".join(page.text.split())
    assert "If you changed your password or your recovery kit since then" in page.text
    assert ("/account/keys" in page.links) == (name == "tess")
    assert "An older copy of this journal was put back." in phone.page(home).text
    assert phone.arrive(f"{TOLD}?next={home}", ACKNOWLEDGED) == home
    assert "An older copy" not in phone.page(home).text
    assert sign_in(phone, name) == "/"


def test_an_entry_of_a_long_evening_is_missed(town: Town, phone: Visitor, clock: Clock) -> None:
    """Red when `web.freshness._bring_up_to_date` gives no mark after five minutes of writing."""
    sign_in(phone, "ana")
    clock.shift(timedelta(minutes=6))
    copy = copy_of(town)
    phone.post("/entries/new", body="a last sentence", audience="private")
    older(town, copy)
    assert sign_in(phone, "ana").startswith(TOLD)


def test_a_stopped_consent_that_lives_again_is_told(
    town: Town, phone: Visitor, clock: Clock
) -> None:
    """Red when `freshness.is_due` leaves out that the state has moved on."""
    sign_in(phone, "ana")
    copy = copy_of(town)
    phone.post(f"/sharing/{town['grant']}/revocation")
    older(town, copy)
    assert sign_in(phone, "ana").startswith(TOLD)
    page = " ".join(phone.page(TOLD).text.split())
    assert "may be shared again" in page
    # Both instants are in one minute.
    assert " between " not in page


def test_one_accounts_rows_put_back_are_told_to_that_one_alone(
    town: Town, phone: Visitor, clock: Clock
) -> None:
    """Red when `freshness._is_behind` says False."""
    for name in ("ana", "otto"):
        sign_in(phone, name)
    copy = copy_of(town)
    clock.shift(timedelta(hours=2))
    for name in ("ana", "otto"):
        sign_in(phone, name)
    with rows_of(town) as db:
        [ana] = [
            row["account_id"]
            for row in copy["contacts"]
            if row["account_id"] == accounts.account_of(db, town_site(town), email("ana"))
        ]
        put_back_account(db, copy, ana)
    assert sign_in(phone, "otto") == "/"
    assert sign_in(phone, "ana").startswith(TOLD)


def town_site(town: Town):
    return town.app.extensions["journal"].site_key


def test_another_devices_sign_ins_do_not_hide_it(town: Town, phone: Visitor, clock: Clock) -> None:
    """Red when `freshness._is_behind` compares with the state's own version instead."""
    sign_in(phone, "ana")
    copy = copy_of(town)
    sign_in(phone, "ana")
    older(town, copy)
    tablet = Visitor(town.app)
    for _ in range(4):
        assert sign_in(tablet, "ana") == "/"
    assert sign_in(phone, "ana").startswith(TOLD)


def test_two_devices_in_turn_are_no_alarm(town: Town, phone: Visitor, clock: Clock) -> None:
    """Red when `freshness._is_behind` asks for the newest version of all devices."""
    tablet = Visitor(town.app)
    for visitor in (phone, tablet, tablet, phone, tablet):
        assert sign_in(visitor, "ana") == "/"
        clock.shift(timedelta(minutes=10))
        visitor.post("/entries/new", body="in turn", audience="private")


def test_an_older_cookie_is_no_alarm(town: Town, phone: Visitor) -> None:
    """Red when `freshness._is_behind` says `!=` for `>`."""
    sign_in(phone, "ana")
    first = cookie(phone)
    sign_in(phone, "ana")
    assert cookie(phone) != first
    set_cookie(phone, first)
    assert sign_in(phone, "ana") == "/"


def test_two_people_at_one_browser_keep_each_their_own_mark(town: Town, phone: Visitor) -> None:
    """Red when `web.freshness.meet` drops the others' marks."""
    for name in ("ana", "otto", "tess", "theo"):
        sign_in(phone, name)
    copy = copy_of(town)
    for name in ("ana", "otto", "tess", "theo"):
        assert sign_in(phone, name) == "/"
    assert len(cookie(phone).split(".")) == 4
    assert len(cookie(phone)) < 400
    older(town, copy)
    for name in ("ana", "otto", "tess", "theo"):
        assert sign_in(phone, name).startswith(TOLD)


@pytest.mark.parametrize(
    "made_up",
    [
        "",
        "...",
        "%00",
        "é.ü",
        "A" * 4000,
        ".".join("A" * 83 for _ in range(40)),
        base64.urlsafe_b64encode(b"\x01\x01" + bytes(60)).decode(),
        base64.urlsafe_b64encode(b"\x02\x07" + bytes(60)).decode(),
    ],
)
def test_garbage_for_a_cookie_is_no_alarm(town: Town, phone: Visitor, made_up: str) -> None:
    """Red when `freshness.open_mark` lets CryptoError through."""
    set_cookie(phone, made_up)
    assert sign_in(phone, "ana") == "/"
    assert phone.post("/entries/new", body="calm", audience="private").status_code == 303


def test_another_accounts_cookie_and_half_of_ones_own_are_no_alarm(
    town: Town, phone: Visitor
) -> None:
    """Red when `freshness.open_mark` lets CryptoError through."""
    sign_in(phone, "otto")
    ottos = cookie(phone)
    sign_in(phone, "ana")
    for value in (ottos, cookie(phone).split(".")[0][:-5], f"{ottos}.{ottos}"):
        set_cookie(phone, value)
        assert sign_in(phone, "ana") == "/"


def test_the_mark_is_out_of_scripts_and_other_sites_reach(town: Town, phone: Visitor) -> None:
    """Red when `web.freshness.remember` drops a flag."""
    phone.client.delete_cookie("session", domain=HOST)
    answer = phone.submit("/sign-in", email=email("ana"), password=PASSWORD)
    [mark] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("seen=")]
    for flag in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in mark
    phone.submit("/account", "/sign-out")
    assert cookie(phone) in mark


def test_reading_writes_no_mark(town: Town, phone: Visitor, clock: Clock) -> None:
    """Red when `web.freshness._bring_up_to_date` answers a GET too."""
    sign_in(phone, "ana")
    clock.shift(timedelta(minutes=10))
    for path in ("/today", "/entries", "/sharing", "/account"):
        assert not [one for one in phone.get(path).headers.getlist("Set-Cookie") if "seen=" in one]


def test_a_restore_is_told_with_the_backups_date(town: Town, phone: Visitor, clock: Clock) -> None:
    """Red when `freshness._note_older` does not ask for restores."""
    sign_in(phone, "ana")
    copy = copy_of(town)
    made_at = town_now() + timedelta(minutes=1)
    clock.shift(timedelta(hours=2))
    sign_in(phone, "ana")
    older(town, copy)
    with rows_of(town) as db:
        incarnations.begin(db, now=town_now(), backup_made_at=made_at)
        db.commit()
    # Also to a browser that never was here: no mark could tell it.
    for visitor in (phone, Visitor(town.app)):
        assert sign_in(visitor, "ana").startswith(TOLD)
        assert "restored a backup of today, 09:01" in " ".join(visitor.page(TOLD).text.split())
    assert phone.arrive(TOLD, ACKNOWLEDGED) == "/"
    assert sign_in(phone, "ana") == "/"
    with rows_of(town) as db:
        assert incarnations.sightings(db).count == 0


def test_a_second_device_is_no_alarm_after_a_restore(
    town: Town, phone: Visitor, clock: Clock
) -> None:
    """Red when `freshness._note_older` finds nothing explained."""
    laptop = Visitor(town.app)
    for device in (phone, laptop):
        sign_in(device, "ana")
    copy = copy_of(town)
    clock.shift(timedelta(hours=2))
    for device in (phone, laptop):
        sign_in(device, "ana")
    older(town, copy)
    clock.shift(timedelta(hours=1))
    with rows_of(town) as db:
        incarnations.begin(db, now=town_now(), backup_made_at=town_now() - timedelta(hours=2))
        db.commit()
    assert sign_in(phone, "ana").startswith(TOLD)
    assert sign_in(laptop, "ana").startswith(TOLD)
    assert "restored a backup" in laptop.page(TOLD).text
    assert phone.arrive(TOLD, ACKNOWLEDGED) == "/"
    clock.shift(timedelta(hours=1))
    third = copy_of(town)
    assert sign_in(laptop, "ana") == "/"
    with rows_of(town) as db:
        assert incarnations.sightings(db).count == 0
    # What is put back after that is an alarm as ever.
    older(town, third)
    assert sign_in(laptop, "ana").startswith(TOLD)


def test_a_device_that_stayed_away_is_no_alarm_after_a_restore(
    town: Town, phone: Visitor, clock: Clock
) -> None:
    """Red when `freshness._note_older` finds nothing explained."""
    sign_in(phone, "ana")
    copy = copy_of(town)
    clock.shift(timedelta(hours=2))
    sign_in(phone, "ana")
    older(town, copy)
    clock.shift(timedelta(hours=1))
    with rows_of(town) as db:
        incarnations.begin(db, now=town_now(), backup_made_at=town_now() - timedelta(hours=2))
        db.commit()
    laptop = Visitor(town.app)
    assert sign_in(laptop, "ana").startswith(TOLD)
    assert laptop.arrive(TOLD, ACKNOWLEDGED) == "/"
    clock.shift(timedelta(hours=1))
    assert sign_in(phone, "ana") == "/"


def test_a_made_up_restore_silences_nothing_after_it_was_told(
    town: Town, phone: Visitor, clock: Clock
) -> None:
    """Red when `freshness._note_older` asks the database when the restore was."""
    with rows_of(town) as db:
        late = town_now() + timedelta(days=900)
        incarnations.begin(db, now=late, backup_made_at=town_now())
        db.commit()
    assert sign_in(phone, "ana").startswith(TOLD)
    assert phone.arrive(TOLD, ACKNOWLEDGED) == "/"
    clock.shift(timedelta(hours=1))
    copy = copy_of(town)
    sign_in(phone, "ana")
    older(town, copy)
    assert sign_in(phone, "ana").startswith(TOLD)
    assert "left no note" in phone.page(TOLD).text


def town_now():
    from journal import clock as clock_of_the_app

    return clock_of_the_app.now()


def test_the_operator_is_told_without_a_name(town: Town, phone: Visitor, clock: Clock) -> None:
    """Red when `freshness._note_older` notes no sighting."""
    sign_in(phone, "ana")
    copy = copy_of(town)
    sign_in(phone, "ana")
    older(town, copy)
    sign_in(phone, "ana")
    with rows_of(town) as db:
        assert incarnations.sightings(db).count == 1
        assert [column.name for column in OlderDatabaseSeen.__table__.columns] == ["id", "at"]


def test_the_file_beside_the_database_tells_without_any_patient(town: Town, clock: Clock) -> None:
    """Red when `lineage.ran_until` says None."""
    database, folder = town.database, town.settings.instance_path
    assert lineage.keep_up(database, folder, now=town_now()) is None
    copy = copy_of(town)
    clock.shift(timedelta(hours=2))
    assert lineage.keep_up(database, folder, now=town_now()) is None
    older(town, copy)
    clock.shift(timedelta(hours=1))
    for _ in range(3):
        told = lineage.keep_up(database, folder, now=town_now())
        assert told is not None
        assert "ran here on 2026-11-22 11:00 UTC" in told
    lineage.accept(database, folder, now=town_now())
    assert lineage.keep_up(database, folder, now=town_now()) is None


def test_once_accepted_browsers_that_come_back_late_are_told_and_otto_is_not(
    town: Town, phone: Visitor, clock: Clock
) -> None:
    """Red when `lineage.accept` begins no further life."""
    lineage.keep_up(town.database, town.settings.instance_path, now=town_now())
    sign_in(phone, "ana")
    copy = copy_of(town)
    sign_in(phone, "ana")
    older(town, copy)
    clock.shift(timedelta(hours=1))
    lineage.accept(town.database, town.settings.instance_path, now=town_now())
    assert sign_in(phone, "ana").startswith(TOLD)
    with rows_of(town) as db:
        assert incarnations.sightings(db).count == 0
