"""What is in the zip: all of one's own, as it is kept, and nothing of anybody else's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, update

from journal.core import receipts
from journal.core.models import Account, Receipt, Record
from journal.core.records import Opened
from tests.feature.exports.conftest import NOW, export
from tests.people import PASSWORD
from tests.phones import Phone
from tests.town import TYPED, write

ODD = (
    {
        "title": "---\n# =1+1: \"quoted\" \\ 'x'",
        "body": "---\nnot: front matter\n---\n",
        "tags": [],
    },
    {"title": "🌊🦢 ünï", "body": "👩‍👩‍👧‍👦 " * 50, "tags": ["🪷", "a, b"]},
    {"title": "שלום עולם", "body": "مرحبا بالعالم\u202e!\u2028next", "tags": ["ערב"]},
    {"title": "../../etc/passwd", "body": "\ud800 half a pair", "tags": []},
    {"title": "long", "body": "pond " * 40_000, "tags": []},
    {"title": "", "body": "  two spaces and\tTab\n\n\n", "tags": []},
)


def reimported(found: dict) -> Opened:
    """What a program makes of a record's JSON."""
    return Opened(
        UUID(found["id"]),
        found["kind"],
        found["scope"],
        found["version"],
        datetime.fromisoformat(found["occurred_at"]),
        datetime.fromisoformat(found["written_at"]),
        found["content"],
        phone=found.get("phone"),
    )


def without_place(record: Opened) -> tuple:
    place = ("cursor", "readable", "binned")
    return tuple(getattr(record, name) for name in Opened.__slots__ if name not in place)


def test_every_record_is_there_and_comes_back_equal(clinic):
    before = len(clinic.owned())
    clinic.write(ODD)
    clinic.write([{"mood": 3, "note": "", "tags": [], "sleep_hours": None}], kind="check-in")
    clinic.write([{"score": 12, "answers": {"1": 2}}], kind="measure")
    phone = Phone.of_answer(clinic.town.ana.post("/account/phone").json)
    sent = phone.write("signed out by the pond").post()
    clinic.town.stranger.client.post("/sync/items", json=sent, headers=phone.headers)
    clinic.town.ana.post("/account/phone/opening")
    found = export(clinic.town.ana).records()
    kept = clinic.owned()
    assert len(found) == len(kept) == before + len(ODD) + 3
    again = [without_place(reimported(found[str(one.id)])) for one in kept]
    assert again == [without_place(one) for one in kept]


def test_markdown_ends_with_the_words_as_they_were_typed(clinic):
    [odd, *_] = clinic.write(ODD)
    export_of_ana = export(clinic.town.ana)
    name = next(one for one in export_of_ana.names if str(odd.id)[:8] in one and one.endswith("md"))
    matter, body = export_of_ana.text(name).removeprefix("---\n").split("\n---\n\n", 1)
    assert body == ODD[0]["body"]
    front = dict(line.split(": ", 1) for line in matter.split("\n"))
    assert json.loads(front["title"]) == ODD[0]["title"]


def test_names_are_plain_whatever_was_written(clinic):
    clinic.write([*ODD, *ODD])
    clinic.write([{}], kind="../../wild kind")
    names = export(clinic.town.ana).names
    assert any(name.startswith("other/wildkind/2026-11-22-") for name in names)
    letters = set("abcdefghijklmnopqrstuvwxyz0123456789-./READMEtx")
    assert all(set(name) <= letters and ".." not in name for name in names)


def test_check_ins_are_a_table_that_no_spreadsheet_runs(clinic):
    evil = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1", 'plain, "two"\nlines')
    clinic.write([{"mood": 5, "note": note, "tags": ["=x", "y"]} for note in evil], "check-in")
    found = export(clinic.town.ana)
    assert found.zip.read("check-ins.csv").startswith(b"\xef\xbb\xbfday,time,mood")
    rows = {row["note"]: row for row in found.table("check-ins.csv")}
    assert set(rows) == {TYPED["note"], *(f"'{note}" for note in evil[:-1]), evil[-1]}
    assert rows["'+1"]["mood"] == "5"
    assert rows["'+1"]["tags"] == "'=x, y"
    assert rows[TYPED["note"]]["sleep_hours"] == "7.5"


def test_receipts_verify_and_the_log_and_the_sharing_are_there(town):
    found = export(town.ana)
    [receipt] = [name for name in found.names if name.startswith("receipts/")]
    assert str(receipts.verify(found.zip.read(receipt)).told.id) == town["receipt"]
    events = found.json("access-log.json")
    assert [event["event"] for event in events] == ["listed", "opened"]
    assert town["shared"] in events[-1]["records"]
    assert [row["event"] for row in found.table("access-log.csv")] == [
        event["event"] for event in events
    ]
    [grant] = found.json("sharing.json")
    assert (grant["grant"], grant["therapist"]) == (town["grant"], TYPED["tess"])
    assert grant["single_records"] == [town["shared"]]
    assert found.json("profile.json")["name"] == TYPED["ana"]


def test_a_therapists_new_keys_are_told_with_the_new_code(town):
    [before] = export(town.ana).json("sharing.json")
    assert (before["key_changes"], before["compared_since"]) == ([], None)
    assert town.tess.arrive("/account/keys", password=PASSWORD) == "/account/keys"
    town.ana.get("/sharing")
    [after] = export(town.ana).json("sharing.json")
    assert after["key_changes"] == [NOW.replace(microsecond=0).isoformat()]
    assert after["compared_since"] is False
    assert after["safety_code"] != before["safety_code"]


