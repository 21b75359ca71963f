"""GET, POST /check-ins/new."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from journal.core import records
from tests import browsers, people

DIAL = re.compile(r'data-before="(\d+)"[^>]*>\s*<label for="(\w+)"')


def written(person):
    """Every check-in of a person, newest first."""
    return list(
        records.scan_as_owner(
            person.db, person.keyring, scopes_named=("check-ins",), kind="check-in"
        )
    )


def test_ana_checks_in_with_one_number(phone, ana):
    answer = phone.post("/check-ins/new", mood="6", client_id=str(uuid4()))
    assert answer.status_code == 303
    [kept] = written(ana)
    assert kept.content == {
        "mood": 6,
        "anxiety": None,
        "energy": None,
        "connection": None,
        "sleep_hours": None,
        "tags": [],
        "note": "",
    }
    assert kept.scope == "check-ins"
    assert kept.occurred_at == people.NOW


def test_ana_checks_in_with_everything(phone, ana):
    fields = {"mood": "0", "anxiety": "10", "energy": "5", "connection": "7", "sleep_hours": "7.5"}
    phone.post("/check-ins/new", **fields, tags=["music", "long walk, cried"], note=" The river. ")
    [kept] = written(ana)
    assert kept.content == {
        "mood": 0,
        "anxiety": 10,
        "energy": 5,
        "connection": 7,
        "sleep_hours": "7.5",
        "tags": ["music", "long walk", "cried"],
        "note": "The river.",
    }


@pytest.mark.parametrize("wrong", ["-1", "11", "x", "5.5", "1e1", "٥٥"])
def test_a_number_off_the_scale_is_refused_and_everything_typed_stays(phone, ana, wrong):
    typed = {"anxiety": "4", "sleep_hours": "7,5", "note": "The heron stood still."}
    answer = phone.post("/check-ins/new", mood=wrong, tags="music, walk", **typed)
    assert answer.status_code == 422
    assert browsers.value_of(answer.text, "mood") == wrong
    assert browsers.value_of(answer.text, "anxiety") == "4"
    assert browsers.value_of(answer.text, "sleep_hours") == "7,5"
    assert browsers.value_of(answer.text, "tags") == "music, walk"
    assert "The heron stood still." in answer.text
    assert 'href="#mood"' in answer.text
    assert written(ana) == []


@pytest.mark.parametrize("blank", [{}, {"mood": "", "anxiety": " "}, {"sleep_hours": "7"}])
def test_one_of_the_four_is_needed(phone, ana, blank):
    answer = phone.post("/check-ins/new", note="Only words.", **blank)
    assert answer.status_code == 422
    assert "Only words." in answer.text
    assert written(ana) == []


@pytest.mark.parametrize(
    ("typed", "kept"), [("7.5", "7.5"), ("7,5", "7.5"), ("0", "0"), ("24", "24"), ("10.00", "10")]
)
def test_sleep_is_read_with_a_point_or_a_comma(phone, ana, typed, kept):
    assert phone.post("/check-ins/new", mood="5", sleep_hours=typed).status_code == 303
    assert written(ana)[0].content["sleep_hours"] == kept


@pytest.mark.parametrize("typed", ["25", "24.25", "-1", "7.3", "eight", "NaN"])
def test_sleep_that_can_not_be_is_refused(phone, ana, typed):
    answer = phone.post("/check-ins/new", mood="5", sleep_hours=typed)
    assert answer.status_code == 422
    assert browsers.value_of(answer.text, "sleep_hours") == typed
    assert written(ana) == []


def test_of_a_field_sent_twice_the_first_counts(phone, ana):
    assert phone.post("/check-ins/new", mood=["3", "9"]).status_code == 303
    assert written(ana)[0].content["mood"] == 3


def test_a_note_too_long_for_a_check_in_is_refused_whole(phone, ana):
    note = "heron " * 2000
    answer = phone.post("/check-ins/new", mood="5", note=note)
    assert answer.status_code == 422
    assert note.strip() in answer.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-21T23:30", datetime(2026, 11, 21, 22, 30, tzinfo=UTC)),  # winter: Vienna is +1
        ("2026-07-01T23:30", datetime(2026, 7, 1, 21, 30, tzinfo=UTC)),  # summer: +2
        ("2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped: an hour later
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # comes twice: the first
    ],
)
def test_a_time_is_read_in_anas_zone(phone, ana, typed, meant):
    assert phone.post("/check-ins/new", mood="5", occurred_at=typed).status_code == 303
    assert written(ana)[0].occurred_at == meant


def test_the_future_is_refused(phone, ana):
    answer = phone.post("/check-ins/new", mood="5", occurred_at="2026-11-22T10:30")
    assert answer.status_code == 422
    assert browsers.value_of(answer.text, "occurred_at") == "2026-11-22T10:30"
    assert written(ana) == []


def test_a_phone_whose_clock_runs_ahead_writes_now(phone, ana):
    assert phone.post("/check-ins/new", mood="5", occurred_at="2026-11-22T10:03").status_code == 303
    assert written(ana)[0].occurred_at == people.NOW


def test_saving_twice_is_saving_once(phone, ana, at_ten):
    same = {"mood": "6", "client_id": str(uuid4()), "came_from": "today"}
    first = phone.post("/check-ins/new", **same)
    at_ten.shift(timedelta(seconds=40))
    second = phone.post("/check-ins/new", **same)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(written(ana)) == 1


def test_other_values_under_a_used_id_are_both_kept_in_sight(phone, ana):
    client_id = str(uuid4())
    phone.post("/check-ins/new", mood="6", note="The first.", client_id=client_id)
    answer = phone.post("/check-ins/new", mood="2", note="The second.", client_id=client_id)
    assert answer.status_code == 409
    assert "The first." in answer.text
    assert "The second." in answer.text


def test_another_time_under_a_used_id_is_not_told_as_saved(phone, ana, at_ten):
    same = {"mood": "6", "client_id": str(uuid4())}
    assert phone.post("/check-ins/new", **same, occurred_at="2026-11-21T08:00").status_code == 303
    at_ten.shift(timedelta(seconds=40))
    again = phone.post("/check-ins/new", **same, occurred_at="2026-11-21T08:00")
    assert again.status_code == 303
    other = phone.post("/check-ins/new", **same, occurred_at="2026-11-20T08:00")
    assert other.status_code == 409
    assert 'value="2026-11-20T08:00"' in other.text


def test_what_comes_under_a_deleted_id_can_be_saved_as_new(phone, ana):
    client_id = str(uuid4())
    phone.post("/check-ins/new", mood="6", client_id=client_id)
    phone.post(f"/check-ins/{client_id}/deletion")
    answer = phone.post("/check-ins/new", mood="2", note="The second.", client_id=client_id)
    assert answer.status_code == 422
    assert "The second." in answer.text
    assert browsers.value_of(answer.text, "client_id") != client_id


def test_two_devices_save_at_the_same_moment(app, ana, phone):
    tablet = browsers.sign_in(app, ana, "a tablet")
    with ThreadPoolExecutor(2) as both:
        sent = [
            both.submit(device.post, "/check-ins/new", mood=mood)
            for device, mood in [(phone, "3"), (tablet, "8")] * 3
        ]
        assert {answer.result().status_code for answer in sent} == {303}
    assert sorted(kept.content["mood"] for kept in written(ana)) == [3, 3, 3, 8, 8, 8]


def test_the_check_in_before_is_a_mark_and_never_a_value(phone, ana):
    phone.post("/check-ins/new", mood="6", occurred_at="2026-11-21T20:00")
    page = phone.get("/check-ins/new").text
    assert 'data-before="6"' in page
    assert browsers.value_of(page, "mood") == ""
    phone.post("/check-ins/new", energy="4")
    assert written(ana)[0].content["mood"] is None


def test_ana_is_offered_the_tags_she_uses_most(phone):
    for tags in ("music, walked", "Music", "cried, music"):
        phone.post("/check-ins/new", mood="5", tags=tags)
    page = phone.get("/check-ins/new").text
    offered = [
        tag
        for tag in ("music", "cried", "walked")
        if f'type="checkbox" name="tags" value="{tag}"' in page
    ]
    assert offered == ["music", "cried", "walked"]


def test_the_form_says_who_will_read_it(phone, ana, tess):
    assert "Only you can read this." in phone.get("/check-ins/new").text
    people.share_with(ana, people.therapist(ana.db, ana.site, "Vera"), ("check-ins",))
    people.share_with(ana, people.therapist(ana.db, ana.site, "Jonas"), ("journal",))
    page = phone.get("/check-ins/new").text
    assert "This check-in is shared with Vera." in page
    phone.post("/check-ins/new", mood="5")
    after = phone.get("/check-ins").text
    assert "Only you can read this." not in after
    assert "You and 1 therapist can read this." in after


def test_it_is_not_there_for_theo(theos):
    missing = theos.get("/nowhere").data
    assert theos.get("/check-ins/new").data == missing
    answer = theos.post("/check-ins/new", mood="5")
    assert (answer.status_code, answer.data) == (404, missing)


def test_whoever_is_signed_out_signs_in_first(client):
    answer = client.get("/check-ins/new")
    assert answer.status_code == 303
    assert answer.location.endswith("/sign-in?next=/check-ins/new")


@pytest.mark.parametrize("sent", ["", "nonsense", "00000000-0000-1000-8000-000000000000"])
def test_a_broken_client_id_costs_nothing_typed(phone, sent):
    assert (
        phone.post("/check-ins/new", mood="6", note="Low tide.", client_id=sent).status_code == 303
    )
    assert "Low tide." in phone.get("/check-ins").text


def test_a_refused_form_comes_back_with_an_id_that_works(phone):
    page = phone.post("/check-ins/new", note="Low tide.", client_id="nonsense")
    assert page.status_code == 422
    fresh = browsers.value_of(page.text, "client_id")
    answer = phone.post("/check-ins/new", mood="6", note="Low tide.", client_id=fresh)
    assert answer.status_code == 303


def test_what_was_saved_by_mistake_is_taken_back_at_once(phone, ana):
    phone.post("/check-ins/new", mood="6", client_id=str(uuid4()), came_from="today")
    [kept] = written(ana)
    page = phone.get("/today").text
    assert f'action="/check-ins/{kept.id}/deletion"' in page.partition("Saved. Only you")[2]
    phone.post(f"/check-ins/{kept.id}/deletion")
    assert "No check-ins yet" in phone.get("/check-ins").text


def test_each_of_the_four_is_marked_where_it_was_last_set(phone):
    phone.post("/check-ins/new", mood="6", energy="2", occurred_at="2026-11-20T08:00")
    phone.post("/check-ins/new", mood="3", occurred_at="2026-11-21T08:00")
    page = phone.get("/check-ins/new").text
    assert DIAL.findall(page) == [("3", "mood"), ("2", "energy")]
    assert browsers.value_of(page, "mood") == ""
