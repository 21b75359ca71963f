"""Two hundred people sign in at the same moment: in or told when to come back, and nobody hangs.

Red when as many may wait before Argon2id as there are threads (`argon_gate.Queue`: a signed-in
person's page then waits behind them), or when a refusal forgets its Retry-After.
"""

from __future__ import annotations

import re
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hardening import clinic
from tests.hardening.clinic import Browser
from tests.people import PASSWORD

if TYPE_CHECKING:
    from journal.config import Settings
    from tests.hardening.clinic import Answer, Patient
    from tests.unit.test_serving import Served

PEOPLE, PATIENTS = 200, 4
MOST_MEMORY_MIB = 400  # of one worker, at its highest
PEAK = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)
SLOWEST_PAGE = 5.0  # seconds; on a machine of its own it is under one


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
@pytest.mark.usefixtures("real_passwords")
def test_two_hundred_at_once(settings: Settings) -> None:
    patients = clinic.found_clinic(settings, PATIENTS)
    served = clinic.start(settings)
    try:
        ana = Browser(served, patients[0].cookie)
        assert ana.get("/today").status == 200
        answers, pages = crowd(served, patients, ana)
        told(served, answers, pages)
        assert Counter(page.status for page in pages) == {200: len(pages)}
        assert max(page.seconds for page in pages) < SLOWEST_PAGE
        for answer in answers:
            assert answer.status in (303, 503), answer.status
            assert answer.status == 303 or int(answer.headers["Retry-After"]) > 0
        assert max(memory(served)) < MOST_MEMORY_MIB
        assert sign_in(Browser(served), patients[0]).status == 303, "and then there is room again"
    finally:
        clinic.kill(served)


def crowd(
    served: Served, patients: list[Patient], ana: Browser
) -> tuple[list[Answer], list[Answer]]:
    """Let everybody sign in at once, while Ana reads one page after the other."""
    browsers = [Browser(served) for _ in range(PEOPLE)]
    for browser in browsers:
        browser.open_form()
    together, pages, over = threading.Barrier(PEOPLE), [], threading.Event()

    def arrive(number: int) -> Answer:
        together.wait()
        return sign_in(browsers[number], patients[number % PATIENTS])

    def read() -> None:
        while not over.is_set():
            pages.append(ana.get("/today"))
            over.wait(0.05)

    reading = threading.Thread(target=read)
    with ThreadPoolExecutor(PEOPLE) as hands:
        going = [hands.submit(arrive, number) for number in range(PEOPLE)]
        reading.start()
        answers = [one.result() for one in going]
    over.set()
    reading.join()
    return answers, pages


def sign_in(browser: Browser, patient: Patient) -> Answer:
    return browser.post("/sign-in", email=patient.email, password=PASSWORD)


def told(served: Served, answers: list[Answer], pages: list[Answer]) -> None:
    """Print what it took."""
    statuses = dict(Counter(answer.status for answer in answers))
    longest, slowest = (max(one.seconds for one in group) for group in (answers, pages))
    middle = sorted(page.seconds for page in pages)[len(pages) // 2]
    clinic.tell(f"sign-ins {statuses}, longest {longest:.1f} s; memory {memory(served)} MiB")
    clinic.tell(f"{len(pages)} pages meanwhile, median {middle:.2f} s, slowest {slowest:.2f} s")


def memory(served: Served) -> list[int]:
    """Return the highest resident memory of each program of the server, in MiB."""
    said = [Path(f"/proc/{number}/status").read_text() for number in served.family()]
    return [int(found[1]) // 1024 for one in said if (found := PEAK.search(one))]
