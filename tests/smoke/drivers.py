"""Browsers other than Chromium, by the line that each has of its own: it takes no library."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tests.browser.served import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 90
ANSWER_SECONDS = 90
MINI_BROWSER = "webkit2gtk-4.*/MiniBrowser"
PREFERENCES = {
    "marionette.port": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "app.update.disabledForTesting": True,
    # Nothing outside of this machine is asked.
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "extensions.getAddons.cache.enabled": False,
}
# What this journey needs: the command for Marionette, and for WebDriver its verb and end of path.
COMMANDS = {
    "go": ("WebDriver:Navigate", "POST", "url"),
    "address": ("WebDriver:GetCurrentURL", "GET", "url"),
    "find": ("WebDriver:FindElement", "POST", "element"),
    "run": ("WebDriver:ExecuteAsyncScript", "POST", "execute/async"),
    "click": ("WebDriver:ElementClick", "POST", "element/{id}/click"),
    "type": ("WebDriver:ElementSendKeys", "POST", "element/{id}/value"),
}


class Failed(Exception):
    """The browser says that it could not do it."""


class Driver(Protocol):
    """Something that takes the commands above."""

    def ask(self, command: str, **said: Any) -> Any:
        """Return the value that the browser answers with; raises Failed."""


class Marionette:
    """Firefox's own line: a length, a colon and an array, in both directions."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
        self.file = self.line.makefile("rb")
        self._read()
        self._say("WebDriver:NewSession", {})

    def ask(self, command: str, **said: Any) -> Any:
        answer = self._say(COMMANDS[command][0], said)
        return answer["value"] if set(answer) == {"value"} else answer

    def close(self) -> None:
        self._say("Marionette:Quit", {"flags": ["eForceQuit"]})
        self.file.close()
        self.line.close()

    def _say(self, name: str, said: dict[str, Any]) -> Any:
        sent = json.dumps([0, 1, name, said]).encode()
        self.line.sendall(b"%d:%s" % (len(sent), sent))
        _type, _id, wrong, answer = self._read()
        if wrong:
            raise Failed(f"{name} {said}: {wrong['error']}: {wrong['message']}")
        return answer

    def _read(self) -> Any:
        length = b""
        while (one := self.file.read(1)) != b":":
            length += one
        return json.loads(self.file.read(int(length)))


class WebDriver:
    """W3C's WebDriver over HTTP, as WebKitWebDriver speaks it."""

    def __init__(self, port: int, options: dict[str, Any]) -> None:
        self.port, self.path = port, "/session"
        wanted = {"capabilities": {"alwaysMatch": options}}
        self.path += "/" + self._say("POST", "", wanted)["sessionId"]

    def ask(self, command: str, **said: Any) -> Any:
        _name, verb, end = COMMANDS[command]
        return self._say(verb, "/" + end.format(**said), said if verb == "POST" else None)

    def close(self) -> None:
        self._say("DELETE", "", None)

    def _say(self, verb: str, end: str, said: dict[str, Any] | None) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        line.request(verb, self.path + end, None if said is None else json.dumps(said))
        answer = line.getresponse()
        value = json.loads(answer.read())["value"]
        line.close()
        if answer.status >= http.client.BAD_REQUEST:
            raise Failed(f"{end} {said}: {value['error']}: {value['message']}")
        return value


@contextmanager
def firefox(folder: Path) -> Iterator[Driver]:
    """Firefox without a window, in a profile of its own."""
    lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});" for n, v in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    assert program is not None, "Firefox is missing: run `make smoke` as root, or install it"
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    with running(command, folder, HOME=str(folder), MOZ_CRASHREPORTER_DISABLE="1") as child:
        said = folder / "MarionetteActivePort"
        wait_until(lambda: said.is_file() and said.read_text().isdigit(), child)
        driver = Marionette(int(said.read_text()))
        try:
            yield driver
        finally:
            driver.close()


@contextmanager
def webkit(folder: Path) -> Iterator[Driver]:
    """WebKitGTK's small browser, on a screen that nobody sees."""
    found = sorted(Path("/usr").glob(f"lib*/**/{MINI_BROWSER}"))
    assert found, "WebKitGTK is missing: run `make smoke` as root, or install it"
    port = free_port()
    screen = ["xvfb-run", "--auto-servernum", "--server-args=-screen 0 1440x900x24"]
    command = [*screen, "WebKitWebDriver", f"--port={port}"]
    with running(command, folder, HOME=str(folder), XDG_RUNTIME_DIR=str(folder)) as child:
        wait_until(lambda: is_open(port), child)
        browser = {"binary": str(found[-1]), "args": ["--automation"]}
        driver = WebDriver(port, {"webkitgtk:browserOptions": browser})
        try:
            yield driver
        finally:
            driver.close()


@contextmanager
def running(command: list[str], folder: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a browser for as long as the block lasts, in a session of its own."""
    with (
        (folder / "browser.log").open("w") as log,
        subprocess.Popen(
            command, stdout=log, stderr=log, env=os.environ | more, start_new_session=True
        ) as child,
    ):
        try:
            yield child
        finally:
            end(child)


def end(child: subprocess.Popen[bytes]) -> None:
    """End a program and all that it began: a wrapper would leave its browser behind."""
    try:
        os.killpg(child.pid, 15)
    except ProcessLookupError:
        return


def wait_until(came: Any, child: subprocess.Popen[bytes]) -> None:
    """Ask until it is so; AssertionError when the program ended or it never came."""
    last = time.monotonic() + START_SECONDS
    while not came():
        assert child.poll() is None, f"{child.args} ended with {child.returncode}"
        assert time.monotonic() < last, f"{child.args} does not answer"
        time.sleep(0.1)


def is_open(port: int) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
