"""The care arc, whole: screening to the first session to day 7, phone and laptop side by side."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import questionnaires
from tests.browser import hunt, navigators, recording, served
from tests.browser.travelling import Travel, typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tests.browser.windows import Windows

TESS, ANA = "Tess Marigoldberg", "Ana Quillfeather"
MURMUR = "A murmur as a child, heard in Umbrellaville."
REASON = "Nothing speaks against it; the periwinkle cardiologist agrees."
SHARED = ("Check-ins", "Journal entries you choose", "Questionnaires", "Course of treatment")
NOT_SURE = "heart disease"
QUESTIONS = (
    "allergic",
    "dependent on",
    "psychosis",
    NOT_SURE,
    "pregnant",
    "meant to end your life",
)
RULE = "The tambourine line"
INTENTION = "To ask the pelican what it carries."
NINTH = "PHQ-9, question 9: How often did the heron number 9 come?"
TITLE, ENTRY = "Thistledown", "About my brother's accordion."
INSIGHT, PRACTICE = "The rhubarb field was wide.", "Ten breaths by the weathervane."
# No word here stands in our own files: whatever finds one has found somebody's.
CANARIES = [
    *("Marigoldberg", "Quillfeather", "larkspur.example", "Zinnia", "Umbrellaville"),
    *("periwinkle", "tambourine", "pelican", "Thistledown", "accordion"),
    *("Jocasta", "barcarole", "rhubarb", "weathervane"),
]
HELP = "Numbers to call, day and night"


@pytest.fixture(scope="module")
def travel(tmp_path_factory: pytest.TempPathFactory) -> Travel:
    return Travel(tmp_path_factory.mktemp("travel"), navigators.HERE["timezone_id"])


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, travel: Travel) -> Iterator[served.Clinic]:
    """A journal whose time this file moves."""
    with served.serve(tmp_path_factory.mktemp("arc"), **travel.surroundings) as ours:
        yield ours


@pytest.fixture
def tess(windows: Windows) -> navigators.Laptop:
    page = windows.open(navigators.LAPTOP)
    return navigators.Laptop(page, TESS, "tess@larkspur.example")


@pytest.fixture
def ana(windows: Windows) -> navigators.Phone:
    page = windows.open(navigators.PHONE)
    return navigators.Phone(page, ANA, "ana@larkspur.example")


def test_from_the_screening_to_day_seven(clinic, travel, tess, ana, look, tmp_path):
    tess.sign_up(clinic.setup_link)
    import_a_questionnaire(clinic, travel, tmp_path)
    arrive(ana, tess)
    entry = write_and_share(ana)
    # The main job has looked at the pages so far.
    tess.look = ana.look = look
    screening(ana)
    sign_off(tess)
    plan_a_session(tess, travel.at(2, 10))
    agree_on_a_rule(tess, ana)
    answer_the_baseline(ana)
    prepare(ana)
    move_the_session(tess, ana, travel.at(3, 10))
    travel.to(3, 12, 30)
    back(tess, "/caseload")
    tess.open_patient(ANA)
    recording.record(tess, travel)
    back(ana, "/today")
    soft_window(ana, entry)
    travel.to(4, 12)
    back(ana, "/today")
    day_one(ana, begins=travel.at(3, 0))
    travel.to(6, 12)
    back(ana, "/today")
    check_after_effects(ana)
    travel.to(10, 12)
    back(ana, "/today")
    day_seven(ana)
    back(tess, "/caseload")
    tess_is_told(tess, ana)
    times_are_corrected(tess, ana, travel)
    assert hunt.found(CANARIES, [*hunt.files_under(clinic.instance), clinic.log]) == []


def pick(who: navigators.Person, question: str, answer: str) -> None:
    """Choose an answer by its words."""
    group = who.page.get_by_role("group", name=re.compile(question))
    who.press(group.get_by_text(answer, exact=True))


def arrive(ana: navigators.Phone, tess: navigators.Laptop) -> None:
    """Tess invites, Ana shares her course; the way to the screening stands on Today."""
    invited = tess.invite("Zinnia window seat")
    ana.page.goto(invited.link)
    assert ana.code() == invited.code
    ana.sign_up(invited.link, share=SHARED)
    ana.type_kit_back()


def screening(ana: navigators.Phone) -> None:
    """Half of it is put aside, gone on with and finished; what asks for help brings it at once."""
    ana.today()
    ana.sees("today-screening")
    ana.link("Begin with the screening")
    pick(ana, "allergic", "No")
    pick(ana, "meant to end your life", "Yes")
    ana.sees("screening")
    ana.button("Save and go on later")
    ana.reads("Put aside. Only you can read this.")
    ana.reads(HELP)
    ana.reads("Before treatment begins")
    ana.sees("screening-aside")
    ana.link("Go on")
    for question in QUESTIONS:
        pick(ana, question, "Not sure" if question == NOT_SURE else "No")
    ana.press(ana.page.get_by_role("group", name=re.compile(NOT_SURE)).locator("summary"))
    ana.page.get_by_label("Note: Uncontrolled cardiac").fill(MURMUR)
    ana.button("Finish")
    ana.reads(re.compile("You and 1 therapist can read this"))
    expect(ana.page.get_by_text(HELP)).to_have_count(0)


def sign_off(tess: navigators.Laptop) -> None:
    """Tess reads it, writes what she found, says "suitable" and why, and takes the step."""
    tess.open_patient(ANA)
    tess.link("Open the assessment")
    tess.reads(MURMUR)
    pick(tess, "Uncontrolled cardiac", "No sign of it")
    tess.page.get_by_label("Systolic").fill("128")
    tess.page.get_by_label("Diastolic").fill("82")
    tess.page.get_by_label("Suitable", exact=True).check()
    tess.page.get_by_label("Reason", exact=True).fill(REASON)
    tess.sees("assessment")
    tess.button("Sign off", exact=True)
    tess.open_patient(ANA)
    tess.link("Plan and record sessions")
    tess.link("Screening is signed off")
    tess.reads(re.compile("Your assessment here ended: suitable"))
    tess.sees("step")
    tess.button("Screening is signed off")
    tess.reads("Noted. Your patient gets a copy.")


def plan_a_session(tess: navigators.Laptop, at: datetime) -> None:
    tess.page.get_by_label("Day and time").fill(typed(at))
    tess.button("Plan it")
    tess.reads(re.compile("^Planned"))
    tess.sees("sessions")


def import_a_questionnaire(clinic: served.Clinic, travel: Travel, folder: Path) -> None:
    """Otto imports one of PHQ-9's shape; the words are our own."""
    file = folder / "herons.json"
    file.write_bytes(questionnaires.as_bytes(questionnaires.like("phq-9")))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import-questionnaire", str(file)]
    port = int(clinic.url.rpartition(":")[2])
    told = served.surroundings(clinic.instance, port, **travel.surroundings)
    subprocess.run(command, cwd=served.ROOT, env=told, check=True, capture_output=True)


