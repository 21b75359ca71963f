"""GET /patients/<grant>/check-ins: the check-ins of some days, logged as opened."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journal.core import consent
from journal.core.consent import Choice
from journal.core.models import Record
from tests import people

DAY = 24


@pytest.fixture
def check_in(written):
    """Let Ana check in so many days ago."""

    def write(days: int = 0, mood: int | None = 4, note: str = ""):
        return written(
            scope="check-ins",
            kind="check-in",
            hours=days * DAY,
            mood=mood,
            anxiety=None,
            energy=None,
            connection=None,
            sleep_hours=None,
            tags=[],
            note=note,
        )

    return write


def test_tess_sees_picture_table_and_notes(sign_in, tess, grant, check_in):
    check_in(1, mood=3)
    check_in(0, mood=7, note="a calm day")
    page = sign_in(tess).get(f"/patients/{grant}/check-ins").text
    assert "data-trend-picture" in page
    assert "<td>7<" in page
    assert "a calm day" in page


def test_the_log_says_opened_for_each(sign_in, tess, grant, check_in, log):
    first, second = check_in(1), check_in(0)
    sign_in(tess).get(f"/patients/{grant}/check-ins")
    assert log() == [("opened", (second, first))]


def test_what_can_not_be_logged_is_not_shown(sign_in, tess, grant, check_in, monkeypatch):
    check_in(note="a calm day")
    hers = sign_in(tess)

    def fail(_session: Session) -> None:
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    monkeypatch.setattr(Session, "commit", fail)
    answer = hers.get(f"/patients/{grant}/check-ins")
    assert answer.status_code == 503
    assert "a calm day" not in answer.text


def test_days_choose_the_range(sign_in, tess, grant, check_in):
    check_in(40, note="long ago")
    check_in(0, note="a calm day")
    hers = sign_in(tess)
    month = hers.get(f"/patients/{grant}/check-ins?days=30").text
    assert "a calm day" in month
    assert "long ago" not in month
    assert "long ago" in hers.get(f"/patients/{grant}/check-ins?days=90").text


@pytest.mark.parametrize("days", ["", "nonsense", "-1", "9" * 30])
def test_a_made_up_range_is_the_usual_one(sign_in, tess, grant, check_in, days):
    check_in(note="a calm day")
    answer = sign_in(tess).get(f"/patients/{grant}/check-ins?days={days}")
    assert "a calm day" in answer.text


def test_all_of_them_are_there_page_by_page_and_all_in_the_course(sign_in, tess, grant, check_in):
    for day in range(55):
        check_in(day, note=f"note {day:02}.")
    hers, address, pages = sign_in(tess), f"/patients/{grant}/check-ins?days=90", []
    while address:
        pages.append(hers.get(address).text)
        older = re.search(r'rel="next" href="([^"]+)"', pages[-1])
        address = older[1].replace("&amp;", "&") if older else ""
    assert "on 55 days" in pages[0]
    found = [note for page in pages for note in re.findall(r"note \d\d\.", page)]
    assert found == [f"note {day:02}." for day in range(55)]
    assert ["data-trend-picture" in page for page in pages] == [True, *[False] * (len(pages) - 1)]


def test_an_older_page_logs_what_it_shows_and_no_more(sign_in, tess, grant, check_in, log):
    written = [check_in(day) for day in range(30)]
    hers = sign_in(tess)
    first = hers.get(f"/patients/{grant}/check-ins?days=7").text
    older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    shown = first.count('<div class="item">')
    hers.get(older)
    assert log()[0] == ("opened", tuple(written[shown : shown + 10]))


def test_a_back_dated_one_stays_new_until_a_page_lists_it(sign_in, tess, grant, check_in):
    """Red when looking at some days marks what lies before them as seen."""
    check_in(0)
    hers, some = sign_in(tess), f"/patients/{grant}/check-ins?days=7"
    hers.get(some)
    check_in(60)
    told = hers.get(some).text
    assert "1 new is not on this page" in told
    assert "1 new" in hers.get("/caseload").text
    assert "new is not on" not in hers.get(f"/patients/{grant}/check-ins?days=90").text
    assert " new<" not in hers.get("/caseload").text


def test_one_that_came_while_she_turned_the_pages_stays_new(sign_in, tess, grant, check_in):
    """Red when an older page marks the newest as seen."""
    for day in range(30):
        check_in(day)
    hers = sign_in(tess)
    first = hers.get(f"/patients/{grant}/check-ins?days=7").text
    older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    check_in(0)
    hers.get(older)
    assert "1 new" in hers.get("/caseload").text


def test_years_that_were_there_at_the_first_look_are_no_news(sign_in, tess, grant, check_in):
    for day in range(0, 120, 10):
        check_in(day)
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}/check-ins?days=7")
    assert " new<" not in hers.get("/caseload").text


def test_no_check_in_yet_says_so(sign_in, tess, grant):
    answer = sign_in(tess).get(f"/patients/{grant}/check-ins")
    assert answer.status_code == 200
    assert "No check-in in these days" in answer.text


def test_a_damaged_one_is_a_placeholder(sign_in, db, tess, grant, check_in):
    broken = check_in(1, note="broken")
    check_in(0, note="a calm day")
    db.execute(update(Record).where(Record.id == broken).values(body=b"\0" * 300))
    db.commit()
    answer = sign_in(tess).get(f"/patients/{grant}/check-ins")
    assert answer.status_code == 200
    assert "a calm day" in answer.text
    assert "can't be opened" in answer.text


def test_journal_entries_are_not_among_them(sign_in, tess, grant, check_in, written, log):
    check_in()
    written(title="The river", body="herons")
    assert "river" not in sign_in(tess).get(f"/patients/{grant}/check-ins").text
    assert len(log()[0][1]) == 1


def test_a_scope_that_is_not_shared_is_missing(sign_in, tess, ana, grant, check_in, missing, log):
    check_in(note="a calm day")
    consent.change(ana.db, ana.keyring, grant, Choice(("journal",)), now=ana.now)
    ana.db.commit()
    answer = sign_in(tess).get(f"/patients/{grant}/check-ins")
    assert (answer.status_code, answer.data) == (404, missing)
    assert log() == [("refused", ())]


def test_ended_and_expired_are_missing(sign_in, tess, ana, grant, missing, clock_of_the_clinic):
    hers, address = sign_in(tess), f"/patients/{grant}/check-ins"
    until = Choice(("check-ins",), not_after=people.NOW + timedelta(minutes=5))
    consent.change(ana.db, ana.root, grant, until, now=ana.now)
    ana.db.commit()
    assert hers.get(address).status_code == 200
    clock_of_the_clinic.move_to(people.NOW + timedelta(minutes=6))
    assert hers.get(address).data == missing
    clock_of_the_clinic.move_to(people.NOW)
    consent.revoke(ana.db, ana.keyring, grant, now=ana.now)
    ana.db.commit()
    assert hers.get(address).data == missing


def test_theo_ana_and_a_made_up_id_meet_the_same_page(sign_in, tess, theo, ana, grant, missing):
    for person, text in ((theo, grant), (ana, grant), (tess, uuid4()), (tess, "nonsense")):
        answer = sign_in(person).get(f"/patients/{text}/check-ins")
        assert (answer.status_code, answer.data) == (404, missing)
