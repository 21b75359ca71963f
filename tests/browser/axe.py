"""axe-core in the page: every rule of WCAG 2.2 AA must find nothing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The other scheme changes nothing but colours.
SCHEMES = {
    "light": {"type": "tag", "values": TAGS},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


class Axe:
    """Runs axe-core over a page as it stands, in both colour schemes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def finds_nothing(self, page: Page) -> None:
        # Evaluated by the debugger, so the page's own policy need not be loosened for it.
        page.evaluate(self.source)
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(
                "only => axe.run(document, {runOnly: only}).then(r => r.violations)", rules
            )
            told = [
                f"{rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes']]}"
                for rule in found
            ]
            assert told == [], f"{page.url} in {scheme}: {told}"
        page.emulate_media(color_scheme="light")
