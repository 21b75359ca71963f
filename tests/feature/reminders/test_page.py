"""Ana says when she wants to be reminded, changes her mind, and travels."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.people import NOW
from tests.town import Town

from .conftest import PostOffice, set_up, work

PAGE = "/account/reminders"
EVENING = {"on": "y", "time": "20:00", "days": list("0123456")}


def said(town: Town) -> str:
    return " ".join(town.ana.page(PAGE).text.split())


def test_it_says_in_words_when_the_next_one_comes(
    town: Town, clock: time_machine.Coordinates
) -> None:
    assert "None is set." in said(town)
    assert town.ana.arrive(PAGE, **EVENING) == PAGE
    assert "The next one comes today at 20:00." in said(town)
    town.ana.arrive(PAGE, **EVENING | {"time": "07:15", "days": ["1", "3"]})
    assert "The next one comes on Tuesday 24 November at 07:15." in said(town)
    town.ana.arrive(PAGE, **EVENING | {"time": "07:15"})
    assert "The next one comes tomorrow at 07:15." in said(town)


def test_it_says_when_nothing_would_bring_it(clinic: Town) -> None:
    clinic.ana.arrive(PAGE, **EVENING)
    assert "Nothing brings it to you yet" in said(clinic)
    clinic.ana.arrive(PAGE, **EVENING, email="y")
    assert "Nothing brings it to you yet" not in said(clinic)


def test_one_press_takes_the_change_back(town: Town) -> None:
    town.ana.arrive(PAGE, **EVENING)
    town.ana.arrive(PAGE, **EVENING | {"time": "06:00"})
    town.ana.arrive(PAGE, f"{PAGE}/undoing")
    assert "The next one comes today at 20:00." in said(town)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"time": "25:00"}, "Write a time such as 20:30."),
        ({"time": ""}, "Write a time such as 20:30."),
        ({"days": []}, "Choose a day, or switch reminders off."),
        ({"quiet_from": "22:00"}, "Write both times, or neither."),
        ({"quiet_from": "19:00", "quiet_to": "08:00"}, "Your reminder's time lies in these hours."),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    town: Town, wrong: dict[str, object], words: str
) -> None:
    answer = town.ana.submit(PAGE, **EVENING | wrong)
    assert answer.status_code == 422
    assert words in answer.text.replace("&#39;", "'")
    assert "None is set." in said(town)


def test_reminders_follow_her_into_another_zone(town: Town) -> None:
    town.ana.arrive(PAGE, **EVENING)
    town.ana.arrive("/account", name="Ana", zone="Pacific/Auckland", idle_minutes=15)
    # It is 22 o'clock there: the evening's hour is just two hours past.
    assert "The next one comes tomorrow at 20:00." in said(town)
    assert "Pacific/Auckland" in said(town)


def test_a_trial_comes_at_once_and_not_often(clinic: Town, post_office: PostOffice) -> None:
    clinic.ana.arrive(PAGE, **EVENING, quiet_from="08:00", quiet_to="12:00", email="y")
    for _ in range(3):
        clinic.ana.arrive(PAGE, f"{PAGE}/trial")
    assert clinic.ana.submit(PAGE, f"{PAGE}/trial").status_code == 429
    work(clinic, NOW)
    assert len(post_office.came) == 3


def test_without_a_mail_server_nobody_is_offered_mail(town: Town) -> None:
    assert "email" not in town.ana.page(PAGE).form(PAGE).names
    assert "In this browser" not in said(town)


def test_a_therapist_has_no_such_page(town: Town) -> None:
    assert town.tess.get(PAGE).status_code == 404


def test_a_browser_is_taken_at_a_known_push_service_only(town: Town) -> None:
    set_up(town, push_contact="mailto:otto@example.org")
    work(town, NOW)
    browsers = f"{PAGE}/browsers"
    for address in ("http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://evil.test/x"):
        town.ana.arrive(PAGE, browsers, endpoint=address)
        assert "This browser's notices can't be used here." in said(town)
    for _ in range(2):
        town.ana.arrive(PAGE, browsers, endpoint="https://fcm.googleapis.com/fcm/send/made-up")
    assert "1 browser shows your reminders." in said(town)
    town.ana.arrive(PAGE, f"{browsers}/removal")
    assert "No browser shows your reminders yet." in said(town)


def test_who_is_away_for_days_finds_the_next_one_right(
    town: Town, clock: time_machine.Coordinates
) -> None:
    town.ana.arrive(PAGE, **EVENING)
    clock.shift(timedelta(minutes=10))
    work(town, NOW + timedelta(days=3, hours=12))
    assert "The next one comes on Thursday 26 November at 20:00." in said(town)
