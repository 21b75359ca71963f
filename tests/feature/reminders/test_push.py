"""A notice to a browser: nothing in it, to push services only, and a dead one is forgotten."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar, NamedTuple
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from journal.core import push_endpoints
from journal.core.reminder_models import Outgoing, PushEndpoint
from journal.features.reminders import push
from journal.features.reminders.outcome import Outcome
from tests.people import NOW, PASSWORD
from tests.town import Town

from .certificates import contexts
from .conftest import set_up, work

PAGE = "/account/reminders"
AT_EIGHT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
ADDRESS = "https://updates.push.services.mozilla.com/wpush/v2/made-up"


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://web.push.apple.com/abc",
        "https://db5p.notify.windows.com/w/?token=abc",
        "https://updates.push.services.mozilla.com:443/wpush/v2/abc",
    ],
)
def test_the_known_services_are_known(address: str) -> None:
    assert push.is_known(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://fcm.googleapis.com/abc",
        "https://fcm.googleapis.com.evil.test/abc",
        "https://evilfcm.googleapis.com.test",
        "https://notfcm.googleapis.com/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://fcm.googleapis.com@127.0.0.1/abc",
        "https://someone@fcm.googleapis.com/abc",
        "https://127.0.0.1/abc",
        "https://[::1]/abc",
        "https://fcm.googleapis.com\\@127.0.0.1/",
        "https://fcm.googleapis.com/\r\nHost: evil.test",
        "https://fcm.googleapis.com/ abc\x00",
        "https://fcm.googleapis.com:no/abc",
        "//fcm.googleapis.com/abc",
    ],
)
def test_no_other_address_is_asked_for_anybody(address: str) -> None:
    assert not push.is_known(address)


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "10.0.0.8", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "fe80::1"],
)
def test_a_known_name_that_leads_into_our_network_is_refused(inside: str) -> None:
    def resolve(_host: str, _port: int, **_: object) -> list[object]:
        # One that is fine beside one that is not, as an attacker's name server would answer.
        return [(socket.AF_INET, 1, 6, "", (one, 443)) for one in ("93.184.215.14", inside)]

    with pytest.raises(HTTPException):
        push.send(ADDRESS, "vapid", seconds=60, resolve=resolve)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((201, Outcome.SENT), (404, Outcome.GONE), (410, Outcome.GONE), (429, Outcome.LATER)),
        *((503, Outcome.LATER), (307, Outcome.REFUSED), (403, Outcome.REFUSED)),
    ],
)
def test_each_answer_means_one_thing(status: int, outcome: Outcome) -> None:
    assert push._outcome(status) is outcome


class Service(BaseHTTPRequestHandler):
    """A push service that notes what it is asked and sends whoever asks elsewhere."""

    asked: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        """Answer, as http.server asks."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.asked.append((self.path, dict(self.headers), body))
        self.send_response(307)
        self.send_header("Location", "https://127.0.0.1/inside")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Reach(NamedTuple):
    """How the name is looked up, and what a caller believes."""

    resolve: push.Resolve
    tls: ssl.SSLContext


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Reach]:
    """A push service on this machine, reached under a real one's name."""
    shows, believes = contexts(tmp_path, "updates.push.services.mozilla.com")
    server = HTTPServer(("127.0.0.1", 0), Service)
    server.socket = shows.wrap_socket(server.socket, server_side=True)
    Service.asked.clear()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    found = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", server.server_address[1]))]
    # Whoever looks the name up a second time finds the real one, and may not go there.
    yield Reach(lambda *_, **__: found, believes)
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_goes_out_is_one_empty_post_that_follows_nothing(
    service: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "is_public", lambda _address: True)
    outcome = push.send(
        ADDRESS, "vapid t=x, k=y", seconds=60, resolve=service.resolve, tls=service.tls
    )
    assert outcome is Outcome.REFUSED
    [(path, headers, body)] = Service.asked
    assert (path, body) == ("/wpush/v2/made-up", b"")
    assert headers["Authorization"] == "vapid t=x, k=y"
    assert set(headers) <= {
        *("Host", "Accept-Encoding", "Content-Length"),
        *("TTL", "Urgency", "Topic", "Authorization"),
    }


def test_a_service_that_can_not_show_its_name_is_told_nothing(
    service: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "is_public", lambda _address: True)
    with pytest.raises(ssl.SSLError):
        push.send(ADDRESS, "vapid", seconds=60, resolve=service.resolve)
    assert Service.asked == []


@pytest.fixture
def reminded(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Ana wants a notice in her browser every evening at eight."""
    set_up(town, push_contact="mailto:otto@example.org")
    work(town, NOW)
    town.ana.arrive(PAGE, on="y", time="20:00", days=list("0123456"))
    town.ana.arrive(PAGE, f"{PAGE}/browsers", endpoint=ADDRESS)
    return town


def left(town: Town, table: type) -> int:
    with town.database.session() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_service_is_told_who_asks_and_nothing_else(
    reminded: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def send(address: str, authorization: str, *, seconds: int) -> Outcome:
        asked.append((address, authorization))
        return Outcome.SENT

    monkeypatch.setattr(push, "send", send)
    for _ in range(2):
        work(reminded, AT_EIGHT)
    [(address, authorization)] = asked
    assert address == ADDRESS
    token, key = authorization.removeprefix("vapid t=").split(", k=")
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    origin = f"https://{urlsplit(ADDRESS).hostname}"
    until = int(AT_EIGHT.timestamp()) + 12 * 60 * 60
    assert claims == {"aud": origin, "exp": until, "sub": "mailto:otto@example.org"}
    with reminded.database.session() as db:
        site = reminded.app.extensions["journal"].site_key
        assert push_endpoints.public_key(db, site) == key
    assert left(reminded, Outgoing) == 0


def test_a_dead_browser_is_forgotten(reminded: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "send", lambda *_, **__: Outcome.GONE)
    work(reminded, AT_EIGHT)
    assert (left(reminded, PushEndpoint), left(reminded, Outgoing)) == (0, 0)


def test_a_busy_service_is_tried_again(reminded: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> Outcome:
        raise TimeoutError

    monkeypatch.setattr(push, "send", away)
    work(reminded, AT_EIGHT)
    assert (left(reminded, PushEndpoint), left(reminded, Outgoing)) == (1, 1)


@pytest.mark.parametrize("stops", ["off", "leaving"])
def test_what_still_waits_is_not_sent_once_she_wants_none(
    reminded: Town, monkeypatch: pytest.MonkeyPatch, stops: str
) -> None:
    """Red when `jobs._deliver` does not ask whether reminders are still wanted."""
    monkeypatch.setattr(push, "send", lambda *_, **__: Outcome.LATER)
    work(reminded, AT_EIGHT)
    if stops == "off":
        answer = reminded.ana.post("/account/reminders", time="20:00", days=list("0123456"))
        assert answer.status_code == 303
    else:
        reminded.ana.arrive("/account/leaving", password=PASSWORD)
    sent: list[str] = []

    def send(address: str, *_: object, **__: object) -> Outcome:
        sent.append(address)
        return Outcome.SENT

    monkeypatch.setattr(push, "send", send)
    work(reminded, AT_EIGHT + timedelta(minutes=2))
    assert (sent, left(reminded, Outgoing)) == ([], 0)
