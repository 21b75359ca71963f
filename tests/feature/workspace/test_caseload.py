"""GET /caseload: who shares with this therapist, and what is new."""

import re
from datetime import timedelta

import pytest

from journal.core import consent, invitations, records, shares
from journal.core.consent import Choice
from journal.web import desk
from tests import people


def test_tess_sees_ana_her_note_and_what_is_shared(sign_in, tess, grant):
    page = sign_in(tess).get("/caseload").text
    assert "Ana" in page
    assert f"/patients/{grant}" in page
    assert "Check-ins, Journal" in page


def test_theo_sees_nobody_and_learns_how_to_invite(sign_in, theo, grant):
    page = sign_in(theo).get("/caseload").text
    assert "Ana" not in page
    assert 'href="/caseload/invitations/new"' in page
    assert "Nobody shares with you yet" in page


def test_ana_and_a_stranger_find_no_caseload(sign_in, app, ana, missing):
    answer = sign_in(ana).get("/caseload")
    assert (answer.status_code, answer.data) == (404, missing)
    assert app.test_client().get("/caseload").location == "/sign-in?next=/caseload"


def test_it_counts_what_is_new_and_opens_nothing(sign_in, tess, grant, written, log):
    for title in ("herons", "rivers", "stones"):
        written(title=title)
    page = sign_in(tess).get("/caseload").text
    assert "3 new" in page
    assert "herons" not in page
    assert log() == []


def test_after_a_look_at_the_patient_nothing_is_new(sign_in, tess, grant, written):
    written(title="herons")
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}")
    assert "1 new" not in hers.get("/caseload").text
    written(title="rivers")
    assert "1 new" in hers.get("/caseload").text


def test_a_back_dated_entry_is_as_new_as_any(sign_in, tess, grant, written):
    written(title="herons")
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}")
    written(title="rivers", hours=30)
    assert "1 new" in hers.get("/caseload").text
    page = hers.get(f"/patients/{grant}").text
    assert page.index("rivers") < page.index(">new</span>")
    assert page.count(">new</span>") == 1


def test_an_old_entry_is_new_when_it_is_shared(sign_in, tess, ana, grant, written):
    old = written(title="rivers", scope="private", hours=30)
    written(title="herons")
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}")
    shares.share(ana.db, ana.keyring, grant, old, now=ana.now)
    ana.db.commit()
    assert "1 new" in hers.get("/caseload").text


def test_what_was_seen_and_deleted_leaves_nothing_new_behind(sign_in, tess, ana, grant, written):
    found = [written(title=f"Number {hour}", hours=hour) for hour in range(4)]
    hers = sign_in(tess)
    hers.get(f"/patients/{grant}")
    records.remove(ana.db, ana.keyring, found[0], now=ana.now)
    ana.db.commit()
    assert "1 new" not in hers.get("/caseload").text


def test_private_words_are_not_counted(sign_in, tess, grant, written):
    written(title="herons", scope="private")
    assert "1 new" not in sign_in(tess).get("/caseload").text


def test_the_patient_with_most_that_is_new_stands_first(sign_in, db, site, tess, ana, written):
    people.patient(db, site, "Abel", tess, ("journal",))
    written(title="herons")
    page = sign_in(tess).get("/caseload").text
    assert page.index('<strong dir="auto">Ana<') < page.index('<strong dir="auto">Abel<')


def test_an_empty_choice_shares_nothing_yet(sign_in, db, site, tess):
    people.patient(db, site, "Bea", tess)
    assert "shares nothing yet" in sign_in(tess).get("/caseload").text


def test_a_single_entry_is_named_as_one(sign_in, db, site, tess):
    bea = people.patient(db, site, "Bea", tess)
    [grant_id] = people.grants_of(tess)
    entry = bea.write("only this one")
    shares.share(db, bea.keyring, grant_id, entry.id, now=bea.now)
    db.commit()
    page = sign_in(tess).get("/caseload").text
    assert "Single entries" in page
    assert "shares nothing yet" not in page


def test_a_patient_who_just_signed_up_is_pinned_by_the_visit(sign_in, db, site, tess):
    token = invitations.invite_patient(db, tess.keyring, label="C. D.", now=people.NOW).token
    invitations.accept(
        db,
        site,
        token,
        name="Cleo",
        email="cleo@example.org",
        password=people.PASSWORD,
        zone="Europe/Vienna",
        choice=Choice(()),
        now=people.NOW,
    )
    db.commit()
    page = sign_in(tess).get("/caseload").text
    assert "Cleo" in page
    assert "C. D." in page
    assert "Waiting invitations" not in page


