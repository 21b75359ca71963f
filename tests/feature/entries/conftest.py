"""Ana writes on her phone; Theo the therapist and Nora, another patient, try to get at it."""

import re

import pytest

from journal.core import consent
from tests import people
from tests.browsers import Browser, ana, at_ten, phone, sign_in, tess, theo, theos, value_of

__all__ = ["ana", "at_ten", "phone", "tess", "theo", "theos"]


@pytest.fixture
def noras(app, tess):
    """The phone of another patient of Tess's."""
    return sign_in(app, people.patient(tess.db, tess.site, "Nora", of=tess))


@pytest.fixture
def outsiders(theos, noras):
    return [theos, noras]


@pytest.fixture
def keep(phone):
    """Keep an entry as the page does; its address."""

    def post(body, **fields):
        client_id = value_of(phone.get("/entries/new").text, "client_id")
        answer = phone.post("/entries/new", body=body, client_id=client_id, **fields)
        assert answer.status_code == 303, answer.text
        return answer.location

    return post


@pytest.fixture
def given(ana, tess):
    """Give Tess more: the grant that Ana made when she signed up, with these scopes."""

    def give(*scopes, since="everything"):
        [grant] = consent.all_grants(ana.db, ana.keyring, now=ana.now)
        choice = consent.Choice(scopes, since)
        consent.change(ana.db, ana.step_up(), grant.id, choice, now=ana.now)
        ana.db.commit()
        return grant.id

    return give


def links(page: str) -> list[str]:
    """The entries that a page links to, in its order."""
    return re.findall(r'href="(/entries/[0-9a-f-]{36})"', page)


def same_as_missing(browser: Browser, answer) -> bool:
    """Whether this is the very page of an address that never was."""
    nothing = browser.get("/entries/5f0c4c0e-7b1f-4a5e-9c86-0d6f0a2b7a11")
    return (answer.status_code, answer.data) == (404, nothing.data)
