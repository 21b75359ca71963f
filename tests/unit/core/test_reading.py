"""What a therapist can open: exactly what the patient's keys give her."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from journal import instance
from journal.config import Settings
from journal.core import caseload, consent, reading, records, rotation, shares
from journal.core.consent import Choice
from journal.core.errors import NotFound, StepUpNeeded
from journal.core.site import SiteKey
from tests import people


@pytest.fixture
def site(settings: Settings) -> SiteKey:
    return instance.read_site_key(settings)


def listed(reader: people.Person, grant_id, scopes=("journal",)) -> list[str]:
    grant = reading.open_grant(reader.db, reader.keyring, grant_id, now=reader.now)
    page = records.list_as_reader(
        reader.db, reader.keyring, grant, scopes=scopes, singly=True, kind="entry", now=reader.now
    )
    return [item.content["body"] for item in page.items]


def only_grant(reader: people.Person):
    [entry] = caseload.entries(reader.db, reader.keyring, now=reader.now)
    return entry.grant_id


def test_tess_reads_what_ana_shares_and_nothing_else(db: Session, site: SiteKey) -> None:
    tess = people.therapist(db, site, "Tess")
    ana = people.patient(db, site, "Ana", tess, ("journal",))
    ana.write("shared words", scope="journal")
    private = ana.write("private words")
    assert listed(tess, only_grant(tess)) == ["shared words"]
    with pytest.raises(NotFound):
        records.open_as_reader(db, tess.keyring, only_grant(tess), private.id, now=tess.now)


def test_from_now_on_survives_somebody_elses_revocation(db: Session, site: SiteKey) -> None:
    tess, theo = people.therapist(db, site, "Tess"), people.therapist(db, site, "Theo")
    ana = people.patient(db, site, "Ana", tess, ("journal",))
    ana.write("before", scope="journal")
    second = people.share_with(ana, theo, ("journal",), since="now")
    ana.write("after", scope="journal")
    first = only_grant(tess)
    assert listed(tess, first) == ["after", "before"]
    assert listed(theo, second) == ["after"]
    consent.revoke(db, ana.keyring, first, now=ana.now)
    db.commit()
    rotation.finish(db, ana.keyring, now=ana.now)
    assert listed(theo, second) == ["after"]
    with pytest.raises(NotFound, match="ended"):
        listed(tess, first)
    own = records.newest_as_owner(db, ana.keyring, scopes_named=("journal",))
    assert [item.content["body"] for item in own.items] == ["after", "before"]


def test_one_shared_entry_ends_when_its_share_ends(db: Session, site: SiteKey) -> None:
    tess = people.therapist(db, site, "Tess")
    ana = people.patient(db, site, "Ana", tess)
    entry = ana.write("only this one")
    grant_id = only_grant(tess)
    shares.share(db, ana.keyring, grant_id, entry.id, now=ana.now)
    db.commit()
    assert listed(tess, grant_id) == ["only this one"]
    records.edit(
        db,
        ana.keyring,
        record_id=entry.id,
        version=1,
        content={"body": "edited"},
        occurred_at=entry.occurred_at,
        now=ana.now,
    )
    db.commit()
    assert listed(tess, grant_id) == ["edited"]
    shares.unshare(db, ana.keyring, grant_id, entry.id, now=ana.now)
    db.commit()
    assert listed(tess, grant_id) == []


def test_widening_needs_the_password_and_narrowing_does_not(db: Session, site: SiteKey) -> None:
    tess = people.therapist(db, site, "Tess")
    ana = people.patient(db, site, "Ana", tess, ("journal",))
    ana.write("words", scope="journal")
    grant_id = only_grant(tess)
    both = Choice(("journal", "check-ins"), "everything")
    with pytest.raises(StepUpNeeded):
        consent.change(db, ana.keyring, grant_id, both, now=ana.now)
    db.rollback()
    consent.change(db, ana.step_up(), grant_id, both, now=ana.now)
    db.commit()
    consent.change(db, ana.keyring, grant_id, Choice(("check-ins",)), now=ana.now)
    db.commit()
    rotation.finish(db, ana.keyring, now=ana.now)
    assert listed(tess, grant_id) == []


def test_a_consent_ends_by_the_clock_before_any_job_runs(db: Session, site: SiteKey) -> None:
    tess = people.therapist(db, site, "Tess")
    ana = people.patient(db, site, "Ana", tess, ("journal",))
    ana.write("words", scope="journal")
    grant_id = only_grant(tess)
    until = Choice(("journal",), not_after=ana.later(hours=1))
    ana.now = people.NOW
    consent.change(db, ana.step_up(), grant_id, until, now=ana.now)
    db.commit()
    assert listed(tess, grant_id) == ["words"]
    tess.later(hours=2)
    with pytest.raises(NotFound, match="expired"):
        listed(tess, grant_id)
    rotation.settle(db, ana.keyring, now=tess.now)
    assert [
        item.content["body"]
        for item in records.newest_as_owner(db, ana.keyring, scopes_named=("journal",)).items
    ] == ["words"]


def test_a_caseload_takes_one_small_query_for_each_patient(db: Session, site: SiteKey) -> None:
    tess = people.therapist(db, site, "Tess")
    asked = []
    for name in ("Ana", "Otto", "Nora"):
        people.patient(db, site, name, tess, ("journal",))
        statements: list[object] = []

        def note(*told: object, to: list[object] = statements) -> None:
            to.append(told[2])

        event.listen(db.get_bind(), "before_cursor_execute", note)
        caseload.entries(db, tess.keyring, now=tess.now)
        event.remove(db.get_bind(), "before_cursor_execute", note)
        asked.append(len(statements))
    assert asked[1] - asked[0] == asked[2] - asked[1] == 1
