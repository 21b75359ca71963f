"""/patients/<grant>/care/<session>/record: Tess records a session while it goes on."""

import json
import re
from datetime import UTC, datetime

from tests.browsers import value_of
from tests.feature.care.test_own_course import earlier_versions
from tests.session_records import ALL_WELL, BEFORE, DOSE, OVER, dashed


def said(copy):
    return copy["reports"][-1]["report"]["says"]


def asked(answer):
    """The keys of what is asked once, by what it says."""
    return re.findall(r'name="sure" value="([^"]+)"', answer.text)


def test_it_is_saved_with_what_is_known_by_then_and_gone_on_with(laptop, record, save, phone):
    assert save(weight="70", **BEFORE, vitals_0_pulse="72").location == record
    assert save(weight="70", **BEFORE, vitals_0_pulse="72", **DOSE, doses_0_mg="35").location
    page = laptop.get(record).text
    assert value_of(page, "doses-0-mg") == "35"
    assert value_of(page, "doses-0-at") == "08:05"
    assert value_of(laptop.get(f"{record}?part=vitals").text, "vitals-0-pulse") == "72"
    assert "begun" in laptop.get(record.removesuffix("/record")).text
    phone.get("/today")
    assert "Session 1 is today" in phone.get("/care").text


# What is typed of one dose, and how it is shown.
WORKED_OUT = [
    ({"doses_0_mg": "35", "weight": "70"}, "35 mg (0.5 mg/kg)"),
    ({"doses_0_mg": "35"}, "35 mg, into a vein"),
    ({"doses_0_per_kg": "0,5", "weight": "70,3"}, "35.15 mg (0.5 mg/kg)"),
    ({"doses_0_mg": "35", "doses_0_per_kg": "0.5", "weight": "70.3"}, "35 mg (0.5 mg/kg)"),
]


def test_either_is_worked_out_from_the_other(laptop, record, save):
    for typed, shown in WORKED_OUT:
        assert save(**OVER, **DOSE, **typed).status_code == 303
        assert shown in laptop.get(record.removesuffix("/record")).text
        # Saved again as it stands it is the same.
        page = laptop.get(record).text
        again = {name: value_of(page, dashed(name)) for name in ("version", "weight")}
        again |= {f"doses_0_{name}": value_of(page, f"doses-0-{name}") for name in ("mg", "per_kg")}
        assert save(**OVER, **DOSE, **again).status_code == 303
        assert value_of(laptop.get(record).text, "version") == again["version"]


def test_a_dose_in_the_hour_that_comes_twice_stays_where_it_was(laptop, record, phone, copies):
    laptop.post("/account", name="Tess", zone="UTC", idle_minutes="15")
    typed = {"weight": "70", "doses-0-route": "iv", "doses-0-mg": "35"}
    utc = {"started_at": "2026-10-25T00:20", "ended_at": "2026-10-25T01:50", "doses-0-at": "01:30"}
    version = value_of(laptop.get(record).text, "version")
    assert laptop.post(record, version=version, **typed, **utc).status_code == 303
    laptop.post("/account", name="Tess", zone="Europe/Vienna", idle_minutes="15")
    page = laptop.get(record).text
    names = ("version", "started_at", "ended_at", "doses-0-at")
    again = {name: value_of(page, name) for name in names}
    assert (again["ended_at"], again["doses-0-at"]) == ("2026-10-25T02:50", "02:30")
    assert laptop.post(record, **typed, **again).status_code == 303
    phone.get("/today")
    [copy] = copies()
    assert said(copy)["minutes"] == 90
    [dose] = said(copy)["record"]["doses"]
    assert dose["at"] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp()


