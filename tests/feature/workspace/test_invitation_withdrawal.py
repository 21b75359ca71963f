"""POST /caseload/invitations/<id>/withdrawal: a link stops working."""

import pytest

from journal.core import invitations
from journal.core.consent import Choice
from journal.core.errors import InvitationClosed
from tests import people


@pytest.fixture
def invited(db, tess):
    made = invitations.invite_patient(db, tess.keyring, label="A. Q.", now=people.NOW)
    db.commit()
    return made


def withdraw(browser, invited):
    return browser.post(f"/caseload/invitations/{invited.id}/withdrawal")


def is_closed(person, invited):
    person.db.rollback()
    with pytest.raises(InvitationClosed) as closed:
        invitations.open_invitation(person.db, invited.token, now=people.NOW)
    return closed.value.reason


def test_a_withdrawn_link_opens_nothing(sign_in, tess, invited):
    answer = withdraw(sign_in(tess), invited)
    assert (answer.status_code, answer.location) == (303, "/caseload")
    assert is_closed(tess, invited) == "withdrawn"
    assert invitations.waiting(tess.db, tess.keyring, now=people.NOW) == []


def test_withdrawing_twice_is_withdrawing_once(sign_in, tess, invited):
    hers = sign_in(tess)
    withdraw(hers, invited)
    answer = withdraw(hers, invited)
    assert (answer.status_code, answer.location) == (303, "/caseload")


def test_theo_can_withdraw_nothing_of_hers(sign_in, tess, theo, invited, missing):
    answer = withdraw(sign_in(theo), invited)
    assert (answer.status_code, answer.data) == (404, missing)
    tess.db.rollback()
    assert invitations.open_invitation(tess.db, invited.token, now=people.NOW).id == invited.id


def test_ana_can_withdraw_nothing(sign_in, ana, invited, missing):
    answer = sign_in(ana).post(f"/caseload/invitations/{invited.id}/withdrawal", form="/account")
    assert (answer.status_code, answer.data) == (404, missing)


def test_who_was_faster_keeps_the_account_and_tess_is_told(sign_in, db, site, tess, invited):
    invitations.accept(
        db,
        site,
        invited.token,
        name="Cleo",
        email="cleo@example.org",
        password=people.PASSWORD,
        zone="Europe/Vienna",
        choice=Choice(()),
        now=people.NOW,
    )
    db.commit()
    hers = sign_in(tess)
    answer = withdraw(hers, invited)
    assert (answer.status_code, answer.location) == (303, "/caseload")
    page = hers.get("/caseload").text
    assert "Somebody has used this invitation already." in page
    assert "Cleo" in page
    assert is_closed(tess, invited) == "used"
