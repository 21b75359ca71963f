"""A consent for keys that were never Tess's: her caseload says so, and its pages stop."""

from dataclasses import replace

import pytest

from journal.core import consent, grants
from tests.people import NOBODYS


@pytest.fixture
def misled(db, ana, grant):
    """Ana signed for keys that somebody told her were Tess's."""
    held = grants.held(db, ana.keyring, grant, now=ana.now)
    said = replace(held.statement, reader_fingerprint="ab" * 32, seq=held.statement.seq + 1)
    signed = consent.sign_statement(said, seed=ana.root.root_seed)
    grants.add_statement(db, signed, held.key)
    db.commit()


def test_the_caseload_says_that_it_stopped(sign_in, tess, misled):
    page = sign_in(tess).get("/caseload").text
    assert "Ana" in page
    assert "stopped: the keys don" in page


@pytest.mark.parametrize("path", ["", "/check-ins", f"/records/{NOBODYS}"])
def test_every_page_of_it_says_what_to_do(sign_in, tess, grant, misled, path):
    answer = sign_in(tess).get(f"/patients/{grant}{path}")
    assert answer.status_code == 409
    assert "consent names other keys" in answer.text


def test_theo_sees_nothing_of_it(sign_in, theo, grant, misled, missing):
    assert sign_in(theo).get(f"/patients/{grant}").data == missing
