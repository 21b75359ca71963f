"""Somebody puts words into a therapist's mouth, or into another's patient's record.

A copy lies in the patient's rows, where a thief with the database can write, and HPKE does not
say who sealed. Red when `care_reports.verify` looks at no signature, `care_copies._verified`
does not hold the subject against the row, `_replace` asks for no newer number or no kind, or
`_refuse_late` lets the ended speak.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, select, update

from journal.core import care_copies, care_reports, clinical, consent, records
from journal.core.care_reports import Subject
from journal.core.errors import NotFound
from journal.core.models import CareCopy
from journal.core.slots import shred_key_of
from journal.crypto import care_copy, envelope
from tests import people
from tests.builders import World, fresh
from tests.people import Person

SAYS = {"status": "planned", "day": "2026-11-24", "minute": 600, "zone": "Europe/Vienna"}
KIND = "medicine-session"


def begin(world: World, reader: Person, grant: UUID) -> Any:
    planned = clinical.begin(
        world.db,
        reader.keyring,
        grant,
        record_id=uuid4(),
        kind="session-record",
        copied_as=KIND,
        says=SAYS,
        occurs=reader.now,
        now=reader.now,
    )
    world.db.commit()
    return planned


def change(world: World, planned: Any, says: dict[str, Any]) -> Any:
    changed = clinical.change(
        world.db,
        world.tess.keyring,
        world.tess_grant,
        record_id=planned.id,
        kind="session-record",
        version=planned.version,
        says=says,
        occurs=world.tess.now,
        now=world.tess.now,
    )
    world.db.commit()
    return changed


def signed(world: World, by: Person, copy: UUID, n: int = 1, **changed: Any) -> dict[str, Any]:
    """A report about Ana, by whoever signs it."""
    subject = Subject(world.tess_grant, world.ana.id, copy)
    made: dict[str, Any] = {"kind": KIND, "n": n, "says": SAYS, "occurs": by.now, "now": by.now}
    return care_reports.sign(by.keyring, subject, **(made | changed))


def put(world: World, copy: UUID, *reports: Any, owner: Person | None = None) -> None:
    """Whoever can write to the database seals to a public key and puts it there."""
    to = owner or world.ana
    sealed = care_copy.seal_copy(
        envelope.pad(json.dumps(reports).encode(), 1024),
        patient_public=to.keyring.identity.sealing_public,
        patient_shred_key=shred_key_of(world.db, to.id),
        patient=to.id,
        copy=copy,
    )
    row = {"account_id": to.id, "id": copy, "sealed": sealed}
    world.db.execute(insert(CareCopy).values(**row, refused=None))
    world.db.commit()


def taken(world: World, owner: Person | None = None) -> list[str]:
    """Take in what lies there: the reasons of what was refused."""
    who = owner or world.ana
    care_copies.take_in(world.db, fresh(who.keyring), lambda kind, says: None, now=who.now)
    mine = CareCopy.account_id == who.id
    return [str(why) for why in world.db.scalars(select(CareCopy.refused).where(mine))]


def copies(world: World, owner: Person | None = None) -> list[Any]:
    keyring = fresh((owner or world.ana).keyring)
    found = records.scan_as_owner(world.db, keyring, scopes_named=("care",), kind=KIND)
    return [one.content["reports"][-1]["report"]["says"] for one in found]


def test_the_genuine_word_is_taken_in(world: World) -> None:
    copy = uuid4()
    put(world, copy, signed(world, world.tess, copy))
    assert (taken(world), copies(world)) == ([], [SAYS])


@pytest.mark.parametrize("forger", ["theo", "otto", "ana"])
def test_nobody_else_speaks_for_tess(world: World, forger: str) -> None:
    copy, by = uuid4(), getattr(world, forger)
    report = signed(world, by, copy)
    put(world, copy, report)
    lying = uuid4()
    named = report["report"] | {"reader": str(world.tess.id), "copy": str(lying)}
    put(world, lying, {**report, "report": named})
    assert (taken(world), copies(world)) == (["unsigned"] * 2, [])


def test_a_changed_word_is_not_hers(world: World) -> None:
    copy = uuid4()
    report = signed(world, world.tess, copy)
    says = SAYS | {"day": "2026-12-24"}
    put(world, copy, {**report, "report": report["report"] | {"says": says}})
    assert (taken(world), copies(world)) == (["unsigned"], [])


def test_what_is_no_report_at_all_hurts_nobody(world: World) -> None:
    odd: list[Any] = [None, 7, [], {}, {"report": {}}, {"report": None}]
    whole = signed(world, world.tess, uuid4())
    odd += [whole | {"signature": 7}, whole | {"certificate": "zz"}]
    odd += [{**whole, "report": whole["report"] | {"grant": 7}}]
    odd += [{**whole, "report": whole["report"] | {"n": "1"}}]
    for one in odd:
        put(world, uuid4(), one)
    put(world, uuid4())
    world.db.execute(
        insert(CareCopy).values(account_id=world.ana.id, id=uuid4(), sealed=b"\1\1", refused=None)
    )
    world.db.commit()
    assert len(taken(world)) == len(odd) + 2
    assert copies(world) == []


def test_a_session_that_is_over_signs_nothing(world: World) -> None:
    copy = uuid4()
    late = world.tess.now + timedelta(hours=13)
    put(world, copy, signed(world, world.tess, copy, now=late))
    world.ana.later(hours=14)
    assert (taken(world), copies(world)) == (["unsigned"], [])


def test_an_older_copy_put_back_changes_nothing(world: World) -> None:
    planned = begin(world, world.tess, world.tess_grant)
    [older] = world.db.execute(select(CareCopy.id, CareCopy.sealed)).all()
    newer = SAYS | {"status": "cancelled"}
    change(world, planned, newer)
    assert (taken(world), copies(world)) == ([], [newer])
    row = {"account_id": world.ana.id, "id": older.id, "sealed": older.sealed}
    world.db.execute(insert(CareCopy).values(**row, refused=None))
    world.db.commit()
    assert (taken(world), copies(world)) == ([], [newer])
    assert world.db.scalar(select(func.count()).select_from(CareCopy)) == 0


def test_a_copy_under_another_id_or_in_ottos_rows_is_none(world: World) -> None:
    begin(world, world.tess, world.tess_grant)
    world.db.execute(update(CareCopy).values(id=uuid4()))
    world.db.commit()
    assert (taken(world), copies(world)) == (["unopened"], [])
    world.db.execute(delete(CareCopy))
    copy = uuid4()
    put(world, copy, signed(world, world.tess, copy), owner=world.otto)
    assert (taken(world, world.otto), copies(world, world.otto)) == (["unsigned"], [])


def test_a_report_about_something_else_is_not_put_under_this_copy(world: World) -> None:
    copy = uuid4()
    put(world, copy, signed(world, world.tess, uuid4()))
    assert taken(world) == ["unsigned"]


def test_reports_in_another_order_or_with_gaps_are_none(world: World) -> None:
    for numbers in ((2, 1), (1, 3), (1, 1)):
        copy = uuid4()
        put(world, copy, *(signed(world, world.tess, copy, n=number) for number in numbers))
    assert (taken(world), copies(world)) == (["unsigned"] * 3, [])


def test_tess_can_not_write_over_anas_own_words(world: World) -> None:
    """Her own journal page knows an entry's id: it must not be an address to write to."""
    put(world, world.before, signed(world, world.tess, world.before, n=9))
    assert taken(world) == ["taken"]
    assert people.owns(world.ana)[world.before] == "before Theo"


