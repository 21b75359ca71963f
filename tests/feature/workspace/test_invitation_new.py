"""GET, POST /caseload/invitations/new: a patient is invited."""

from uuid import uuid4

import pytest

from journal.core import invitations
from tests import people

ADDRESS = "/caseload/invitations/new"


def waiting(person):
    person.db.rollback()
    return invitations.waiting(person.db, person.keyring, now=people.NOW)


def test_tess_gets_a_link_a_picture_and_a_code(sign_in, app, db, tess):
    hers = sign_in(tess)
    answer = hers.post(ADDRESS, label="A. Q.")
    assert answer.status_code == 303
    [invited] = waiting(tess)
    page = hers.get(answer.location).text
    base = app.extensions["journal"].settings.base_url
    assert f"{base}/invitations/{invited.token}" in page
    assert invited.safety_code in page
    assert "<svg viewBox" in page
    opened = invitations.open_invitation(db, invited.token, now=people.NOW)
    assert opened.safety_code == invited.safety_code


def test_the_form_sent_twice_invites_once(sign_in, tess):
    hers, client_id = sign_in(tess), str(uuid4())
    first = hers.post(ADDRESS, label="A. Q.", client_id=client_id)
    second = hers.post(ADDRESS, label="A. Q.", client_id=client_id)
    assert first.location == second.location
    assert len(waiting(tess)) == 1


def test_two_forms_invite_two(sign_in, tess):
    hers = sign_in(tess)
    hers.post(ADDRESS, label="A. Q.", client_id=str(uuid4()))
    hers.post(ADDRESS, label="A. Q.", client_id=str(uuid4()))
    assert len(waiting(tess)) == 2


def test_anothers_client_id_gives_nothing_of_hers_away(sign_in, tess, theo):
    client_id = str(uuid4())
    sign_in(tess).post(ADDRESS, label="A. Q.", client_id=client_id)
    sign_in(theo).post(ADDRESS, label="B. R.", client_id=client_id)
    assert waiting(tess)[0].id != waiting(theo)[0].id


@pytest.mark.parametrize("label", ["", "   ", "x" * 81])
def test_a_note_nobody_can_use_comes_back(sign_in, tess, label):
    answer = sign_in(tess).post(ADDRESS, label=label)
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert waiting(tess) == []


def test_what_was_typed_stays_in_a_refused_form(sign_in, tess):
    assert "x" * 81 in sign_in(tess).post(ADDRESS, label="x" * 81).text


def test_a_note_is_shown_as_text(sign_in, tess):
    hers = sign_in(tess)
    page = hers.get(hers.post(ADDRESS, label="<img src=x onerror=alert(1)>").location).text
    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_without_a_token_of_the_form_nothing_is_made(sign_in, tess):
    assert sign_in(tess).client.post(ADDRESS, data={"label": "A. Q."}).status_code == 400
    assert waiting(tess) == []


def test_ana_can_invite_nobody(sign_in, ana, missing):
    assert sign_in(ana).get(ADDRESS).data == missing
    refused = sign_in(ana).post(ADDRESS, form="/account", label="A. Q.")
    assert (refused.status_code, refused.data) == (404, missing)
