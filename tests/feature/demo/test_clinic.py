"""The made-up clinic: everybody signs in, and each sees what they should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from journal import create_app, instance
from journal.config import Settings
from journal.core import access_log, accounts, consent, receipts, records
from journal.db import Database
from journal.demo import courses, people, written, year
from journal.demo.clinic import Clinic
from journal.features.measures.measure import finish
from journal.features.measures.own_scales import OWN
from journal.web import kinds
from tests import databases
from tests.people import NOW
from tests.visitors import Visitor

SCOPES = ("check-ins", "journal", "private")


@dataclass
class Demo:
    """The filled clinic and the app that serves it."""

    app: Flask
    clinic: Clinic

    def visitor(self, key: str) -> Visitor:
        """Return somebody's browser, signed in with the printed line."""
        [line] = [line for line in people.sign_ins() if f" {key}@" in line]
        email, _, password = line.partition(": ")[2].partition(" / ")
        visitor = Visitor(self.app)
        visitor.arrive("/sign-in", email=email, password=password)
        return visitor

    def kinds(self, key: str) -> list[str]:
        """Return the kinds of all that a patient has, newest first."""
        ring = self.clinic.rings[key]
        return [
            one.kind for one in records.scan_as_owner(self.clinic.db, ring, scopes_named=SCOPES)
        ]


@pytest.fixture(scope="module")
def demo(
    database_source: databases.Source, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    given = Settings(instance_path=folder, testing=True)
    instance.prepare(given)
    name = f"demo-{uuid4()}"
    settings = given.model_copy(update={"database_url": database_source.clone(folder, name)})
    database = Database(settings.database_url)
    with time_machine.travel(NOW, tick=False), database.session() as db:
        clinic = Clinic(db, instance.read_site_key(settings), NOW)
        year.fill(clinic)
        app = create_app(settings)
        yield Demo(app, clinic)
    app.extensions["journal"].database.dispose()
    database.dispose()
    database_source.drop(name)


@pytest.mark.parametrize("key", [one.key for one in people.EVERYBODY])
def test_everybody_signs_in_with_the_printed_line(demo: Demo, key: str) -> None:
    visitor = demo.visitor(key)
    home = "/caseload" if key in ("tess", "theo") else "/today"
    assert visitor.get("/").location == home
    assert visitor.get(home).status_code == 200


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("tess", {"Ana Ferreira", "Jonas Weber", "Maren Holt"}),
        ("theo", {"Ana Ferreira", "Samir Haddad", "Liv Sørensen"}),
    ],
)
def test_a_caseload_shows_who_shares_and_nobody_else(demo: Demo, key: str, names: set[str]) -> None:
    shown = demo.visitor(key).page("/caseload").text
    everybody = {patient.name for patient in people.PATIENTS}
    assert {name for name in everybody if name in shown} == names


def test_every_page_of_a_caseload_opens(demo: Demo) -> None:
    for key in ("tess", "theo"):
        visitor = demo.visitor(key)
        for path in visitor.page("/caseload").links:
            if re.match(r"/patients/", path):
                assert visitor.get(path).status_code == 200
                assert visitor.get(f"{path}/check-ins?days=365").status_code == 200


def test_tess_has_an_invitation_that_waits(demo: Demo) -> None:
    assert "Thursday, half past two" in demo.visitor("tess").page("/caseload").text


def test_theo_reads_ana_from_now_on_alone(demo: Demo) -> None:
    visitor = demo.visitor("theo")
    ana = demo.clinic.grants["ana", "theo"]
    shown = visitor.page(f"/patients/{ana}").text
    assert "Hello, Theo" in shown
    assert "First one" not in shown


def test_what_peter_took_back_is_gone_for_theo(demo: Demo) -> None:
    grant = demo.clinic.grants["peter", "theo"]
    assert demo.visitor("theo").get(f"/patients/{grant}").status_code == 404


def test_the_same_people_write_as_much_each_time(demo: Demo) -> None:
    found = {}
    for patient in people.PATIENTS:
        kinds = demo.kinds(patient.key)
        found[patient.key] = (kinds.count("check-in"), kinds.count("entry"))
    assert found == {
        "ana": (309, 26),
        "jonas": (169, 16),
        "maren": (94, 9),
        "samir": (290, 16),
        "peter": (127, 12),
        "liv": (5, 2),
    }


def test_the_year_ends_today_and_maren_has_stopped(demo: Demo) -> None:
    for key, days in (("ana", 1), ("samir", 3), ("liv", 1)):
        newest = records.newest_as_owner(
            demo.clinic.db, demo.clinic.rings[key], scopes_named=SCOPES, limit=1
        )
        assert (NOW - newest.items[0].occurred_at).days <= days
    newest = records.newest_as_owner(
        demo.clinic.db, demo.clinic.rings["maren"], scopes_named=SCOPES, limit=1
    )
    assert (NOW - newest.items[0].occurred_at).days >= 48


def test_every_record_is_one_that_the_pages_could_have_written(demo: Demo) -> None:
    for patient in people.PATIENTS:
        ring = demo.clinic.rings[patient.key]
        scopes = (*SCOPES, "medications")
        for one in records.scan_as_owner(demo.clinic.db, ring, scopes_named=scopes):
            assert one.readable
            assert one.occurred_at < NOW
            assert kinds.kind(one.kind).load(one.content).dump() == one.content


def test_what_ana_measured_is_what_the_scales_of_today_would_make_of_it(demo: Demo) -> None:
    ring = demo.clinic.rings["ana"]
    found = list(records.scan_as_owner(demo.clinic.db, ring, scopes_named=("measures",)))
    assert len(found) > 10
    for one in found:
        answers = one.content["answers"]
        asked = OWN[one.content["instrument"]]
        assert finish(asked, answers).dump() == one.content


def test_the_log_holds_what_was_opened_and_all_of_it_is_genuine(demo: Demo) -> None:
    ana = demo.clinic.rings["ana"]
    events = access_log.events(demo.clinic.db, ana, now=NOW)
    assert {event.name for event in events} == {"listed", "opened"}
    assert {event.reader_name for event in events} == {"Tess Hollow", "Theo Quill"}
    assert all(event.genuine for event in events)
    opened = {record for event in events for record in event.records if event.name == "opened"}
    entries = records.scan_as_owner(demo.clinic.db, ana, scopes_named=("journal",), kind="entry")
    assert {one.id in opened for one in entries} == {True, False}


def test_the_receipts_verify(demo: Demo) -> None:
    for key, told in (("peter", ["ended", "given"]), ("samir", ["changed", "changed", "given"])):
        ring = demo.clinic.rings[key]
        found = receipts.listed(demo.clinic.db, ring)
        assert sorted(one.event for one in found) == told
        for one in found:
            receipts.verify(receipts.document(demo.clinic.db, ring, one.id))
    [samirs] = consent.all_grants(demo.clinic.db, demo.clinic.rings["samir"], now=NOW)
    assert samirs.not_after is not None


def test_the_course_is_drawn_from_one_seed() -> None:
    by = written.by("ana")
    once, twice = (list(courses.check_ins("ana", by.notes, by.tags)) for _ in range(2))
    assert once == twice


def test_nobody_can_be_written_to(demo: Demo) -> None:
    for one in people.EVERYBODY:
        assert one.email.endswith(".example")
        assert accounts.profile(demo.clinic.db, demo.clinic.rings[one.key]).email == one.email
