"""The main job, whole: Ana writes on her phone, Tess reads what is shared, Ana ends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import hunt, navigators, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.look import Look
    from tests.browser.windows import Windows

# No word here stands in our own files: whatever finds one has found somebody's.
TESS, ANA = "Tess Marigoldberg", "Ana Quillfeather"
LABEL = "Zinnia window seat"
NOTE = "Walked past the gasworks"
PRIVATE_TITLE, PRIVATE = "Lanternfish", "Perpendicular marzipan, unsaid."
JOURNAL_TITLE, JOURNAL = "Gondola", "It felt like a **velveteen** staircase."
SINGLE_TITLE, SINGLE = "Thistledown", "About my brother's accordion."
TAG = "kelpforest"
CANARIES = [
    *("Marigoldberg", "Quillfeather", "larkspur.example"),
    *("Zinnia", "window seat", "gasworks", "kelpforest"),
    *("Lanternfish", "Perpendicular", "marzipan", "Gondola", "velveteen", "staircase"),
    *("Thistledown", "accordion", "brother", "herons"),
]
NEVER_SHARED = ("Lanternfish", "Perpendicular", "marzipan", "kelpforest")
ADDRESS = re.compile(r'href="(/[^"#]*)')
# The page with help is the same for everybody, and leads patients there.
PATIENTS_OWN = "/safety-plan"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Clinic]:
    """A journal as `make run` starts it for the first time."""
    with served.serve(tmp_path_factory.mktemp("clinic")) as ours:
        yield ours


@pytest.fixture
def tess(windows: Windows, look: Look) -> navigators.Laptop:
    page = windows.open(navigators.LAPTOP)
    return navigators.Laptop(page, TESS, "tess@larkspur.example", look=look)


@pytest.fixture
def ana(windows: Windows, look: Look) -> navigators.Phone:
    page = windows.open(navigators.PHONE)
    return navigators.Phone(page, ANA, "ana@larkspur.example", look=look)


def test_from_the_printed_link_to_the_end_of_sharing(clinic, tess, ana):
    tess.page.goto("/sign-in")
    tess.sees("sign-in")
    tess.sign_up(clinic.setup_link)
    tess.sees("caseload-empty")
    arrive(ana, tess)
    check_in_on_today(ana)
    private, journal, single = write_three_entries(ana)
    desk = tess_reads_what_is_shared(tess, [private])
    ana_sees_who_opened(ana, journal=journal, single=single, private=private)
    sharing_ends(ana, tess, desk)
    visit_the_rest(ana)
    assert hunt.found(CANARIES, [*hunt.files_under(clinic.instance), clinic.log]) == []


def arrive(ana: navigators.Phone, tess: navigators.Laptop) -> None:
    """Tess invites, both screens show one code, Ana chooses what to share and keeps her kit."""
    invited = tess.invite(LABEL)
    ana.page.goto(invited.link)
    assert ana.code() == invited.code
    ana.sign_up(invited.link, share=["Check-ins", "Journal entries you choose"])
    ana.type_kit_back()
    ana.today()
    ana.sees("today-first")


def check_in_on_today(ana: navigators.Phone) -> None:
    """Three touches and a button; the dial that was left alone stays missing."""
    ana.press(ana.page.get_by_text("Own tags, sleep, a note, another time"))
    ana.page.get_by_label("Note").fill(NOTE)
    ana.sees("today-more")
    ana.check_in(mood=7, anxiety=3, energy=0)
    ana.sees("today-after")
    ana.link("Earlier check-ins")
    ana.heading("Your check-ins")
    ana.sees("check-ins")
    said = ana.page.get_by_role("main").inner_text()
    assert "Mood 7 · Anxiety 3 · Energy 0" in said
    assert "Connection" not in said


def write_three_entries(ana: navigators.Phone) -> tuple[str, str, str]:
    """One for nobody, one for the journal that Tess reads, one private shared by itself."""
    private = ana.write_entry(PRIVATE, PRIVATE_TITLE, tags=TAG)
    ana.reads("Saved. Only you can read this.")
    ana.sees("entry")
    journal = ana.write_entry(JOURNAL, JOURNAL_TITLE, readers=f"You and {TESS}")
    ana.reads(f"Saved. You and {TESS} can read this.")
    single = ana.write_entry(SINGLE, SINGLE_TITLE)
    ana.share_this_entry(TESS)
    ana.sees("entry-shared")
    return private, journal, single


def tess_reads_what_is_shared(tess: navigators.Laptop, hidden: list[str]) -> list[str]:
    """Tess opens all that she can reach; return the addresses of what she read of Ana."""
    tess.open_patient(ANA)
    for title, words in ((JOURNAL_TITLE, "velveteen"), (SINGLE_TITLE, "accordion")):
        tess.open_patient(ANA)
        tess.open_entry(title)
        tess.reads(re.compile(words))
    expect(tess.page.get_by_role("article")).to_be_visible()
    tess.open_patient(ANA)
    tess.link("Open the check-ins")
    tess.heading("Check-ins")
    tess.reads(re.compile(NOTE))
    tess.sees("check-ins-of-tess")
    reached = everything_linked(tess, "/caseload")
    for path, page in reached.items():
        told = [word for word in NEVER_SHARED if word.lower() in page.lower()]
        assert told == [], f"{path} tells Tess {told}"
    shown = "".join(reached.values())
    assert all(word in shown for word in ("velveteen", "accordion", "gasworks"))
    refused_alike(tess, attempts(tess, hidden))
    return [path for path in reached if path.startswith("/patients/")]


def everything_linked(tess: navigators.Laptop, start: str) -> dict[str, str]:
    """Every page that links lead to from here, as its HTML."""
    reached: dict[str, str] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in reached or path.startswith(("/assets/", PATIENTS_OWN)):
            continue
        answer = tess.page.request.get(path)
        assert answer.ok, f"{path} answers {answer.status}"
        reached[path] = answer.text()
        waiting += [found.replace("&amp;", "&") for found in ADDRESS.findall(reached[path])]
    return reached


def attempts(tess: navigators.Laptop, hidden: list[str]) -> list[str]:
    """Addresses that Tess might try for what was kept from her."""
    grant = tess.page.url.split("/patients/")[1].split("/")[0]
    ids = [address.rsplit("/", 1)[1] for address in hidden]
    own = [f"/entries/{one}" for one in ids] + ["/entries", "/today", "/trends", "/sharing/log"]
    return [*own, *(f"/patients/{grant}/records/{one}" for one in ids)]


def refused_alike(tess: navigators.Laptop, paths: list[str]) -> None:
    """Each is a 404, byte for byte the one for what never was."""
    nothing = tess.page.request.get("/nothing-was-ever-here").body()
    for path in paths:
        answer = tess.page.request.get(path)
        assert (answer.status, answer.body()) == (404, nothing), path


def ana_sees_who_opened(ana: navigators.Phone, *, journal: str, single: str, private: str) -> None:
    """Inside each entry, and under Sharing."""
    for address in (journal, single):
        ana.page.goto(address)
        ana.reads(re.compile(f"Opened by {TESS} on "))
    ana.sees("entry-opened")
    ana.page.goto(private)
    ana.reads("Only you can read this.")
    expect(ana.page.get_by_text(re.compile("Opened by"))).to_have_count(0)
    ana.page.goto("/sharing/log")
    ana.reads(re.compile(JOURNAL_TITLE))
    expect(ana.page.get_by_text(PRIVATE_TITLE)).to_have_count(0)
    ana.sees("log")


def sharing_ends(ana: navigators.Phone, tess: navigators.Laptop, desk: list[str]) -> None:
    """Ana ends it: every address that Tess read is the same 404 for her, at once."""
    ana.stop_sharing(TESS)
    ana.sees("sharing-ended")
    refused_alike(tess, desk)
    tess.page.reload()
    tess.heading("There is nothing here")
    tess.sees("not-found")
    tess.page.goto("/caseload")
    expect(tess.page.get_by_text(ANA)).to_have_count(0)
    ana.page.goto("/sharing")
    ana.reads("Nobody can read anything")
    ana.sees("sharing-nobody")


def visit_the_rest(ana: navigators.Phone) -> None:
    """The pages that the job does not need and every eye passes."""
    for path in ("/entries", "/trends", "/sharing/receipts", "/account", "/account/devices"):
        assert ana.page.goto(path).ok
        ana.sees(path.strip("/").replace("/", "-"))
    for path in ("/account/password", "/account/recovery-kit", "/help-now", "/recovery"):
        assert ana.page.goto(path).ok
        ana.sees(path.strip("/").replace("/", "-"))
    ana.page.goto("/entries?q=accordion")
    expect(ana.page.get_by_role("link", name=re.compile(SINGLE_TITLE))).to_be_visible()
    expect(ana.page.get_by_text(PRIVATE_TITLE)).to_have_count(0)
    ana.sees("search")
