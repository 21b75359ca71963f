"""What every page must bear: axe, a small screen, large text; and pictures for who looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError as TooLong

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.axe import Axe

NARROWEST = 320
SIZES = {"phone": (390, 844), "laptop": (1440, 900)}
SCHEMES = ("light", "dark")
REDRAWN = 3000  # milliseconds
FITS = "width => document.documentElement.scrollWidth <= width"
WIDEST = """() => {
  const ends = [...document.querySelectorAll("body *")].map((one) =>
    [Math.round(one.getBoundingClientRect().right), `${one.tagName}.${one.className}`]);
  return ends.sort((one, other) => other[0] - one[0]).slice(0, 6).join(" | ");
}"""


class Look:
    """Looks at each page once, however often a journey passes it."""

    def __init__(self, axe: Axe, folder: Path | None) -> None:
        self.axe, self.folder = axe, folder
        self.passed: set[str] = set()

    def __call__(self, page: Page, name: str) -> None:
        if name in self.passed:
            return
        self.passed.add(name)
        self.axe.finds_nothing(page)
        before = page.viewport_size
        assert before is not None
        if self.folder:
            self._take(page, name, self.folder)
        page.set_viewport_size({"width": NARROWEST, "height": before["height"]})
        try:
            fits(page, f"{name} at {NARROWEST} px")
            enlarge_text(page, "200%")
            fits(page, f"{name} with text of 200 %")
        finally:
            enlarge_text(page, "")
            page.set_viewport_size(before)

    def _take(self, page: Page, name: str, folder: Path) -> None:
        number = len(self.passed)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=folder / f"{number:02}-{name}-{size}-{scheme}.png")
        page.emulate_media(color_scheme="light")


def fits(page: Page, told: str) -> None:
    """Nothing stands beyond the right edge, so nobody has to scroll sideways."""
    size = page.viewport_size
    assert size is not None
    try:
        # A picture is drawn again a moment after its page has got narrower.
        page.wait_for_function(FITS, arg=size["width"], timeout=REDRAWN)
    except TooLong:
        raise AssertionError(f"{told}: {page.url} ends at {page.evaluate(WIDEST)}") from None


def enlarge_text(page: Page, size: str) -> None:
    """As a browser's own setting for text does; an empty size takes it back."""
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
