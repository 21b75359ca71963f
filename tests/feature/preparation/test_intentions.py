"""Ana writes an intention, has it back after the session, and says what came of it."""

import io
import zipfile
from datetime import timedelta

import pytest

from journal.core import records, soft_window
from journal.core.state import change_state
from tests import people
from tests.browsers import sign_in, value_of
from tests.feature.preparation.conftest import hold

NEW = "/preparation/intentions/new"
WORDS = "To ask the river what it wants."


@pytest.fixture
def written(phone, planned):
    """Ana's intention for the session that is planned: its address."""
    return write(phone).location


def write(phone, page: str = "", body: str = WORDS, audience: str = "private", **more):
    page = page or phone.get(NEW).text
    hidden = {name: value_of(page, name) for name in ("client_id", "session")}
    return phone.post(NEW, body=body, audience=audience, **hidden, **more)


def change(phone, where: str, page: str = "", **given):
    page = page or phone.get(f"{where}/edit").text
    fields = {"body": WORDS, "audience": "private", "version": value_of(page, "version")}
    return phone.post(f"{where}/edit", **fields | given)


def scope_of(ana, where: str) -> str:
    ana.db.rollback()
    record_id = people.UUID(where.rpartition("/")[2])
    return records.open_as_owner(ana.db, ana.keyring, record_id).scope


def test_it_is_her_own_until_she_chooses_readers(phone, written, ana, laptop, grant):
    assert "Only you" in phone.get(written).text
    assert scope_of(ana, written) == "private"
    assert WORDS not in laptop.get(f"/patients/{grant}/shared/care").text
    assert change(phone, written, audience="care").status_code == 303
    assert "You and Tess" in phone.get(written).text
    assert WORDS in laptop.get(f"/patients/{grant}/shared/care").text
    change(phone, written, audience="private")
    assert WORDS not in laptop.get(f"/patients/{grant}/shared/care").text


def test_after_the_session_it_comes_back_until_she_says_what_came(
    app, ana, phone, laptop, grant, planned, written, at_ten
):
    hold(laptop, grant, planned)
    at_ten.shift(2 * 24 * 3600)
    phone = sign_in(app, ana)
    page = phone.get("/today").text
    assert "What you wrote before session 1" in page
    assert WORDS in page
    assert change(phone, written, came="It wanted to go on.").status_code == 303
    assert "What you wrote before" not in phone.get("/today").text
    assert "It wanted to go on." in phone.get("/care").text
    assert "It wanted to go on." in phone.get("/preparation/intentions").text


def test_two_devices_meet_and_both_texts_are_there(app, ana, phone, written):
    old = phone.get(f"{written}/edit").text
    change(sign_in(app, ana, "a tablet"), written, body="To ask the sea.")
    stale = change(phone, written, old, came="It went on.")
    assert stale.status_code == 409
    assert "To ask the sea." in stale.text
    assert "It went on." in stale.text
    assert change(phone, written, stale.text, came="It went on.").status_code == 303


def test_a_deletion_is_taken_back_and_words_for_a_deleted_one_stay(phone, written):
    old = phone.get(f"{written}/edit").text
    assert phone.post(f"{written}/deletion").status_code == 303
    assert WORDS not in phone.get("/preparation").text
    late = change(phone, written, old, came="It went on.")
    assert late.status_code == 409
    assert "It went on." in late.text
    assert phone.post(f"{written}/restoration").location == written
    assert WORDS in phone.get("/preparation").text


def test_theo_and_tess_find_no_page_of_hers(theos, laptop, written):
    nothing = theos.get("/no/such/page").data
    for path in (written, f"{written}/edit", NEW, "/preparation/intentions"):
        assert theos.get(path).data == laptop.get(path).data == nothing


def test_one_from_before_any_plan_comes_along_and_today_asks_for_no_other(phone, laptop, grant):
    assert WORDS in phone.get(write(phone).location).text
    laptop.post(f"/patients/{grant}/care", starts_at="2026-11-24T10:00")
    assert "An intention, if you like" in phone.get("/today").text
    assert WORDS in phone.get("/preparation").text
    write(phone, body="To ask the sea.")
    assert "An intention, if you like" not in phone.get("/today").text
    answer = phone.post("/account/export", password=people.PASSWORD)
    held = zipfile.ZipFile(io.BytesIO(answer.data))
    names = [name for name in held.namelist() if name.startswith("preparation/")]
    assert any(WORDS in held.read(name).decode() for name in names)


def test_on_the_day_after_a_session_it_comes_to_no_further_reader(phone, written, ana):
    hours = timedelta(hours=1)
    span = soft_window.Span("", people.NOW - 2 * hours, people.NOW - hours, recorded=True)
    change_state(ana.db, ana.keyring, lambda state: soft_window.keep(state, [span], now=people.NOW))
    ana.db.commit()
    answer = change(phone, written, body="To ask the sea.", audience="care")
    assert "Kept, not done" in phone.get(answer.location).text
    assert scope_of(ana, written) == "private"
    assert "To ask the sea." in phone.get(written).text
    assert "To ask the sea." in phone.get("/later").text


def test_a_session_recorded_while_her_page_stands_open_counts(phone, laptop, grant, planned, ana):
    where = write(phone).location
    page = phone.get(f"{where}/edit").text
    hold(laptop, grant, planned)
    answer = change(phone, where, page, body="To ask the sea.", audience="care")
    assert "Kept, not done" in phone.get(answer.location).text
    assert scope_of(ana, where) == "private"


def test_sent_twice_it_is_written_once_and_what_is_refused_stays_on_the_page(phone, planned):
    page = phone.get(NEW).text
    assert write(phone, page, body="  ").status_code == 422
    long = write(phone, page, body="river " * 1_700)
    assert long.status_code == 422
    assert "river river" in long.text
    first, again = write(phone, page), write(phone, page)
    assert first.location == again.location
    other = write(phone, page, body="To ask the sea.")
    assert other.status_code == 409
    assert WORDS in other.text
    assert "To ask the sea." in other.text
