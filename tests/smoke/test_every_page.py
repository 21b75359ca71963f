"""Every page that Ana, Tess or nobody comes to, at three widths, in both schemes, by keys alone."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from journal.demo.people import PASSWORD
from tests.browser import navigators, served
from tests.browser.axe import Axe
from tests.browser.windows import Windows
from tests.smoke import bearing
from tests.smoke.walk import Walk

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tests.smoke.bearing import Finding
    from tests.smoke.conftest import Demo

FEWEST = {"": 10, "ana": 40, "tess": 30}


@pytest.mark.parametrize("whose", ["", "ana", "tess"], ids=["nobody", "ana", "tess"])
def test_every_page_can_be_seen_read_and_used(
    whose: str, demo: Demo, built: Flask, browser: Browser
) -> None:
    windows = Windows(browser, demo.url)
    page = windows.open(navigators.LAPTOP, reduced_motion="reduce")
    if whose:
        sign_in(page, whose)
    axe = Axe(served.ROOT / "node_modules" / "axe-core" / "axe.min.js")
    walk, wrong = Walk(built, page), []
    for path in walk.pages():
        found = list(bearing.findings(page, axe.source))
        sys.stdout.write(f"{whose or 'nobody':7} {path:90} {len(found) or 'clean'}\n")
        wrong += [f"{path}, {when}: {what}" for what, when in together(found)]
    wrong += windows.complaints()
    windows.close()
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
    assert len(walk.seen) >= FEWEST[whose], walk.seen


def sign_in(page: Page, whose: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{whose}@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^Sign in")).click()
    page.wait_for_url(re.compile("today|caseload"))


def together(found: list[Finding]) -> list[tuple[str, str]]:
    """One line for each thing that is wrong, with every size and scheme that shows it."""
    seen: dict[str, list[str]] = {}
    for finding in found:
        seen.setdefault(finding.what, []).append(finding.when)
    return [(what, "; ".join(when)) for what, when in seen.items()]
