"""The journal served by `make run`'s own server: its memory, and many sign-ins at once."""

import http.client
import os
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from uuid import uuid4

from bench import written
from bench.browser import token_in
from bench.clinic import PASSWORD, Clinic, Person
from bench.measured import Measured
from journal.config import ROOT, Settings
from journal.serving import server_command

HOST = "127.0.0.1"
MANY_AT_ONCE, PEOPLE = 200, 10
EACH = 40
START_SECONDS = 60
LOOK_EVERY = 0.2
FORM = "application/x-www-form-urlencoded"
MEGABYTE = 1024 * 1024


@dataclass
class Visitor:
    """A browser on a connection of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Return the status and the page."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={it}" for name, it in self.cookies.items())}
        if fields is not None:
            headers |= {"Content-Type": FORM, "Origin": f"http://{HOST}:{self.port}"}
        try:
            connection.request(method, path, urlencode(fields) if fields else None, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def sign_in(self, email: str, token: str) -> int:
        """Send the sign-in form; the answer's status."""
        fields = {"email": email, "password": PASSWORD, "csrf_token": token, "next": "/entries"}
        return self.ask("POST", "/sign-in", fields)[0]


def all_of(clinic: Clinic) -> Iterator[Measured]:
    """Yield what is measured of a served journal."""
    people = [clinic.new_patient(f"patient{number}") for number in range(PEOPLE)]
    with served(clinic.settings) as server:
        signed_in = Visitor(clinic.settings.port, {"session": clinic.many.cookie})
        work(clinic, signed_in)
        yield memory(server)
        few = Visitor(clinic.settings.port, {"session": clinic.few.cookie})
        yield from at_once(clinic, server, few, people)


@contextmanager
def served(
    settings: Settings, module: str = "wsgi", more: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Serve a module's application until the block ends; the server's process id.

    more: what stands in its environment beside the journal's settings.
    """
    kept = {name: it for name, it in os.environ.items() if not name.startswith("JOURNAL_")}
    around = kept | {
        "PORT": str(settings.port),
        "JOURNAL_INSTANCE_PATH": str(settings.instance_path),
        **(more or {}),
    }
    *command, _journal = server_command(settings)
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, f"{module}:app"],
        cwd=ROOT,
        env=around,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            _wait_for(settings.port)
            yield server.pid
        finally:
            server.terminate()


def work(clinic: Clinic, visitor: Visitor) -> None:
    """Do everything that was measured, by the network, so that every worker has done it."""
    _, page = visitor.ask("GET", "/entries")
    token = token_in(page)
    chance = Random(written.SEED)  # noqa: S311 - no secret
    for number in range(EACH):
        visitor.ask("GET", "/entries")
        visitor.ask("GET", "/trends?days=30")
        visitor.ask("GET", f"/entries/{clinic.entries[-1 - number].id}")
        fields = {
            "client_id": str(uuid4()),
            "audience": "journal",
            "body": written.body(chance),
            "csrf_token": token,
        }
        _expect(visitor.ask("POST", "/entries/new", fields)[0])
        if number % 10 == 0:
            visitor.ask("GET", f"/entries?q={written.RARE}")
            _expect(Visitor(visitor.port, _browser(visitor)).sign_in(clinic.few.email, token))
    for _ in range(2):
        address = f"/sharing/{clinic.given()}/revocation"
        _expect(visitor.ask("POST", address, {"csrf_token": token})[0])
        clinic.give()


def memory(server: int) -> Measured:
    """Return what the largest worker has of its own, in megabytes."""
    sizes = [own_megabytes(worker) for worker in workers(server)]
    return Measured(
        "A worker's own memory after all this",
        max(sizes),
        min(sizes),
        max(sizes),
        "MB",
        bar=100,
        note=f"private pages; {len(sizes)} workers, revocations over 10,000 entries among it",
    )


def at_once(
    clinic: Clinic, server: int, signed_in: Visitor, people: list[Person]
) -> Iterator[Measured]:
    """Yield what 200 sign-ins in one moment do to memory and to somebody who reads meanwhile."""
    before = sum(own_megabytes(worker) for worker in workers(server))
    statuses: Counter[int] = Counter()
    browsers = [Visitor(clinic.settings.port) for _ in range(MANY_AT_ONCE)]
    tokens = [token_in(one.ask("GET", "/sign-in")[1]) for one in browsers]
    gate = threading.Barrier(MANY_AT_ONCE + 1)

    def arrive(number: int) -> None:
        gate.wait()
        person = people[number % PEOPLE]
        statuses[browsers[number].sign_in(person.email, tokens[number])] += 1

    threads = [threading.Thread(target=arrive, args=(number,)) for number in range(MANY_AT_ONCE)]
    for thread in threads:
        thread.start()
    gate.wait()
    waits, sizes = [], [before]
    while any(thread.is_alive() for thread in threads):
        begun = time.perf_counter()
        _expect(signed_in.ask("GET", "/entries")[0], 200)
        waits.append(time.perf_counter() - begun)
        sizes.append(sum(own_megabytes(worker) for worker in workers(server)))
        time.sleep(LOOK_EVERY)
    answered = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    yield Measured(
        "A page of somebody signed in during 200 sign-ins at once, the slowest",
        max(waits),
        min(waits),
        max(waits),
        "s",
        bar=1,
        note=f"{len(waits)} pages; the sign-ins answered {answered}",
    )
    yield Measured(
        "All workers' own memory at its most during 200 sign-ins at once",
        max(sizes),
        min(sizes),
        max(sizes),
        "MB",
        note=f"{before:.0f} MB before; two Argon2id at once take 128 MB",
    )


def workers(server: int) -> list[int]:
    """Return the ids of the server's workers (Linux)."""
    return [
        int(child)
        for children in Path(f"/proc/{server}/task").glob("*/children")
        for child in children.read_text().split()
    ]


def own_megabytes(process_id: int) -> float:
    """Return what would come free if this one ended: its private pages, swapped ones too."""
    wanted = ("Private_Clean:", "Private_Dirty:", "Private_Hugetlb:", "SwapPss:")
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    kilobytes = sum(int(line.split()[1]) for line in lines if line.startswith(wanted))
    return kilobytes * 1024 / MEGABYTE


def free_port() -> int:
    """Return a port that nobody serves on."""
    with socket.socket() as ours:
        ours.bind((HOST, 0))
        port: int = ours.getsockname()[1]
        return port


def _browser(visitor: Visitor) -> dict[str, str]:
    return {name: it for name, it in visitor.cookies.items() if name != "session"}


def _expect(status: int, wanted: int = 303) -> None:
    if status != wanted:
        raise RuntimeError(f"the server answered {status}")


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            Visitor(port).ask("GET", "/healthz")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_EVERY)
        else:
            return
