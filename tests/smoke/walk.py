"""From page to page by its links: every kind of page that somebody can come to."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Page

MOST_OF_A_KIND = 2
LINKS = "links => links.map(link => link.getAttribute('href'))"


class Walk:
    """Goes through the site as one person; a kind of page is one route of the application."""

    def __init__(self, built: Flask, page: Page) -> None:
        self.page = page
        self.routes = built.url_map.bind("127.0.0.1")
        plain = [
            rule.rule for rule in built.url_map.iter_rules() if "GET" in (rule.methods or set())
        ]
        self.waiting = deque(sorted(path for path in plain if "<" not in path))
        self.known: set[str] = set(self.waiting)
        self.seen: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()

    def pages(self) -> Iterator[str]:
        """Open each page that is worth a look; yield its address while it is open."""
        while self.waiting:
            path = self.waiting.popleft()
            kind = self.kind(path)
            if self.kinds[kind] >= MOST_OF_A_KIND or not self._is_page(path):
                continue
            self.page.goto(path)
            shown = self._shown()
            kind = self.kind(shown)
            if shown in self.seen or self.kinds[kind] >= MOST_OF_A_KIND:
                continue
            self.seen.add(shown)
            self.kinds[kind] += 1
            self._take_links()
            yield shown

    def kind(self, path: str) -> str:
        """Return the name of the route; pages that a query alone tells apart are one kind."""
        try:
            endpoint, _values = self.routes.match(urlsplit(path).path, method="GET")
        except HTTPException:
            return path
        return str(endpoint)

    def _is_page(self, path: str) -> bool:
        answer = self.page.request.get(path)
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        answer.dispose()
        # The page that refuses is the same wherever it is met.
        if not answer.ok:
            self.refused[answer.status] += 1
        return is_html and (answer.ok or self.refused[answer.status] == 1)

    def _shown(self) -> str:
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _take_links(self) -> None:
        links = self.page.locator("a[href]:not([download])").evaluate_all(LINKS)
        here = urlsplit(self.page.url)
        for link in links:
            whole = urlsplit(urljoin(self.page.url, link))
            path = whole.path + (f"?{whole.query}" if whole.query else "")
            if whole.netloc == here.netloc and path not in self.known:
                self.known.add(path)
                self.waiting.append(path)