# What is typed beside a beginning at eight, and the field that it is told beside.
REFUSED = [
    ({**DOSE, "doses_0_mg": "35", "doses_0_per_kg": "0.6", "weight": "70"}, "doses-0-per_kg"),
    ({**DOSE, "doses_0_per_kg": "0.5"}, "weight"),
    ({**DOSE, "doses_0_per_kg": "35", "weight": "70"}, "doses-0-per_kg"),
    ({**DOSE, "doses_0_mg": "1,250", "weight": "70"}, "doses-0-mg"),
    ({**DOSE, "doses_0_mg": "0", "weight": "70"}, "doses-0-mg"),
    ({**DOSE, "doses_0_mg": "2000"}, "doses-0-mg"),
    ({**DOSE, "doses_0_mg": "thirty"}, "doses-0-mg"),
    (DOSE, "doses-0-mg"),
    ({**DOSE, "doses_0_mg": "35", "doses_0_route": ""}, "doses-0-route"),
    ({**DOSE, "doses_0_mg": "35", "doses_0_at": ""}, "doses-0-at"),
    ({**DOSE, "doses_0_mg": "35", "doses_0_at": "07:59"}, "doses-0-at"),
    ({**DOSE, "doses_0_mg": "35", "doses_0_at": "23:30"}, "doses-0-at"),
    ({"weight": "7"}, "weight"),
    ({"weight": "70.250"}, "weight"),
    ({**BEFORE, "vitals_0_systolic": "80", "vitals_0_diastolic": "120"}, "vitals-0-systolic"),
    ({"vitals_0_at": "07:50", "vitals_0_systolic": "120"}, "vitals-0-diastolic"),
    ({"vitals_0_at": "07:50", "vitals_0_spo2": "101"}, "vitals-0-spo2"),
    ({"vitals_0_at": "07:50", "vitals_0_pulse": "72.5"}, "vitals-0-pulse"),
    ({"vitals_0_pulse": "72"}, "vitals-0-at"),
    ({"others_0_name": "tingling"}, "others-0-severity"),
    ({"effects_0_severity": "1", "effects_0_name": "joy"}, "effects-0-name"),
    ({"adverse_0_what": "a fall"}, "adverse-0-severity"),
    ({"cadss": "93"}, "cadss"),
    ({"ended_at": "2026-11-22T11:30"}, "ended_at"),
    ({"started_at": ""}, "started_at"),
]


def test_what_can_not_be_is_told_beside_its_field_and_stays_typed(laptop, record, save):
    for typed, beside in REFUSED:
        answer = save(**typed, version="1")
        assert answer.status_code == 422, typed
        assert f'href="#{beside}"' in answer.text, typed
        for name, text in typed.items():
            if not name.endswith(("route", "severity")):
                assert value_of(answer.text, dashed(name)) == text, typed
    assert "planned" in laptop.get(record.removesuffix("/record")).text


def test_half_a_milligram_is_asked_after_once(laptop, record, save):
    typed = {**DOSE, "doses_0_mg": "0.5", "weight": "70"}
    answer = save(**typed)
    assert answer.status_code == 422
    assert "Did you mean 0.5 mg/kg?" in answer.text
    assert value_of(answer.text, "doses-0-mg") == "0.5"
    [key] = asked(answer)
    # A tick is for these very numbers.
    assert save(**typed | {"doses_0_mg": "0.6"}, sure=key).status_code == 422
    assert save(**typed, sure=key).status_code == 303
    assert save(**typed, cadss="10").status_code == 303
    assert value_of(laptop.get(record).text, "doses-0-mg") == "0.5"
    # Ten times too much, and mg where mg/kg belong.
    assert save(**DOSE, doses_0_mg="350", weight="70").status_code == 422
    answer = save(**DOSE, doses_0_per_kg="7", weight="70")
    assert "Did you mean 7 mg in all?" in answer.text


def test_an_unusual_pressure_is_asked_after_once(save):
    typed = {**BEFORE, "vitals_0_systolic": "210", "vitals_0_diastolic": "95"}
    answer = save(**typed)
    assert "Systolic 210 mmHg" in answer.text
    assert save(**typed, sure=asked(answer)).status_code == 303
    assert save(**typed, cadss="10").status_code == 303


