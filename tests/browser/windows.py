"""Browser windows, one for each person and device, and what went wrong in any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

WAIT = 15_000  # milliseconds; two cores serve, stretch passwords and draw at the same time


class Windows:
    """Opens windows that share no cookie, and collects complaints instead of printing them."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.contexts: list[Any] = []
        self.found: list[str] = []

    def open(self, options: dict[str, Any], **more: Any) -> Page:
        """A window of somebody's own."""
        context = self.browser.new_context(base_url=self.url, **{**options, **more})
        context.set_default_timeout(WAIT)
        context.on("weberror", lambda failed: self._fail(str(failed.error)))
        context.on("console", self._hear)
        context.on("request", lambda asked: self._follow(asked.url))
        self.contexts.append(context)
        return context.new_page()

    def complaints(self) -> list[str]:
        """What went wrong since the last time somebody asked."""
        told, self.found = self.found, []
        return told

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _hear(self, said: ConsoleMessage) -> None:
        # A page that answers 404 or 409, and a fetch without a network, are told as errors too.
        ours = not said.text.startswith("Failed to load resource")
        if (said.type == "error" and ours) or "Content Security Policy" in said.text:
            self.found.append(f"the console says: {said.text}")

    def _fail(self, told: str) -> None:
        # The browser's own words for a fade between pages that it gave up: no script of ours asked.
        if not told.startswith("Transition was"):
            self.found.append(f"a script failed: {told}")

    def _follow(self, address: str) -> None:
        if not address.startswith((f"{self.url}/", "data:", "blob:")):
            self.found.append(f"another host was asked: {address}")
