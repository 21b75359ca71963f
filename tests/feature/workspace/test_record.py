"""GET /patients/<grant>/records/<record>: one shared record, logged before it is opened."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journal.core import consent, records, shares
from journal.core.consent import Choice
from journal.core.models import Record
from tests import people
from tests.people import NOBODYS


@pytest.fixture
def entry(written):
    return written(title="The river", body="herons at dusk", tags=[])


def test_tess_reads_it_and_ana_sees_that_she_did(sign_in, tess, grant, entry, log):
    page = sign_in(tess).get(f"/patients/{grant}/records/{entry}").text
    assert page.count("The river") == 1
    assert "herons at dusk" in page
    assert log() == [("opened", (entry,))]


def test_what_can_not_be_logged_is_not_shown(sign_in, tess, grant, entry, monkeypatch, log):
    hers = sign_in(tess)

    def fail(_session: Session) -> None:
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", fail)
        answer = hers.get(f"/patients/{grant}/records/{entry}")
    assert answer.status_code == 503
    assert "herons" not in answer.text
    assert log() == []


def test_a_check_in_is_shown_by_its_own_partial(sign_in, tess, grant, written):
    found = written(scope="check-ins", kind="check-in", mood=4, anxiety=None, note="a calm day")
    page = sign_in(tess).get(f"/patients/{grant}/records/{found}").text
    assert "a calm day" in page


def test_markup_in_an_entry_does_nothing(sign_in, tess, grant, written):
    found = written(title="x", body="<script>alert(1)</script>", tags=[])
    page = sign_in(tess).get(f"/patients/{grant}/records/{found}").text
    assert "<script>alert(1)" not in page


def test_a_private_entry_is_missing_and_the_refusal_logged(
    sign_in, tess, grant, written, missing, log
):
    private = written(title="Mine", body="alone", scope="private")
    answer = sign_in(tess).get(f"/patients/{grant}/records/{private}")
    assert (answer.status_code, answer.data) == (404, missing)
    assert log() == [("refused", ())]


def test_a_single_share_is_read_and_ends(sign_in, db, site, tess, missing):
    bea = people.patient(db, site, "Bea", tess)
    [grant_id] = people.grants_of(tess)
    one = bea.write("only this one")
    shares.share(db, bea.keyring, grant_id, one.id, now=bea.now)
    db.commit()
    hers = sign_in(tess)
    assert "only this one" in hers.get(f"/patients/{grant_id}/records/{one.id}").text
    shares.unshare(db, bea.keyring, grant_id, one.id, now=bea.now)
    db.commit()
    assert hers.get(f"/patients/{grant_id}/records/{one.id}").data == missing


def test_what_was_written_before_from_now_on_is_missing(sign_in, db, tess, theo, ana, written):
    before = written(title="Before", body="x", tags=[])
    second = people.share_with(ana, theo, ("journal",), since="now")
    after = written(title="After", body="x", tags=[])
    his = sign_in(theo)
    assert his.get(f"/patients/{second}/records/{before}").status_code == 404
    assert his.get(f"/patients/{second}/records/{after}").status_code == 200


def test_a_deleted_entry_is_missing(sign_in, tess, ana, grant, entry, missing):
    records.remove(ana.db, ana.keyring, entry, now=ana.now)
    ana.db.commit()
    assert sign_in(tess).get(f"/patients/{grant}/records/{entry}").data == missing


def test_narrowed_ended_and_expired_are_missing(
    sign_in, tess, ana, grant, entry, missing, clock_of_the_clinic
):
    hers, address = sign_in(tess), f"/patients/{grant}/records/{entry}"
    until = Choice(("journal",), not_after=people.NOW + timedelta(minutes=5))
    consent.change(ana.db, ana.root, grant, until, now=ana.now)
    ana.db.commit()
    assert hers.get(address).status_code == 200
    clock_of_the_clinic.move_to(people.NOW + timedelta(minutes=6))
    assert hers.get(address).data == missing
    clock_of_the_clinic.move_to(people.NOW)
    nothing = Choice((), not_after=until.not_after)
    consent.change(ana.db, ana.keyring, grant, nothing, now=ana.now)
    ana.db.commit()
    assert hers.get(address).data == missing
    consent.revoke(ana.db, ana.keyring, grant, now=ana.now)
    ana.db.commit()
    assert hers.get(address).data == missing


def test_theo_and_ana_find_nothing(sign_in, theo, ana, grant, entry, missing):
    for person in (theo, ana):
        answer = sign_in(person).get(f"/patients/{grant}/records/{entry}")
        assert (answer.status_code, answer.data) == (404, missing)


def test_another_patients_record_is_missing_under_this_grant(
    sign_in, db, site, tess, grant, entry, missing
):
    people.patient(db, site, "Bea", tess, ("journal",))
    other = next(one for one in people.grants_of(tess) if one != grant)
    assert sign_in(tess).get(f"/patients/{other}/records/{entry}").data == missing


@pytest.mark.parametrize("text", ["nonsense", NOBODYS])
def test_an_id_that_names_nothing_is_missing(sign_in, tess, grant, missing, text):
    assert sign_in(tess).get(f"/patients/{grant}/records/{text}").data == missing


def test_a_kind_nobody_knows_is_missing(sign_in, tess, grant, written, missing):
    found = written(kind="horoscope", body="x")
    assert sign_in(tess).get(f"/patients/{grant}/records/{found}").data == missing


def test_a_damaged_record_is_missing(sign_in, db, tess, grant, entry, missing):
    db.execute(update(Record).where(Record.id == entry).values(body=b"\0" * 300))
    db.commit()
    assert sign_in(tess).get(f"/patients/{grant}/records/{entry}").data == missing