def test_one_more_row_saves_nothing_and_keeps_what_is_typed(laptop, record, save):
    answer = save(**DOSE, doses_0_mg="35", doses_1_mg="thirty", note="so far", more="doses")
    assert answer.status_code == 200
    assert value_of(answer.text, "doses-0-mg") == "35"
    assert value_of(answer.text, "doses-1-mg") == "thirty"
    assert 'name="doses-2-mg"' in answer.text
    assert value_of(laptop.get(record).text, "doses-0-mg") == ""
    answer = save(note="so far", part="own", more="others")
    assert "so far" in answer.text
    assert value_of(laptop.get(record).text, "doses-0-mg") == ""


def test_each_part_is_a_page_of_its_own_and_saving_one_leaves_the_others(laptop, record, save):
    save(**DOSE, doses_0_mg="35", weight="70", note="calm", checks=ALL_WELL[:2])
    assert "vitals-0-pulse" not in laptop.get(record).text
    answer = laptop.get(f"{record}?part=vitals").text
    assert "doses-0-mg" not in answer
    fields = {"version": value_of(answer, "version"), "part": "vitals", "vitals-0-phase": "before"}
    typed = {"vitals-0-at": "07:50", "vitals-0-pulse": "72"}
    assert laptop.post(record, **fields, **typed, then="home").location == f"{record}?part=home"
    session = laptop.get(record.removesuffix("/record")).text
    for words in ("35 mg (0.5 mg/kg)", "pulse 72", "Steady on the feet"):
        assert words in session
    assert "calm" in laptop.get(f"{record}?part=own").text
    # A tick that is taken away is taken away.
    fields = {"version": "3", "part": "home", "checks": ALL_WELL[:1]}
    assert laptop.post(record, **fields).status_code == 303
    page = laptop.get(record.removesuffix("/record")).text
    assert "Steady on the feet" not in page.partition("Earlier versions")[0]


def test_going_on_to_another_part_says_nothing_that_was_not_typed(laptop, record):
    page = laptop.get(record).text
    fields = {name: value_of(page, name) for name in ("version", "started_at", "ended_at")}
    assert laptop.post(record, **fields, part="doses", then="vitals").status_code == 303
    assert "planned" in laptop.get(record.removesuffix("/record")).text


def test_what_is_wrong_in_another_part_is_shown_with_it(laptop, record, save):
    save(**BEFORE, vitals_0_pulse="72", left_at="09:30", checks=ALL_WELL, **OVER)
    late = {"started_at": "2026-11-22T08:00", "ended_at": "2026-11-22T09:40", "version": "2"}
    answer = laptop.post(record, **late, part="doses")
    assert answer.status_code == 422
    assert 'href="#left_at"' in answer.text
    assert value_of(answer.text, "left_at") == "09:30"
    assert value_of(answer.text, "ended_at") == "2026-11-22T09:40"


def test_ana_reads_her_copy_in_words_and_not_what_is_for_tess_alone(phone, save, copies):
    second = {"doses_1_at": "08:30", "doses_1_route": "im", "doses_1_mg": "20"}
    answer = save(
        **{**OVER, **DOSE, **second, **BEFORE},
        doses_0_mg="35",
        weight="70",
        vitals_0_systolic="121",
        vitals_0_diastolic="79",
        vitals_0_spo2="98",
        effects_0_name="dissociation",
        effects_0_severity="2",
        effects_0_began="08:15",
        others_0_name="tingling",
        others_0_severity="1",
        adverse_0_what="was sick",
        adverse_0_severity="1",
        adverse_0_done="a bowl",
        adverse_0_outcome="resolved",
        adverse_0_resolved_at="2026-11-22T09:10",
        cadss="31",
        note="Think about the dose next time.",
    )
    assert answer.status_code == 303, answer.text
    phone.get("/today")
    page = phone.get("/care").text
    for words in (
        "35 mg (0.5 mg/kg), into a vein (IV), 08:05",
        "20 mg (0.286 mg/kg), into a muscle (IM), 08:30",
        "blood pressure 121 over 79 mmHg, oxygen 98 %",
        "moderate, from 08:15",
        "was sick · mild · done: a bowl · it passed · 22 November 2026, 09:10",
    ):
        assert words in page, words
    [copy] = copies()
    assert "record" in said(copy)
    assert "Think about" not in json.dumps(copy)
    assert "cadss" not in json.dumps(copy)
    assert "Think about" not in page


