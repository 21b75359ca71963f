"""GET /patients/<grant>: what one patient shares, by title."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journal.core import caseload, consent, records, shares
from journal.core.consent import Choice
from journal.core.models import GrantKey, Record
from journal.core.state import change_state
from tests import people
from tests.people import NOBODYS


def test_tess_sees_the_titles_and_never_the_words(sign_in, tess, grant, written):
    entry = written(title="The river", body="herons at dusk")
    page = sign_in(tess).get(f"/patients/{grant}").text
    assert "The river" in page
    assert f"/patients/{grant}/records/{entry}" in page
    assert "herons at dusk" not in page


def test_an_entry_without_a_title_is_called_by_its_day(sign_in, tess, grant, written):
    written(title="", body="herons at dusk")
    page = sign_in(tess).get(f"/patients/{grant}").text
    assert "Untitled, 22 November 2026" in page
    assert "herons" not in page


def test_private_entries_and_drafts_are_not_there(sign_in, tess, grant, written):
    written(title="Mine alone", scope="private")
    written(title="Half a thought", scope="private", kind="draft")
    page = sign_in(tess).get(f"/patients/{grant}").text
    assert "Mine alone" not in page
    assert "Half a thought" not in page


def test_the_log_says_listed_for_each_title(sign_in, tess, grant, written, log):
    first, second = written(title="One", hours=1), written(title="Two")
    sign_in(tess).get(f"/patients/{grant}")
    assert log() == [("listed", (second, first))]


def test_what_can_not_be_logged_is_not_shown(sign_in, tess, grant, written, monkeypatch):
    written(title="The river")
    hers = sign_in(tess)

    def fail(_session: Session) -> None:
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    # Its own commit would hide that the log's is missing.
    monkeypatch.setattr(caseload, "mark_seen", lambda *_: None)
    monkeypatch.setattr(Session, "commit", fail)
    answer = hers.get(f"/patients/{grant}")
    assert answer.status_code == 503
    assert "The river" not in answer.text


def test_new_entries_are_marked_until_the_next_look(sign_in, tess, grant, written):
    written(title="The river")
    hers = sign_in(tess)
    assert ">new</span>" in hers.get(f"/patients/{grant}").text
    assert ">new</span>" not in hers.get(f"/patients/{grant}").text


def test_it_shows_what_is_shared_since_when_and_the_code(sign_in, db, site, tess):
    bea = people.patient(db, site, "Bea", tess, ("journal",), since="now")
    [grant_id] = people.grants_of(tess)
    page = sign_in(tess).get(f"/patients/{grant_id}").text
    [view] = consent.all_grants(db, bea.keyring, now=people.NOW)
    assert view.safety_code in page
    assert "from 22 November 2026 on" in page
    assert "Until Bea ends it." in page


def test_check_ins_are_offered_only_where_they_are_shared(sign_in, tess, ana, grant, written):
    written(scope="check-ins", kind="check-in", mood=4)
    hers = sign_in(tess)
    page = hers.get(f"/patients/{grant}").text
    assert f"/patients/{grant}/check-ins" in page
    assert "1 new" in page
    consent.change(ana.db, ana.keyring, grant, Choice(("journal",)), now=ana.now)
    ana.db.commit()
    assert f"/patients/{grant}/check-ins" not in hers.get(f"/patients/{grant}").text


def test_what_is_new_is_counted_at_the_way_to_it(sign_in, db, site, tess):
    bea = people.patient(db, site, "Bea", tess, ("care",))
    kept = {"kind": "insight", "scope": "care", "content": {"words": "Enough is enough"}}
    when = {"occurred_at": people.NOW, "now": people.NOW}
    records.write(db, bea.keyring, record_id=uuid4(), **kept, **when)
    db.commit()
    [grant_id] = people.grants_of(tess)
    hers, way = sign_in(tess), "Course of treatment</h2>"
    for _ in range(2):  # looking at the way opens nothing
        assert "1 new" in hers.get(f"/patients/{grant_id}").text.partition(way)[2][:60]
    hers.get(f"/patients/{grant_id}/shared/care")
    assert "1 new" not in hers.get(f"/patients/{grant_id}").text.partition(way)[2][:60]


def test_what_no_list_has_shown_stays_new_on_the_caseload(sign_in, tess, grant, written):
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}")
    written(title="The river")
    written(scope="check-ins", kind="check-in", mood=4)
    assert "2 new" in hers.get("/caseload").text
    hers.get(f"/patients/{grant}")
    assert "1 new" in hers.get("/caseload").text
    hers.get(f"/patients/{grant}/check-ins")
    assert " new<" not in hers.get("/caseload").text


def test_an_entry_beyond_the_first_page_is_new_until_its_page_is_turned(
    sign_in, tess, grant, written
):
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}")
    for hours in range(11):
        written(title=f"No. {hours}", hours=hours)
    page = hers.get(f"/patients/{grant}").text
    assert "1 new" in hers.get("/caseload").text
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    assert ">new</span>" in hers.get(older[1]).text
    assert " new<" not in hers.get("/caseload").text


def test_whatever_was_there_at_the_first_look_is_no_news_later(sign_in, tess, grant, written):
    for hours in range(11):
        written(title=f"No. {hours}", hours=hours)
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}")
    assert " new<" not in hers.get("/caseload").text


def test_an_empty_choice_says_so_plainly(sign_in, db, site, tess):
    people.patient(db, site, "Bea", tess)
    [grant_id] = people.grants_of(tess)
    answer = sign_in(tess).get(f"/patients/{grant_id}")
    assert answer.status_code == 200
    assert "Bea shares nothing as a whole yet" in answer.text


def test_a_single_share_shows_without_any_scope(sign_in, db, site, tess):
    bea = people.patient(db, site, "Bea", tess)
    [grant_id] = people.grants_of(tess)
    entry, other = bea.write("only this one"), bea.write("not this one")
    shares.share(db, bea.keyring, grant_id, entry.id, now=bea.now)
    db.commit()
    page = sign_in(tess).get(f"/patients/{grant_id}").text
    assert str(entry.id) in page
    assert str(other.id) not in page


def test_narrowing_takes_the_journal_away_at_once(sign_in, tess, ana, grant, written):
    written(title="The river")
    consent.change(ana.db, ana.keyring, grant, Choice(("check-ins",)), now=ana.now)
    ana.db.commit()
    page = sign_in(tess).get(f"/patients/{grant}").text
    assert "The river" not in page


def test_a_damaged_entry_is_a_placeholder_and_the_rest_is_there(
    sign_in, db, tess, ana, grant, written
):
    broken = written(title="Broken", hours=1)
    written(title="Whole")
    db.execute(update(Record).where(Record.id == broken).values(body=b"\0" * 300))
    db.commit()
    answer = sign_in(tess).get(f"/patients/{grant}")
    assert answer.status_code == 200
    assert "Whole" in answer.text
    assert "This entry can't be opened." in answer.text
    assert str(broken) not in answer.text


def test_without_the_wrapped_keys_titles_stay_closed(sign_in, db, tess, ana, grant, written):
    written(title="The river")
    db.execute(delete(GrantKey))
    db.commit()
    answer = sign_in(tess).get(f"/patients/{grant}")
    assert answer.status_code == 200
    assert "The river" not in answer.text


def test_more_than_a_page_goes_on_with_the_older_ones(sign_in, tess, grant, written):
    for hour in range(22):
        written(title=f"Number {hour:02}", hours=hour)
    hers = sign_in(tess)
    first = hers.get(f"/patients/{grant}").text
    assert "Number 09" in first
    assert "Number 10" not in first
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = hers.get(link).text
    assert "Number 10" in second
    assert "Number 19" in second
    assert "Number 09" not in second
    assert 'rel="prev"' in second


def test_names_and_titles_are_shown_as_text(sign_in, tess, grant, written):
    written(title="<script>alert(1)</script>")
    page = sign_in(tess).get(f"/patients/{grant}").text
    assert "<script>alert(1)" not in page


def test_ended_is_the_same_page_as_missing(sign_in, tess, ana, grant, missing, log):
    hers = sign_in(tess)
    assert hers.get(f"/patients/{grant}").status_code == 200
    consent.revoke(ana.db, ana.keyring, grant, now=ana.now)
    ana.db.commit()
    answer = hers.get(f"/patients/{grant}")
    assert (answer.status_code, answer.data) == (404, missing)
    assert log()[0][0] == "refused"


def test_expired_is_the_same_page_as_missing(
    sign_in, tess, ana, grant, missing, clock_of_the_clinic
):
    until = Choice(("journal",), not_after=people.NOW + timedelta(minutes=5))
    consent.change(ana.db, ana.root, grant, until, now=ana.now)
    ana.db.commit()
    hers = sign_in(tess)
    assert "Until 22 November 2026" in hers.get(f"/patients/{grant}").text
    clock_of_the_clinic.move_to(people.NOW + timedelta(minutes=6))
    answer = hers.get(f"/patients/{grant}")
    assert (answer.status_code, answer.data) == (404, missing)


def test_unpinned_is_the_same_page_as_missing(sign_in, tess, grant, missing):
    change_state(tess.db, tess.keyring, lambda state: state["patients"].clear())
    tess.db.commit()
    assert sign_in(tess).get(f"/patients/{grant}").data == missing


def test_theo_ana_and_a_made_up_id_meet_the_same_page(sign_in, tess, theo, ana, grant, missing):
    for person, text in ((theo, grant), (ana, grant), (tess, uuid4()), (tess, "nonsense")):
        answer = sign_in(person).get(f"/patients/{text}")
        assert (answer.status_code, answer.data) == (404, missing)


def test_theos_own_patient_opens_nothing_of_anas(sign_in, db, site, theo, grant, missing):
    people.patient(db, site, "Bea", theo, ("journal",))
    page = sign_in(theo).get(f"/patients/{people.grants_of(theo)[0]}").text
    assert "Ana" not in page
    assert sign_in(theo).get(f"/patients/{grant}").data == missing


@pytest.mark.parametrize("before", ["nonsense", "1.2", "9" * 40 + "." + NOBODYS])
def test_a_made_up_cursor_shows_the_first_page(sign_in, tess, grant, written, before):
    written(title="The river")
    page = sign_in(tess).get(f"/patients/{grant}?before={before}").text
    assert "The river" in page
