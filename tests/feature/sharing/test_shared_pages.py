"""A shared scope on one page: the therapist's is logged, and the patient's preview is the same."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from journal.core import access_log, consent, records
from journal.core.consent import Choice
from tests.people import Person

ARTICLE = re.compile(r'<article class="sheet record">(.*?)</article>', re.DOTALL)
SIGNED = {"status": "held", "day": "2026-11-10", "minute": 600, "zone": "UTC", "minutes": 50}


@pytest.fixture
def desk(browser_of, tess):
    return browser_of(tess)


def keep_copy(ana: Person, minutes: int) -> None:
    """Ana's copy of a session, as it lies in her scope."""
    content = {"reports": [{"report": {"says": SIGNED | {"minutes": minutes}}}]}
    records.write(
        ana.db,
        ana.keyring,
        record_id=uuid4(),
        kind="medicine-session",
        scope="care",
        content=content,
        occurred_at=ana.now,
        now=ana.now,
    )
    ana.db.commit()


def share(ana: Person, grant_id, *scopes: str) -> None:
    consent.change(ana.db, ana.root, grant_id, Choice(scopes, "everything"), now=ana.now)
    ana.db.commit()


def test_tess_opens_the_course_and_the_log_says_it(desk, ana, grant_id):
    keep_copy(ana, 47)
    share(ana, grant_id, "journal", "care")
    assert f"/patients/{grant_id}/shared/care" in desk.get(f"/patients/{grant_id}").text
    assert "47" in desk.get(f"/patients/{grant_id}/shared/care").text
    ana.db.rollback()
    newest = access_log.events(ana.db, ana.keyring, now=ana.now)[0]
    assert (newest.name, len(newest.records)) == ("opened", 1)


def test_ana_sees_what_tess_sees_there(phone, desk, ana, grant_id):
    keep_copy(ana, 47)
    keep_copy(ana, 52)
    share(ana, grant_id, "care")
    hers = desk.get(f"/patients/{grant_id}/shared/care").text
    before = len(access_log.events(ana.db, ana.keyring, now=ana.now))
    mine = phone.get(f"/sharing/{grant_id}/preview/shared/care").text
    assert ARTICLE.findall(mine) == ARTICLE.findall(hers) != []
    assert (
        f"/sharing/{grant_id}/preview/shared/care" in phone.get(f"/sharing/{grant_id}/preview").text
    )
    ana.db.rollback()
    assert len(access_log.events(ana.db, ana.keyring, now=ana.now)) == before


def test_what_is_not_shared_is_not_there(phone, desk, ana, grant_id):
    keep_copy(ana, 47)
    nothing = desk.get("/nothing-was-ever-here").data
    for scope in ("care", "journal", "private", "no-such"):
        answer = desk.get(f"/patients/{grant_id}/shared/{scope}")
        assert (answer.status_code, answer.data) == (404, nothing)
        assert phone.get(f"/sharing/{grant_id}/preview/shared/{scope}").status_code == 404
    assert "/shared/care" not in desk.get(f"/patients/{grant_id}").text


def test_an_empty_scope_says_so(desk, ana, grant_id):
    share(ana, grant_id, "care")
    assert "Nothing here so far" in desk.get(f"/patients/{grant_id}/shared/care").text
