"""Both applications on the server of `make run`, and a browser that stays connected to one."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask

from bench import serving
from bench.browser import token_in
from bench.clinic import Clinic, Person
from bench.serving import FORM, HOST

DATABASE, SECRET = "BENCH_PLAIN_DATABASE", "BENCH_PLAIN_SECRET"
YARDSTICK = "bench.plain"
SCHEDULED = 2  # CPUCLOCK_SCHED: a whole program's time, as Linux counts it


class Browser:
    """A signed-in browser on one lasting connection; every answer must be the expected one.

    It leaves the cookie `told` as it was at first: what a save has the next page say would
    otherwise pile up in it, since nobody opens that page here.
    """

    def __init__(self, served: "Served", cookies: dict[str, str], told: str) -> None:
        self.told = told
        self.server = served.server
        self.connection = http.client.HTTPConnection(HOST, served.port, timeout=60)
        self.cookies = cookies
        self.origin = f"http://{HOST}:{served.port}"
        self.token = token_in(self._ask("GET", "/entries", 200, first=True))

    def get(self, path: str) -> str:
        """Return a page."""
        return self._ask("GET", path, 200)

    def post(self, path: str, fields: dict[str, object]) -> None:
        """Send a form; it must lead on to another page."""
        self._ask("POST", path, 303, urlencode({**fields, "csrf_token": self.token}))

    def own(self) -> float:
        """Return the seconds that this side's worker has worked so far."""
        return sum(
            time.clock_gettime(~worker << 3 | SCHEDULED) for worker in serving.workers(self.server)
        )

    def _ask(
        self, method: str, path: str, wanted: int, body: str | None = None, *, first: bool = False
    ) -> str:
        headers = {"Cookie": "; ".join(f"{name}={it}" for name, it in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": FORM, "Origin": self.origin}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != wanted:
            raise RuntimeError(f"{path} answered {answer.status}")
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.partition("=")
            if first or name != self.told:
                self.cookies[name] = value.partition(";")[0]
        return text


class Served(NamedTuple):
    """One application behind its own server: the server's process id and its port."""

    server: int
    port: int


@contextmanager
def both(clinic: Clinic) -> Iterator[tuple[Served, Served]]:
    """Serve the journal and the yardstick, with one worker each, until the block ends."""
    ours = clinic.settings.model_copy(update={"workers": 1})
    other = ours.model_copy(update={"port": serving.free_port()})
    secret = clinic.plain.secret_key
    around = {DATABASE: clinic.plain_database.url, SECRET: str(secret)}
    with serving.served(ours) as first, serving.served(other, YARDSTICK, around) as second:
        yield Served(first, ours.port), Served(second, other.port)


def of_journal(served: Served, person: Person) -> Browser:
    """Return a browser that is signed in to the journal."""
    return Browser(served, {"session": person.cookie}, "browser")


def of_yardstick(served: Served, plain: Flask, account: UUID) -> Browser:
    """Return a browser that is signed in to the yardstick, whose secret `plain` shares."""
    signer = plain.session_interface.get_signing_serializer(plain)  # type: ignore[attr-defined]
    signed_in = signer.dumps({"_user_id": str(account), "_fresh": True})
    return Browser(served, {"session": signed_in}, "session")
