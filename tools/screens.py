"""Take pictures of the ten main pages in both schemes, from a fresh demo, into docs/screens/."""

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from journal.demo import people

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
START_SECONDS = 120
SCHEMES = ("light", "dark")
QUALITY = 78  # of WebP
SETTLED = 400  # milliseconds
MOST = 1_500_000  # bytes of all pictures
FOUND = re.compile(r"/patients/[0-9A-Za-z_-]{20,}$")


class Screen(NamedTuple):
    """One picture: its name, whose page, its address; through: the link to open, which says it."""

    name: str
    whose: str
    path: str
    through: str = ""
    says: str = ""


SCREENS = (
    Screen("01-sign-in", "", "/sign-in"),
    Screen("02-today", "ana", "/today"),
    Screen("03-care", "ana", "/care"),
    Screen("04-write", "ana", "/entries/new"),
    Screen("05-journal", "ana", "/entries"),
    Screen("06-safety-plan", "ana", "/safety-plan"),
    Screen("07-trends", "ana", "/trends?days=90"),
    Screen("08-sharing", "ana", "/sharing"),
    Screen("09-help-now", "", "/help-now"),
    Screen("10-patient", "tess", "/caseload", "/patients/", "Ana Ferreira"),
)
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1.5}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1}


def main() -> int:
    """Take them all; return the exit status."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("The pictures need Chromium: install it first.\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        pages = {whose: window(browser, address, whose) for whose in ("", "ana", "tess")}
        size = sum(take(pages[screen.whose], screen, scheme) for screen, scheme in every())
        browser.close()
    sys.stdout.write(f"{len(SCREENS) * len(SCHEMES)} pictures in {FOLDER}, {size:,} bytes\n")
    return 0 if size <= MOST else 1


def every() -> Iterator[tuple[Screen, str]]:
    """Yield each picture to take."""
    for scheme in SCHEMES:
        for screen in SCREENS:
            yield screen, scheme


def window(browser: Browser, address: str, whose: str) -> Page:
    """Open somebody's own window, signed in unless it is nobody's."""
    device = LAPTOP if whose == "tess" else PHONE
    where: dict[str, Any] = {"base_url": address, "locale": "en-GB", "reduced_motion": "reduce"}
    page: Page = browser.new_context(**device, **where).new_page()
    if whose:
        page.goto("/sign-in")
        page.fill("[name=email]", f"{whose}@demo.example")
        page.fill("[name=password]", people.PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile("today|caseload"))
    return page


def take(page: Page, screen: Screen, scheme: str) -> int:
    """Write one picture; return its bytes."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(screen.path)
    if screen.through:
        links = page.locator(f'a[href^="{screen.through}"]').filter(has_text=screen.says)
        addresses = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
        page.goto(next(found for found in addresses if FOUND.search(found)))
    page.wait_for_timeout(SETTLED)
    # Playwright writes PNG and JPEG; the browser itself WebP, a third of their size.
    how = {"format": "webp", "quality": QUALITY}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", how)
    picture = base64.b64decode(taken["data"])
    (FOLDER / f"{screen.name}-{scheme}.webp").write_bytes(picture)
    return len(picture)


@contextmanager
def demo() -> Iterator[str]:
    """Serve a fresh demo for as long as the block lasts; yield its address."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        port = int(ours.getsockname()[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOURNAL_")}
    with tempfile.TemporaryDirectory() as folder:
        around = kept | {"PORT": str(port), "JOURNAL_INSTANCE_PATH": f"{folder}/demo"}
        command = [sys.executable, "-m", "journal.demo"]
        with subprocess.Popen(
            command, cwd=ROOT, env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as served:
            try:
                wait_for(port, served)
                yield f"http://127.0.0.1:{port}"
            finally:
                served.terminate()


def wait_for(port: int, served: subprocess.Popen[bytes]) -> None:
    """Return once the demo answers; RuntimeError when it ended or never does."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and served.poll() is None:
        try:
            asked = HTTPConnection("127.0.0.1", port, timeout=2)
            asked.request("GET", "/healthz")
            if asked.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the demo did not start")


if __name__ == "__main__":
    sys.exit(main())
