"""A clinic with a mail server on this machine, and the worker's jobs at any moment."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from journal.features.reminders import jobs
from tests.town import Town


@dataclass
class PostOffice:
    """A mail server that keeps what it gets, or answers what it is told to."""

    port: int = 0
    answer: str = "250 OK"
    came: list[Envelope] = field(default_factory=list)
    hello: str = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, as aiosmtpd asks."""
        self.hello = str(session.host_name)
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message, as aiosmtpd asks."""
        self.came.append(envelope)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    office = PostOffice(free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    yield office
    controller.stop()


def set_up(town: Town, **settings: Any) -> None:
    """Give the clinic further settings."""
    ours = town.app.extensions["journal"]
    changed = ours.settings.model_copy(update=settings)
    town.app.extensions["journal"] = replace(ours, settings=changed)


@pytest.fixture
def clinic(town: Town, post_office: PostOffice) -> Town:
    """The town, whose clinic sends mail through the post office."""
    set_up(
        town,
        smtp_host="127.0.0.1",
        smtp_port=post_office.port,
        smtp_security="none",
        smtp_from="reminders@example.org",
    )
    return town


def work(town: Town, now: datetime) -> None:
    """Run both jobs once, as the worker does."""
    with town.app.app_context(), town.database.session() as db:
        jobs.plan_due(db, now=now)
        db.commit()
        jobs.send_due(db, now=now)
        db.commit()