def back(who: navigators.Person, place: str) -> None:
    """Days later: sign in again."""
    who.page.goto("/sign-in")
    who.sign_in()
    who.page.goto(place)


def agree_on_a_rule(tess: navigators.Laptop, ana: navigators.Phone) -> None:
    """Tess proposes it, Ana agrees, and that Tess is told."""
    tess.open_patient(ANA)
    tess.link("Agreed in advance, and what applied")
    tess.page.get_by_label("What you call it").fill(RULE)
    tess.page.get_by_label("What is looked at").select_option(label=NINTH)
    tess.page.get_by_label("higher is worse").check()
    tess.page.get_by_label("Number", exact=True).fill("1")
    tess.sees("rules-of-tess")
    tess.button("Propose it")
    tess.reads(re.compile("You are not told anything"))
    ana.page.goto("/safety-plan/rules")
    ana.page.get_by_label(re.compile("And tell")).check()
    ana.sees("rules")
    ana.button("Agree", exact=True)
    ana.reads(re.compile("^Agreed"))


def answer_the_baseline(ana: navigators.Phone) -> None:
    """It is due since the course began; nothing in it asks for help."""
    ana.page.goto("/today")
    ana.heading("Session 1 is on Wednesday")
    ana.sees("today-planned")
    ana.link("Begin PHQ-9")
    answer_what_is_due(ana, "not once")
    expect(ana.page.get_by_text(HELP)).to_have_count(0)


def prepare(ana: navigators.Phone) -> None:
    """Ana ticks what is done, and writes what she brings."""
    ana.page.goto("/today")
    ana.link("Open the preparation")
    for number in range(2):
        ana.page.get_by_role("checkbox").nth(number).check()
    ana.sees("preparation")
    ana.button("Keep the list")
    ana.link("Write an intention")
    ana.page.get_by_label("Your intention").fill(INTENTION)
    ana.sees("intention")
    ana.button("Save")


def move_the_session(tess: navigators.Laptop, ana: navigators.Phone, at: datetime) -> None:
    """To the day after: what Ana ticked comes along."""
    tess.open_patient(ANA)
    tess.link("Plan and record sessions")
    tess.link("Change or look closer")
    tess.page.get_by_label("Day and time").fill(typed(at))
    tess.sees("session-planned")
    tess.button("Move it")
    ana.page.goto("/today")
    ana.heading("Session 1 is on Thursday")
    ana.reads("2 of 7 done")