def test_tess_finds_her_note_and_its_earlier_versions(laptop, record, save, phone, copies):
    save(note="Slept badly.", cadss="31")
    save(note="Slept badly, two hours.", cadss="13")
    page = laptop.get(f"{record}?part=own").text
    assert "Slept badly, two hours." in page
    assert value_of(page, "cadss") == "13"
    earlier = page.partition("Earlier versions")[2]
    assert "CADSS total 31" in earlier
    assert "Slept badly." in earlier
    phone.get("/today")
    # The plan, and that it began: a note alone sends nothing.
    assert len(copies()[0]["reports"]) == 2


def test_a_correction_says_what_changed_when_and_by_whom(laptop, record, save, phone):
    save(**OVER, **DOSE, doses_0_mg="35")
    save(**OVER, **DOSE, doses_0_mg="25")
    phone.get("/today")
    hers = laptop.get(record.removesuffix("/record")).text.partition("Earlier versions")[2]
    for earlier, by in ((hers, "you"), (earlier_versions(phone), "Tess")):
        assert f"Changed today, 10:00 by {by}" in earlier
        assert "35 mg, into a vein (IV), 08:05</s>" in earlier
        assert "25 mg, into a vein (IV), 08:05" in earlier


def test_pressing_twice_records_once(laptop, record, save, phone, copies):
    typed = {**OVER, **DOSE, "doses_0_mg": "35", "note": "calm", "version": "1"}
    assert save(**typed).status_code == 303
    assert save(**typed).status_code == 303
    assert value_of(laptop.get(record).text, "version") == "2"
    phone.get("/today")
    assert len(copies()[0]["reports"]) == 2


def test_a_change_over_a_newer_one_answers_409_with_both(laptop, record, save):
    save(**DOSE, doses_0_mg="35", note="from the laptop", version="1")
    answer = save(**DOSE, doses_0_mg="25", note="from the tablet", version="1")
    assert answer.status_code == 409
    assert "35 mg" in answer.text
    assert "from the laptop" in answer.text
    assert value_of(answer.text, "doses-0-mg") == "25"
    assert "from the tablet" in answer.text
    fresh = value_of(answer.text, "version")
    again = save(**DOSE, doses_0_mg="25", note="from the tablet", version=fresh)
    assert again.status_code == 303
    assert value_of(laptop.get(record).text, "doses-0-mg") == "25"


def test_going_home_sooner_than_two_hours_after_the_last_dose_asks_why(laptop, record, save):
    home = {**OVER, **DOSE, "doses_0_mg": "35", "checks": ALL_WELL, "left_at": "09:30"}
    answer = save(**home)
    assert answer.status_code == 422
    assert "1 hour 25 minutes after the last dose" in answer.text
    assert save(**home, reason="Fetched by her mother, all well.").status_code == 303
    page = laptop.get(record.removesuffix("/record")).text
    assert "1 hour 25 minutes" in page
    assert "Fetched by her mother" in page


def test_two_hours_are_enough_and_what_is_not_ticked_is_asked_after_once(save):
    times = {"started_at": "2026-11-22T07:00", "ended_at": "2026-11-22T07:50"}
    home = {**times, **DOSE, "doses_0_at": "07:05", "doses_0_mg": "35", "left_at": "09:05"}
    assert save(**home, checks=ALL_WELL).status_code == 303
    answer = save(**home, checks=ALL_WELL[:-1])
    assert answer.status_code == 422
    assert "Not everything is ticked" in answer.text
    assert save(**home, checks=ALL_WELL[:-1], sure="left without numbers").status_code == 303
    assert 'href="#left_at"' in save(**OVER, left_at="08:40").text
