"""Collected by `make smoke` alone: a demo that is served, and what every page of it must bear."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from journal import create_app, instance
from journal.config import Settings
from tests.browser import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

collect_ignore_glob = [] if os.environ.get("SMOKE") else ["test_*.py"]


@dataclass
class Demo:
    """The made-up clinic on one port, which can be stopped and started again."""

    clinic: served.Clinic
    running: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return self.clinic.url

    def start(self) -> None:
        """Return once it answers; the first time it fills itself before that."""
        port = int(self.url.rpartition(":")[2])
        around = served.surroundings(self.clinic.instance, port, JOURNAL_DEVELOPMENT="1")
        command = [sys.executable, "-m", "journal.demo"]
        child = self.running.enter_context(served.running(command, around, self.clinic))
        served.wait_until_healthy(self.clinic, child)

    def stop(self) -> None:
        """Leave the browsers without a connection."""
        self.running.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    url = f"http://127.0.0.1:{served.free_port()}"
    ours = Demo(served.Clinic(url, folder / "instance", folder / "server.log"))
    ours.start()
    yield ours
    ours.stop()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The same application in the test's own program, to be asked which addresses there are."""
    folder = tmp_path_factory.mktemp("built")
    given = Settings(instance_path=folder, development=True, testing=True)
    instance.prepare(given)
    return create_app(given)
