"""What pages weigh over the wire, headers and all: a first visit, and every page after it.

Pages behind sign-in are not compressed (their length would tell an eavesdropper what they say),
so it is their own markup that has to stay small.
"""

from __future__ import annotations

import re
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from journal import instance
from journal.core import records, sessions
from tests import people
from tests.hardening import walk
from tests.people import NOW
from tests.town import Town
from tests.visitors import Page, Visitor

FIRST_VISIT, FIRST_REQUESTS = 20_000, 5  # bytes over the wire
PAGE = 12_000
PARTS = ("vitals", "effects", "home", "own")  # of the record of a session, a page each
# The library and what draws with it, what keeps a plan on a phone, and what lets a phone write.
PICTURES = ("uPlot", "pictures.", "plan.js", "enrol.js")
WRITING = 30_000  # such a page with all it brings
COMPRESSED = "br, gzip"
PICTURED = re.compile(r"^/(trends|\w+/[-0-9a-f]{36}/(preview/)?check-ins)(\?days=\d+)?$")
OTHERS = 29  # on Tess's caseload beside Ana
OTHERS_SHARE = ("journal", "measures", "medications")
CURSOR = re.compile(r"(before|after)=[^&]*")
FURTHER = re.compile(r"[?&](after|before|days)=")
WORDS = "It's thinner than at the start, I can see through it in places, but it holds. " * 4


class Silent(WSGIRequestHandler):
    """Answers without a line in anybody's log."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - its name for it
        """Write nothing."""


@dataclass
class Wire:
    """One browser's connections: what it fetched once it keeps, as the answers allow."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def visit(self, path: str) -> tuple[dict[str, int], Page]:
        """Open a page; return the bytes of each request that it took, and the page."""
        # In full and unpacked once, to learn what the browser goes on to fetch.
        page = Page(self.fetch(path, coding="identity").decode())
        weights = {path: len(self.fetch(path, whole=True))}
        for address in needed(page):
            if address not in self.kept:
                weights[address] = len(self.fetch(address, whole=True))
                self.kept.add(address)
        return weights, page

    def fetch(self, path: str, *, coding: str = COMPRESSED, whole: bool = False) -> bytes:
        """Return the bytes of one answer, with its head if `whole`."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1:8000", f"Accept-Encoding: {coding}"]
        lines += ["Connection: close", *([f"Cookie: {cookies}"] if cookies else [])]
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b" 200 " in head.splitlines()[0], (path, head)
        return answer if whole else body


def needed(page: Page) -> list[str]:
    """Return what a browser fetches for a page without being asked."""
    found = [tag["href"] for name, tag in page.tags if name == "link" and "href" in tag]
    found += [tag["src"] for name, tag in page.tags if name in ("script", "img") and "src" in tag]
    found += [tag["href"].partition("#")[0] for name, tag in page.tags if name == "use"]
    return list(dict.fromkeys(address for address in found if address))


@pytest.fixture
def port(town: Town) -> Iterator[int]:
    """The town behind a real port."""
    server = make_server("127.0.0.1", 0, town.app, threaded=True, request_handler=Silent)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield server.server_port
    server.shutdown()
    serving.join()
    server.server_close()


def test_a_first_visit_is_light(port: int) -> None:
    weights, _ = Wire(port).visit("/sign-in")
    tell(weights)
    assert len(weights) <= FIRST_REQUESTS
    assert sum(weights.values()) <= FIRST_VISIT
    assert all(urlsplit(address).netloc == "" for address in weights)


@pytest.mark.parametrize("name", ["ana", "tess"])
def test_every_page_after_it_is_light_and_brings_no_script(
    port: int, town: Town, name: str
) -> None:
    walker = town.people[name]
    wire = Wire(port, walker.cookies)
    Wire(port, kept=wire.kept).visit("/sign-in")
    table: dict[str, int] = {}
    for path in pages_of(walker):
        weights, _ = wire.visit(path)
        scripts = [address for address in weights if address.endswith(".js")]
        if path.startswith("/write"):
            assert sum(weights.values()) <= WRITING
            continue
        assert [address for address in scripts if not draws(address)] == [], path
        table[path] = sum(size for address, size in weights.items() if not draws(address))
    tell(table)
    assert {path: size for path, size in table.items() if size > PAGE} == {}


def test_a_year_later_they_still_are_light(port: int, town: Town) -> None:
    live_a_year(town)
    table: dict[str, int] = {}
    for walker in (town.ana, town.tess):
        wire, found = Wire(port, walker.cookies), list(walk.pages(walker))
        linked = [path for page in found for path in page.links if FURTHER.search(path)]
        further = {CURSOR.sub("", path): path for path in linked}.values()  # one of each list's
        for path in dict.fromkeys([*(page.path for page in found), *further]):
            table[path] = len(wire.fetch(path, whole=True))
    pictured = [path for path in table if PICTURED.search(path)]
    tell({path: size for path, size in table.items() if size > PAGE - 1_500 or path in pictured})
    assert {path: size for path, size in table.items() if size > PAGE} == {}
    assert len(pictured) == 3 * 5
    assert any(path.startswith("/caseload?after=") for path in table)
    assert len(table) > 70


def live_a_year(town: Town) -> None:
    """Let Ana write for a year, and Tess read along, who sees thirty patients by then."""
    with town.database.session() as db:
        site = instance.read_site_key(town.settings)
        ana, tess = (
            sessions.resume(db, site, walker.cookies["session"], now=NOW)
            for walker in (town.ana, town.tess)
        )

        def write(scope: str, kind: str, day: int, content: dict[str, object]) -> None:
            moment = NOW - timedelta(days=day)
            write_record = partial(records.write, db, ana, record_id=uuid4(), now=NOW)
            written = write_record(kind=kind, scope=scope, content=content, occurred_at=moment)
            if day % 14 == 0:
                records.open_as_reader(db, tess, UUID(town["grant"]), written.id, now=moment)

        for day in (*range(360, 36, -5), *range(35, -1, -1)):
            numbers = {"mood": day % 11, "anxiety": 4, "energy": 6, "connection": 5}
            said = {"sleep_hours": "6.75", "tags": ["walked to work"], "note": WORDS[:60]}
            write("check-ins", "check-in", day, numbers | said)
        for day in range(360, -1, -9):
            said = {"title": WORDS[: day // 9 * 2 + 1], "body": WORDS, "tags": ["practice", "sea"]}
            write("journal", "entry", day, said)
        db.commit()
        desk = people.Person(db, site, "", tess, "", None)
        for number in range(OTHERS):
            people.patient(db, site, f"Wilhelmina Featherstone-{number:02}", desk, OTHERS_SHARE)


def draws(address: str) -> bool:
    """Tell whether it comes only where there is something for it to do."""
    return any(name in address for name in PICTURES)


def pages_of(visitor: Visitor) -> list[str]:
    """Return one page of each kind that somebody can walk to."""
    kinds: dict[str, str] = {}
    for page in walk.pages(visitor):
        kinds.setdefault(walk.endpoint_of(visitor.app, urlsplit(page.path).path, "GET"), page.path)
    records = [path for path in kinds.values() if path.endswith("/record")]
    return [*kinds.values(), *(f"{path}?part={part}" for path in records for part in PARTS)]


def tell(table: dict[str, int]) -> None:
    """Print what each page weighs, for whoever runs this with -s."""
    lines = [f"{size:7,}  {path}\n" for path, size in table.items()]
    sys.stdout.write("".join(["\n", *lines, f"{sum(table.values()):7,}  in all\n"]))
