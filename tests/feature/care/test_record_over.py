"""The record of a session that is over: its times, its end, and who else is told."""

from decimal import Decimal

from journal.web import exposures
from tests.browsers import value_of
from tests.session_records import ALL_WELL, BEFORE, DOSE, OVER


def test_a_session_over_midnight_keeps_its_times_in_order(laptop, record, save):
    answer = save(
        started_at="2026-11-21T23:40",
        ended_at="2026-11-22T00:30",
        **{**DOSE, "doses_0_at": "00:05", "doses_0_mg": "35"},
        **{**BEFORE, "vitals_0_at": "23:30", "vitals_0_pulse": "70", "left_at": "02:30"},
        checks=ALL_WELL,
    )
    assert answer.status_code == 303, answer.text
    assert "2 hours 25 minutes" in laptop.get(record.removesuffix("/record")).text


def test_what_is_over_stays_over(laptop, record, save):
    save(**OVER, **DOSE, doses_0_mg="35")
    answer = save(**DOSE, doses_0_mg="35", ended_at="")
    assert answer.status_code == 422
    assert 'href="#ended_at"' in answer.text


def test_its_times_alone_can_be_corrected_and_the_record_stays(laptop, record, save):
    save(**OVER, **DOSE, doses_0_mg="35")
    fields = {**OVER, "ended_at": "2026-11-22T08:55", "version": "2"}
    assert laptop.post(record.replace("/record", "/outcome"), **fields).status_code == 303
    page = laptop.get(record.removesuffix("/record")).text
    assert "55 minutes" in page
    assert value_of(laptop.get(record).text, "doses-0-mg") == "35"


def test_a_session_is_broken_off_before_the_medicine_and_never_after(laptop, record, save, theos):
    session = record.removesuffix("/record")
    save(**BEFORE, vitals_0_pulse="120")
    assert "Break it off" in laptop.get(session).text
    save(**BEFORE, vitals_0_pulse="120", **DOSE, doses_0_mg="35")
    assert "Break it off" not in laptop.get(session).text
    assert laptop.post(f"{session}/cancellation", version="3").status_code == 404
    assert "begun" in laptop.get(session).text


def test_a_cancelled_session_has_no_record(laptop, record, save):
    assert laptop.post(record.replace("record", "cancellation"), version="1").status_code == 303
    assert laptop.get(record).status_code == 404
    assert save(version="2").status_code == 404


def test_other_features_are_told_every_dose(ana, phone, save):
    second = {"doses_1_at": "08:30", "doses_1_route": "oral", "doses_1_mg": "20"}
    save(**OVER, **DOSE, **second, doses_0_per_kg="0.5", weight="70")
    phone.get("/today")
    ana.db.rollback()
    found = exposures.doses(ana.db, ana.keyring)
    assert [(dose.route, dose.mg, dose.mg_per_kg) for dose in found] == [
        ("iv", Decimal(35), Decimal("0.5")),
        ("oral", Decimal(20), Decimal("0.286")),
    ]
    assert found[0].at.isoformat() == "2026-11-22T07:05:00+00:00"


def test_what_was_typed_after_the_session_ended_is_not_lost(laptop, save):
    laptop.client.delete_cookie("session", domain="127.0.0.1")
    answer = save(**DOSE, doses_0_mg="35", note="three words more", version="1")
    assert answer.status_code == 401
    assert "three words more" in answer.text


def test_theo_finds_none_of_it(record, save, theos, phone):
    nothing = theos.get("/no/such/page").data
    for device in (theos, phone):
        got, posted = device.get(record), save(device, version="1", **DOSE, doses_0_mg="35")
        assert [(one.status_code, one.data) for one in (got, posted)] == [(404, nothing)] * 2


def test_names_of_rows_in_other_digits_break_nothing(laptop, record):
    names = ("doses-\u00b2-mg", "doses-\u0663-mg", f"doses-{'9' * 5000}-mg", "doses--mg", "doses-7")
    answer = laptop.post(record, **dict.fromkeys(names, "35"), version="1")
    assert answer.status_code == 422