def test_receipts_rest_on_the_key_that_the_profile_names(town, tmp_path):
    found = export(town.ana)
    key = found.json("profile.json")["signing_key"]
    name = next(name for name in found.names if name.startswith("receipts/"))
    receipt = tmp_path / "receipt.json"
    receipt.write_text(found.text(name))
    run = town.app.test_cli_runner()
    assert run.invoke(args=["verify-receipt", str(receipt), "--key", key]).exit_code == 0
    assert run.invoke(args=["verify-receipt", str(receipt), "--key", "00" * 32]).exit_code == 1


def test_the_readme_tells_of_every_file(town):
    for person in (town.ana, town.tess):
        found = export(person)
        told = found.text("README.txt")
        for name in found.names:
            folder, _, file = name.rpartition("/")
            assert name == "README.txt" or (f"{folder}/*." if folder else file) in told


def test_ana_gets_nothing_of_ottos_and_no_secret(town, clinic):
    found = export(town.ana)
    assert TYPED["ottos"] not in found
    keyring = clinic.keyring("ana")
    assert PASSWORD not in found
    assert keyring.content_key.hex() not in found
    assert all(TYPED[name] in found for name in ("private", "journal", "shared", "draft", "note"))


def test_tess_gets_her_labels_and_sessions_and_no_patients_word(town):
    found = export(town.tess)
    session = f"sessions/2026-11-24-{town['session'][:8]}.json"
    assert sorted(found.names) == [
        "README.txt",
        "invitations.json",
        "patients.json",
        "profile.json",
        session,
    ]
    assert found.json(session)["content"]["grant"] == town["grant"]
    theirs = ("ana", "otto", "note", "tag", "private", "journal", "shared", "draft", "ottos")
    assert [word for word in theirs if TYPED[word] in found] == []
    assert TYPED["private_title"] not in found
    assert town["link"].removeprefix("/invitations/") not in found
    [patient] = found.json("patients.json")
    assert (patient["grant"], patient["label"]) == (town["grant"], "A.")
    [waiting] = found.json("invitations.json")
    assert waiting["label"] == TYPED["label"]
    with town.database.session() as db:
        pins = db.scalars(select(Account.root_public)).all()
    assert all(pin.hex() not in found for pin in pins)


def test_what_was_deleted_is_not_in_it(town):
    town.ana.post(f"/entries/{town['private']}/deletion")
    found = export(town.ana)
    assert TYPED["private"] not in found
    assert "what you deleted" in " ".join(found.text("README.txt").split())


@pytest.mark.parametrize("column", ["body", "wrapped_key"])
def test_a_damaged_record_is_named_and_all_else_is_there(town, column):
    whole = export(town.ana).records()
    damaged = UUID(town["private"])
    with town.database.session() as db:
        one = getattr(Record, column)
        sealed = db.scalar(select(one).where(Record.id == damaged))
        changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        db.execute(update(Record).where(Record.id == damaged).values({column: changed}))
        db.commit()
    found = export(town.ana)
    assert f"record {damaged} (private)" in found.text("README.txt")
    assert set(whole) - set(found.records()) == {str(damaged)}
    assert "ERROR.txt" not in found.names


def test_a_damaged_receipt_is_named(town):
    with town.database.session() as db:
        db.execute(
            update(Receipt).where(Receipt.id == UUID(town["receipt"])).values(sealed=b"x" * 99)
        )
        db.commit()
    found = export(town.ana)
    assert f"receipt {town['receipt']}" in found.text("README.txt")
    assert len(found.records()) == 6


def test_days_and_times_are_the_persons_own(town):
    town.ana.arrive("/account", "/account", name="Ana", zone="Pacific/Auckland", idle_minutes=15)
    write(town.ana, "seen from the other side", occurred_at="2026-11-20T00:30")
    found = export(town.ana)
    name = next(name for name in found.names if name.startswith("entries/2026-11-20-"))
    assert found.zip.getinfo(name).date_time == (2026, 11, 20, 0, 30, 0)


@pytest.mark.parametrize("zone", ["America/Toronto", "Pacific/Auckland"])
def test_times_that_a_zip_can_not_tell_do_not_stop_it(clinic, zone):
    ana = clinic.town.ana
    ana.arrive("/account", "/account", name="Ana", zone=zone, idle_minutes=15)
    edges = [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 7, 20, tzinfo=UTC),
        datetime(2300, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, tzinfo=UTC),
    ]
    kept = [clinic.write([{"body": "far away"}], at=edge)[0] for edge in edges]
    assert {str(one.id) for one in kept} <= set(export(ana).records())


def test_two_records_never_share_a_name(clinic):
    twins = [UUID(f"deadbeef-0000-4000-8000-00000000000{at}") for at in range(3)]
    for record_id in twins:
        clinic.write([{"body": "twin"}], record_id=record_id)
    assert {str(one) for one in twins} <= set(export(clinic.town.ana).records())


def test_the_same_moment_exports_to_the_same_bytes(town):
    assert export(town.ana).content == export(town.ana).content