def answer_what_is_due(ana: navigators.Phone, ninth: str) -> None:
    """Nine questions, half of them put aside once."""
    for number in range(1, 10):
        answer = ninth if number == 9 else "once or twice"
        pick(ana, f"heron number {number} ", answer)
    ana.sees("measure")
    ana.button("Finish")


def write_and_share(ana: navigators.Phone) -> str:
    """One entry, shared by itself; return its address."""
    address = ana.write_entry(ENTRY, TITLE)
    ana.share_this_entry(TESS)
    return address


def soft_window(ana: navigators.Phone, entry: str) -> None:
    """Today is one question; less is shared at once, more waits."""
    ana.heading("How is it right now?")
    expect(ana.page.get_by_role("slider")).to_have_count(0)
    ana.sees("today-soft")
    ana.button("6", exact=True)
    ana.reads(re.compile(r"^Saved\."))
    ana.page.goto(entry)
    ana.button(f"Stop sharing with {TESS}")
    ana.button(f"Share this entry with {TESS}")
    ana.reads(re.compile("^Kept, not done"))
    ana.sees("entry-waits")
    ana.page.goto("/later")
    ana.heading("Kept for later")
    ana.sees("later")


def day_one(ana: navigators.Phone, begins: datetime) -> None:
    """What waited is hers to decide; how she is, one tap of relief, and something to practise."""
    ana.press(ana.page.get_by_text("Asked on the day after your session"))
    ana.sees("today-day-1")
    ana.button("Let it be")
    check_after_effects(ana)
    ana.page.goto("/insights")
    ana.link("Keep an insight")
    ana.page.get_by_label("What do you want to keep?").fill(INSIGHT)
    ana.button("Save")
    ana.link("What will you do with it?")
    ana.page.get_by_label("What will you do?").fill(PRACTICE)
    ana.page.get_by_label("From which day on").fill(begins.date().isoformat())
    ana.sees("practice")
    ana.button("Save")


def check_after_effects(ana: navigators.Phone) -> None:
    """Five questions, and one tap of relief."""
    ana.page.goto("/today")
    ana.button("4", exact=True)
    ana.link("Begin How are you after session 1?")
    for question in ("Feeling unreal", "things that others", "pass water", "strong pull", "worse"):
        pick(ana, question, "Mild" if question == "Feeling unreal" else "No")
    ana.sees("after-effects")
    ana.button("Save")
    expect(ana.page.get_by_text(HELP)).to_have_count(0)


def day_seven(ana: navigators.Phone) -> None:
    """Ana looks back at her practice, and answers what the rule is about."""
    ana.page.goto("/today")
    ana.reads("If you like to write")
    ana.sees("today-day-7")
    ana.link("Look back")
    ana.page.get_by_label("I kept it").check()
    ana.sees("revisit")
    ana.button("Save")
    ana.page.goto("/insights")
    ana.sees("what-stays")
    ana.page.goto("/measures")
    ana.link(re.compile("PHQ-9|Herons"))
    answer_what_is_due(ana, "once or twice")
    ana.reads(HELP)
    ana.reads(re.compile(f"{TESS} was told .* that it applied, and nothing else"))
    ana.sees("rule-applied")
    ana.page.goto("/today")
    ana.reads(HELP)


def tess_is_told(tess: navigators.Laptop, ana: navigators.Phone) -> None:
    """That it applied and when, nothing else; Ana sees that it was seen."""
    tess.open_patient(ANA)
    tess.reads("An agreed rule applied")
    tess.reads(RULE)
    tess.look(tess.page, "patient-flagged")
    tess.button("I have seen it")
    expect(tess.page.get_by_text("An agreed rule applied")).to_have_count(0)
    ana.page.goto("/safety-plan/rules")
    ana.reads(re.compile("Seen today"))
    ana.sees("rules-applied")


def times_are_corrected(tess: navigators.Laptop, ana: navigators.Phone, travel: Travel) -> None:
    """A day later than was written: what comes moves along by that day."""
    ana.page.goto("/care")
    ana.reads(weekday(travel.at(3 + 14, 9)))
    ana.sees("course")
    tess.link("Plan and record sessions")
    tess.link("Look closer")
    tess.link("Correct the times")
    tess.page.get_by_label("Began").fill(typed(travel.at(4, 10, 5)))
    tess.page.get_by_label("Ended").fill(typed(travel.at(4, 11)))
    tess.sees("session-times")
    tess.button("Record it")
    ana.page.goto("/care")
    ana.reads(weekday(travel.at(4 + 14, 9)))
    expect(ana.page.get_by_text(weekday(travel.at(3 + 14, 9)))).to_have_count(0)


def weekday(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B}"
