"""GET /sharing/log: everything that was opened, whoever opened it."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from journal.core import reading, records
from journal.core.errors import NotFound
from journal.core.models import AccessEvent
from tests import people
from tests.people import Person


def look_through(tess: Person, grant_id, **options) -> None:
    grant = reading.open_grant(tess.db, tess.keyring, grant_id, now=tess.now)
    records.list_as_reader(
        tess.db, tess.keyring, grant, scopes=grant.scopes, now=tess.now, **options
    )


def test_at_first_nothing_was_opened(phone):
    assert "Nothing was opened" in phone.get("/sharing/log").text


def test_a_title_shown_and_an_entry_opened_are_told_apart(phone, ana, tess, grant_id, db):
    entry = ana.write("low tide", scope="journal")
    look_through(tess, grant_id)
    tess.later(minutes=5)
    records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    page = phone.get("/sharing/log").text
    opened, listed = page.split("<li><div")[1:3]
    assert "opened" in opened
    assert "10:05" in opened
    assert "was shown the titles of" in listed
    for line in (opened, listed):
        assert f'href="/entries/{entry.id}"' in line
        assert "low tide" in line
    assert "22 November 2026" in page


def test_titles_shown_again_and_again_are_one_line_between_what_was_opened(
    phone, ana, tess, grant_id, db
):
    entry = ana.write("low tide", scope="journal")
    for _ in range(2):
        look_through(tess, grant_id)
        tess.later(minutes=5)
    records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    tess.later(minutes=5)
    look_through(tess, grant_id)
    ana.write("high tide", scope="journal")
    look_through(tess, grant_id)
    page = phone.get("/sharing/log").text
    both, one, opened = page.split("<li><div")[1:]
    assert "was shown the titles of" in both
    assert "high tide" in both
    assert "times since" not in both
    assert "3 times since 10:00" in one
    assert "high tide" not in one
    assert "opened" in opened


def test_a_page_of_check_ins_is_one_line(phone, ana, theo, db):
    second = people.share_with(ana, theo, ("check-ins",))
    for day in range(3):
        ana.write("", scope="check-ins", kind="check-in", days=day)
    look_through(theo, second, event="opened")
    assert "3 check-ins" in phone.get("/sharing/log").text


def test_a_deleted_entry_is_no_longer_linked(phone, ana, tess, grant_id, db):
    entry = ana.write("low tide", scope="journal")
    records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    records.remove(db, ana.keyring, entry.id, now=ana.now)
    db.commit()
    page = phone.get("/sharing/log").text
    assert "Tess" in page
    assert str(entry.id) not in page
    assert "low tide" not in page


def test_a_refusal_is_told_plainly(phone, ana, tess, grant_id, db):
    private = ana.write("not for her")
    with pytest.raises(NotFound):
        records.open_as_reader(db, tess.keyring, grant_id, private.id, now=tess.now)
    page = phone.get("/sharing/log").text
    assert "got nothing" in page
    assert "not for her" not in page


def test_it_is_grouped_by_her_days_and_paged(phone, ana, tess, grant_id, db):
    entry = ana.write("low tide", scope="journal")
    start = tess.now - timedelta(hours=3)
    for minute in range(21):
        at = start + timedelta(minutes=minute)
        records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=at)
    first = phone.get("/sharing/log")
    shown = first.text.count("<li><div")
    older = f"/sharing/log?after={shown}"
    assert 10 <= shown <= 20
    assert f'href="{older}"' in first.text
    assert phone.get(older).text.count("<li><div") == 21 - shown
    assert phone.get("/sharing/log?after=-1").status_code == 404


def test_it_can_be_of_one_reader_alone(phone, ana, tess, grant_id, db):
    entry = ana.write("low tide", scope="journal")
    records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    hers = f"/sharing/log?by={grant_id}"
    assert hers in phone.get("/sharing").text
    page = phone.get(hers).text
    assert "What Tess" in page
    assert "low tide" in page
    assert 'href="/sharing/log"' in page
    assert phone.get(f"/sharing/log?by={entry.id}").status_code == 404


def test_of_two_readers_each_log_says_what_one_of_them_opened(phone, ana, tess, theo, grant_id, db):
    """Red when `sharing.log` reads every log whatever `by` says."""
    seconds = people.share_with(ana, theo, ("journal",))
    tide, rain = (ana.write(words, scope="journal") for words in ("low tide", "late rain"))
    for reader, grant, entry in ((tess, grant_id, tide), (theo, seconds, rain)):
        records.open_as_reader(db, reader.keyring, grant, entry.id, now=reader.now)
    hers, his = (phone.get(f"/sharing/log?by={grant}").text for grant in (grant_id, seconds))
    assert "low tide" in hers
    assert "late rain" not in hers
    assert "late rain" in his
    assert "low tide" not in his
    assert all(words in phone.get("/sharing/log").text for words in ("low tide", "late rain"))


@pytest.mark.parametrize(
    "harm",
    [
        delete(AccessEvent).where(AccessEvent.n == 1),
        update(AccessEvent).where(AccessEvent.n == 1).values(sealed=b"scratched"),
        update(AccessEvent).where(AccessEvent.n == 2).values(link=b"x" * 32),
    ],
)
def test_a_damaged_log_is_told_plainly(phone, ana, tess, grant_id, db, harm):
    entry = ana.write("low tide", scope="journal")
    for _ in range(3):
        records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    assert "damaged" not in phone.get("/sharing/log").text
    db.rollback()  # the page wrote: what this session began to read is older
    db.execute(harm)
    db.commit()
    page = phone.get("/sharing/log")
    assert page.status_code == 200
    assert "This log was damaged" in page.text


def test_the_log_of_an_ended_grant_stays(phone, ana, tess, grant_id, db):
    entry = ana.write("low tide", scope="journal")
    records.open_as_reader(db, tess.keyring, grant_id, entry.id, now=tess.now)
    phone.post(f"/sharing/{grant_id}/revocation")
    assert "low tide" in phone.get("/sharing/log").text


def test_theo_finds_nothing_there(browser_of, theo):
    theos = browser_of(theo)
    assert theos.get("/sharing/log").data == theos.get("/no/such/page").data
