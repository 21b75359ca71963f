"""GET /caseload/invitations/<id>: an invitation is looked at again while it waits."""

from datetime import timedelta

import pytest

from journal.core import invitations
from tests import people
from tests.people import NOBODYS


@pytest.fixture
def invited(db, tess):
    made = invitations.invite_patient(
        db, tess.keyring, label="A. Q.", now=people.NOW - timedelta(hours=71, minutes=55)
    )
    db.commit()
    return made


def test_tess_sees_the_link_again(sign_in, tess, invited):
    page = sign_in(tess).get(f"/caseload/invitations/{invited.id}").text
    assert invited.token in page
    assert invited.safety_code in page
    assert " style=" not in page


def test_theo_and_ana_find_nothing(sign_in, theo, ana, invited, missing):
    for person in (theo, ana):
        answer = sign_in(person).get(f"/caseload/invitations/{invited.id}")
        assert (answer.status_code, answer.data) == (404, missing)


def test_it_is_gone_when_it_has_run_out(sign_in, tess, invited, missing, clock_of_the_clinic):
    hers = sign_in(tess)
    clock_of_the_clinic.move_to(people.NOW + timedelta(minutes=6))
    assert hers.get(f"/caseload/invitations/{invited.id}").data == missing


@pytest.mark.parametrize("text", ["nonsense", "..%2f", NOBODYS])
def test_an_id_that_names_nothing_is_missing(sign_in, tess, invited, missing, text):
    assert sign_in(tess).get(f"/caseload/invitations/{text}").data == missing
