"""`make run`: what it prints, what it makes, and that nothing of it stays behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from journal.config import ROOT

START_SECONDS = 30


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A journal that runs in the foreground of another program."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.folder = folder
        self.environment = {
            **os.environ,
            "PORT": str(self.port),
            "JOURNAL_INSTANCE_PATH": str(folder),
            "JOURNAL_WORKERS": "1",
            **settings,
        }
        self.said = folder.parent / "said"
        with self.said.open("wb") as said:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "journal.serving"],
                cwd=ROOT,
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def wait_until_healthy(self) -> str:
        """Return what was printed by the time that /healthz first answered."""
        for _ in range(START_SECONDS * 10):
            assert self.child.poll() is None, self.said.read_text()
            if self.answers():
                return self.said.read_text()
            time.sleep(0.1)
        raise AssertionError(self.said.read_text())

    def answers(self, url: str = "") -> bool:
        """Tell whether an address answers, /healthz unless another is given."""
        try:
            with urllib.request.urlopen(url or f"http://127.0.0.1:{self.port}/healthz") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def wait_for(self, url: str) -> None:
        """Wait until an address answers that another program of ours serves."""
        for _ in range(START_SECONDS * 10):
            if self.answers(url):
                return
            time.sleep(0.1)
        raise AssertionError(self.said.read_text())

    def end(self) -> None:
        """Kill whatever is left of it."""
        for left in self.family():
            os.kill(left, signal.SIGKILL)
        self.child.wait()

    def family(self) -> list[int]:
        """Return the live programs that were started with this instance."""
        mark = f"JOURNAL_INSTANCE_PATH={self.folder}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in environment:
                found.append(int(folder.name))
        return found

    def wait_until_all_ended(self) -> None:
        """Fail if anything is left after a few seconds."""
        for _ in range(100):
            if not self.family():
                return
            time.sleep(0.1)
        assert self.family() == []


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A journal on an existing empty folder."""
    folder = tmp_path / "instance"
    folder.mkdir()
    ours = Served(folder)
    yield ours
    ours.end()


def test_otto_starts_it_and_stops_it(served: Served) -> None:
    printed = served.wait_until_healthy()
    link = rf"^Set up the first therapist: http://127\.0\.0\.1:{served.port}/invitations/\S+$"
    assert re.search(link, printed, re.MULTILINE)
    secret = served.folder / "site.key"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert (served.folder / "journal.sqlite3").stat().st_mode & 0o777 == 0o600
    served.child.terminate()
    assert served.child.wait(20) == 0
    served.wait_until_all_ended()


def test_a_second_start_on_the_same_port_says_so(served: Served) -> None:
    served.wait_until_healthy()
    second = subprocess.run(
        [sys.executable, "-m", "journal.serving"],
        cwd=ROOT,
        env=served.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert str(served.port) in second.stderr
    assert served.answers()


@pytest.mark.skipif(sys.platform != "linux", reason="needs the kernel's notice of a parent's death")
def test_a_killed_parent_leaves_nothing_running(served: Served) -> None:
    served.wait_until_healthy()
    served.child.kill()
    served.child.wait()
    served.wait_until_all_ended()


@pytest.mark.skipif(sys.platform != "linux", reason="finds the server by /proc")
def test_when_the_server_ends_the_whole_ends(served: Served) -> None:
    served.wait_until_healthy()
    server = next(
        number
        for number in sorted(served.family())
        if b"granian" in Path(f"/proc/{number}/cmdline").read_bytes()
    )
    os.kill(server, signal.SIGKILL)
    assert served.child.wait(20) == 1
    served.wait_until_all_ended()


def test_a_lost_site_key_is_not_replaced(served: Served) -> None:
    served.wait_until_healthy()
    served.child.terminate()
    served.child.wait(20)
    (served.folder / "site.key").unlink()
    again = subprocess.run(
        [sys.executable, "-m", "journal.serving"],
        cwd=ROOT,
        env=served.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert "site.key" in again.stderr
    assert not (served.folder / "site.key").exists()