def test_who_ended_the_sharing_is_gone(sign_in, tess, ana, grant):
    consent.revoke(ana.db, ana.keyring, grant, now=ana.now)
    ana.db.commit()
    assert "Ana" not in sign_in(tess).get("/caseload").text


def test_who_let_it_run_out_is_gone_by_the_clock(sign_in, tess, ana, grant, clock_of_the_clinic):
    until = Choice(("journal",), not_after=people.NOW + timedelta(minutes=5))
    consent.change(ana.db, ana.root, grant, until, now=ana.now)
    ana.db.commit()
    hers = sign_in(tess)
    assert "Ana" in hers.get("/caseload").text
    clock_of_the_clinic.move_to(people.NOW + timedelta(minutes=6))
    assert "Ana" not in hers.get("/caseload").text


def test_a_search_finds_by_name_and_by_note(sign_in, db, site, tess, ana):
    people.patient(db, site, "Abel", tess)
    page = sign_in(tess).get("/caseload?q=AN").text
    assert '<strong dir="auto">Ana<' in page
    assert "Abel" not in page


def test_a_waiting_invitation_shows_its_note_and_can_be_withdrawn(sign_in, db, tess):
    invited = invitations.invite_patient(db, tess.keyring, label="A. Q.", now=people.NOW)
    db.commit()
    page = sign_in(tess).get("/caseload").text
    assert "A. Q." in page
    assert f'action="/caseload/invitations/{invited.id}/withdrawal"' in page
    assert invited.token not in page


def test_an_invitation_that_ran_out_waits_no_longer(sign_in, db, tess, clock_of_the_clinic, site):
    people.patient(db, site, "Ana", tess)
    late = people.NOW - timedelta(hours=71, minutes=55)
    invitations.invite_patient(db, tess.keyring, label="A. Q.", now=late)
    db.commit()
    hers = sign_in(tess)
    assert "A. Q." in hers.get("/caseload").text
    clock_of_the_clinic.move_to(people.NOW + timedelta(minutes=6))
    assert "A. Q." not in hers.get("/caseload").text


@pytest.fixture
def long_caseload(db, site, tess, monkeypatch):
    """Five patients and two invitations, where a page has room for three lines and one beside."""
    monkeypatch.setattr(desk, "ROOM", 3 * desk.PERSON)
    monkeypatch.setattr(desk, "BESIDE", desk.LINK)
    for name in ("Abel", "Bea", "Cleo", "Dora", "Emil"):
        people.patient(db, site, name, tess)
    for label in ("A. Q.", "B. R."):
        invitations.invite_patient(db, tess.keyring, label=label, now=people.NOW)
    db.commit()


def test_everybody_on_a_long_caseload_is_within_reach(sign_in, tess, long_caseload):
    hers, address, found = sign_in(tess), "/caseload", []
    pages = 0
    while address:
        page = hers.get(address).text
        pages += 1
        found += re.findall(r'<strong dir="auto">([^<]+)<', page)
        found += re.findall(r"data-shortcut-item>([A-Z]\. [A-Z]\.)<", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert found == ["Abel", "Bea", "Cleo", "Dora", "Emil", "A. Q.", "B. R."]
    assert pages > 2


def test_a_search_goes_on_as_a_search(sign_in, tess, long_caseload):
    page = sign_in(tess).get("/caseload?q=e").text
    assert 'rel="next" href="/caseload?q=e&amp;after=' in page


@pytest.mark.parametrize("after", ["-1", "99999999999"])
def test_a_line_that_no_caseload_has_is_missing(sign_in, tess, missing, after):
    assert sign_in(tess).get(f"/caseload?after={after}").data == missing


def test_beside_a_page_stands_its_own_patient_and_the_way_to_the_others(
    sign_in, tess, long_caseload
):
    for grant_id in people.grants_of(tess):
        page = sign_in(tess).get(f"/patients/{grant_id}").text
        beside = page.partition("<nav")[2].partition("</nav>")[0]
        assert re.findall(r'class="person" href="([^"]+)"( aria-current="true")?', beside) == [
            (f"/patients/{grant_id}", ' aria-current="true"')
        ]
        assert ">4 more</a>" in beside
