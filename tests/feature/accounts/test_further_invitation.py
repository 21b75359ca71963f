"""A patient who is signed in accepts a further therapist's invitation."""

import pytest

from journal import clock
from journal.core import consent, invitations


@pytest.fixture
def vera(new_browser, store):
    """A second therapist."""
    with store() as db:
        token = invitations.invite_therapist(db, now=clock.now())
        db.commit()
    browser = new_browser()
    browser.sign_up(f"/invitations/{token}", "Vera")
    return browser


@pytest.fixture
def further(vera, invite):
    return f"/invitations/{invite(vera).token}"


def test_ana_sees_the_choice_and_no_sign_up(ana, further):
    page = ana.get(further)
    assert page.status_code == 200
    assert "Vera" in page.text
    assert 'name="scopes"' in page.text
    assert 'name="email"' not in page.text


def test_ana_accepts_with_her_password(ana, further, store, passwords):
    answer = ana.post(further, scopes=["journal"], since="everything", password=passwords[0])
    assert answer.status_code == 303
    with store() as db:
        grants = consent.all_grants(db, ana.keyring(db), now=clock.now())
        named = {grant.reader_name: grant for grant in grants}
        assert answer.location == f"/sharing/{named['Vera'].id}"
        assert list(named["Vera"].scopes) == ["journal"]
        assert list(named["Tess"].scopes) == ["check-ins"]


def test_posted_again_it_answers_the_same(ana, further, passwords):
    form = {"scopes": ["journal"], "password": passwords[0]}
    first = ana.post(further, **form)
    assert ana.post(further, **form).location == first.location


def test_a_wrong_password_gives_nothing_and_keeps_the_ticks(ana, further, store):
    answer = ana.post(further, scopes=["journal"], password="not the right one")
    assert answer.status_code == 422
    assert 'value="journal" checked' in answer.text
    with store() as db:
        assert len(consent.all_grants(db, ana.keyring(db), now=clock.now())) == 1


def test_a_second_link_of_the_same_therapist_leads_to_what_there_is(
    ana, tess, invite, store, passwords
):
    answer = ana.post(f"/invitations/{invite(tess).token}", password=passwords[0])
    with store() as db:
        (grant,) = consent.all_grants(db, ana.keyring(db), now=clock.now())
    assert (answer.status_code, answer.location) == (303, f"/sharing/{grant.id}")


def test_a_signed_in_therapist_is_not_made_a_patient(vera, tess, invite, passwords):
    answer = vera.post(f"/invitations/{invite(tess).token}", password=passwords[0])
    assert answer.status_code == 422