def test_tess_can_not_change_what_theo_said(world: World) -> None:
    begin(world, world.theo, world.theo_grant)
    assert taken(world) == []
    keyring = fresh(world.ana.keyring)
    [theirs] = records.scan_as_owner(world.db, keyring, scopes_named=("care",), kind=KIND)
    put(world, theirs.id, signed(world, world.tess, theirs.id, n=9, says=SAYS | {"minute": 1}))
    assert (taken(world), copies(world)) == (["taken"], [SAYS])


def test_theo_writes_nothing_for_tess_patient(world: World) -> None:
    grant = people.share_with(world.otto, world.tess, ("journal",))
    with pytest.raises(NotFound):
        begin(world, world.theo, grant)
    with pytest.raises(NotFound):
        begin(world, world.theo, world.tess_grant)
    assert world.db.scalar(select(func.count()).select_from(CareCopy)) == 0


def test_after_the_end_nothing_more_arrives_even_in_the_database(world: World) -> None:
    for person in (world.tess, world.ana):
        person.later(minutes=1)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    for person in (world.tess, world.ana):
        person.later(minutes=1)
    with pytest.raises(NotFound):
        begin(world, world.tess, world.tess_grant)
    copy = uuid4()
    put(world, copy, signed(world, world.tess, copy))
    assert (taken(world), copies(world)) == (["late"], [])


def test_a_clock_that_is_some_minutes_ahead_loses_no_word(world: World) -> None:
    copy = uuid4()
    ahead = world.ana.now + timedelta(minutes=50)
    put(world, copy, signed(world, world.tess, copy, now=ahead))
    assert (taken(world), copies(world)) == ([], [SAYS])


def test_what_is_said_some_hours_ahead_of_the_clock_is_refused(world: World) -> None:
    copy = uuid4()
    ahead = world.ana.now + timedelta(hours=2)
    put(world, copy, signed(world, world.tess, copy, now=ahead))
    assert (taken(world), copies(world)) == (["ahead"], [])


def test_after_its_day_a_grant_brings_nothing_more(world: World) -> None:
    until = consent.Choice(("journal",), not_after=world.ana.now + timedelta(minutes=5))
    consent.change(world.db, world.ana.root, world.tess_grant, until, now=world.ana.now)
    world.db.commit()
    for person in (world.tess, world.ana):
        person.later(minutes=6)
    copy = uuid4()
    put(world, copy, signed(world, world.tess, copy))
    assert (taken(world), copies(world)) == (["late"], [])


def test_a_grant_without_a_pin_vouches_for_nobody(world: World) -> None:
    copy = uuid4()
    elsewhere = Subject(uuid4(), world.ana.id, copy)
    made: dict[str, Any] = {"kind": KIND, "n": 1, "says": SAYS}
    now = world.tess.now
    keyring = replace(world.tess.keyring)
    put(world, copy, care_reports.sign(keyring, elsewhere, **made, occurs=now, now=now))
    assert taken(world) == ["unsigned"]
