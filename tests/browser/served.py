"""A journal that really runs: served by the program of `make run`, in a folder of its own."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


@dataclass
class Clinic:
    """A served instance: its address, its folder, its log and what it printed."""

    url: str
    instance: Path
    log: Path
    lines: list[str] = field(default_factory=list)

    @property
    def setup_link(self) -> str:
        """The link that the first start printed."""
        for line in self.lines:
            found = re.match(r"Set up the first therapist: (\S+)", line)
            if found:
                return found[1]
        raise AssertionError(f"no set-up link among {self.lines}")

    def reached_at(self, host: str) -> str:
        """The same place under another of this machine's names."""
        return self.url.replace("127.0.0.1", host)


def nothing(_ours: Clinic) -> None:
    """Leave everything to the program's first start."""


@contextmanager
def serve(
    folder: Path, prepare: Callable[[Clinic], None] = nothing, **more: str
) -> Iterator[Clinic]:
    """Serve a fresh instance by the same program as `make run`, and end it whole."""
    port = free_port()
    ours = Clinic(f"http://127.0.0.1:{port}", folder / "instance", folder / "server.log")
    prepare(ours)
    environment = surroundings(ours.instance, port, **more)
    command = [sys.executable, "-m", "journal.serving"]
    with running(command, environment, ours) as served:
        wait_until_healthy(ours, served)
        yield ours


def surroundings(instance: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a clinic that knows nothing of this machine's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOURNAL_")}
    kept.pop("MAKELEVEL", None)
    return kept | {
        "PORT": str(port),
        "JOURNAL_INSTANCE_PATH": str(instance),
        "JOURNAL_CLINIC_NAME": "Linden practice",
        "JOURNAL_CLINIC_HOURS": "weekdays, 9 to 17",
        "PYTHONWARNINGS": "default",
        **more,
    }


@contextmanager
def running(
    command: list[str], environment: dict[str, str], ours: Clinic
) -> Iterator[subprocess.Popen[str]]:
    """Run a server for as long as the block lasts; what it prints goes to the clinic's lines."""
    with (
        ours.log.open("w") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as served,
    ):
        printed = served.stdout
        assert printed is not None
        reader = threading.Thread(target=lambda: ours.lines.extend(printed), daemon=True)
        reader.start()
        try:
            yield served
        finally:
            served.terminate()
            served.wait(START_SECONDS)
            reader.join()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        port: int = ours.getsockname()[1]
    return port


def wait_until_healthy(
    ours: Clinic, served: subprocess.Popen[str], trusted: ssl.SSLContext | None = None
) -> None:
    """Return once `/healthz` answers; AssertionError when it never does."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        told = ours.log.read_text()
        assert served.poll() is None, f"the server ended with {served.returncode}: {told}"
        try:
            with urllib.request.urlopen(f"{ours.url}/healthz", timeout=2, context=trusted):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not get healthy")
