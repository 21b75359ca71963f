"""A reminder by e-mail: once, to her alone, and nobody who sees it learns what it is about."""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import func, select

from journal.core.reminder_models import Outgoing
from journal.features.reminders import jobs
from tests.people import NOW
from tests.town import Town, email

from .certificates import contexts
from .conftest import PostOffice, free_port, set_up, work

PAGE = "/account/reminders"
AT_EIGHT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
# What this app is about; none of it may stand in what leaves it.
TELLING = re.compile(
    r"ketamin|therap|mood|anxi|psych|session|medic|clinic|patient|journal|check-in|ana|wrenmeadow",
    re.IGNORECASE,
)


@pytest.fixture
def reminded(clinic: Town) -> Town:
    """Ana wants one by e-mail every evening at eight."""
    clinic.ana.arrive(PAGE, on="y", time="20:00", days=list("0123456"), email="y")
    return clinic


def read(content: bytes | str | None) -> EmailMessage:
    assert isinstance(content, bytes)
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def waiting(town: Town) -> int:
    with town.database.session() as db:
        return db.scalar(select(func.count()).select_from(Outgoing)) or 0


def test_it_comes_once_and_says_nothing(reminded: Town, post_office: PostOffice) -> None:
    work(reminded, AT_EIGHT - timedelta(minutes=1))
    assert post_office.came == []
    for seconds in (0, 30, 60):
        work(reminded, AT_EIGHT + timedelta(seconds=seconds))
    [envelope] = post_office.came
    assert envelope.rcpt_tos == [email("ana")]
    message = read(envelope.content)
    seen = [f"{name}: {value}" for name, value in message.items() if name != "To"]
    seen.append(message.get_content())
    assert not [one for one in seen if TELLING.search(one)]
    links = re.findall(r"https?://\S+", message.get_content())
    assert links == ["http://127.0.0.1:8000/"]
    assert post_office.hello == "127.0.0.1"


def test_nobody_gets_mail_who_did_not_ask_for_it(clinic: Town, post_office: PostOffice) -> None:
    clinic.ana.arrive(PAGE, on="y", time="20:00", days=list("0123456"))
    work(clinic, AT_EIGHT)
    assert post_office.came == []


def test_a_mail_program_stops_it_with_one_post_and_no_page(
    reminded: Town, post_office: PostOffice
) -> None:
    work(reminded, AT_EIGHT)
    message = read(post_office.came[0].content)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = message["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    stranger = reminded.stranger
    # A program that looks at links only asks; nothing stops by that.
    assert stranger.get(path).status_code == 200
    work(reminded, AT_EIGHT + timedelta(days=1))
    assert len(post_office.came) == 2
    answer = stranger.client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    work(reminded, AT_EIGHT + timedelta(days=2))
    assert len(post_office.came) == 2
    assert stranger.get(path[:-6] + "AAAAAA").status_code == 404
    assert stranger.client.post(path[:-6] + "AAAAAA").status_code == 404


def test_a_server_that_is_away_is_tried_again(reminded: Town, post_office: PostOffice) -> None:
    right = post_office.port
    set_up(reminded, smtp_port=1)
    work(reminded, AT_EIGHT)
    assert waiting(reminded) == 1
    set_up(reminded, smtp_port=right)
    work(reminded, AT_EIGHT + timedelta(seconds=59))
    assert post_office.came == []
    work(reminded, AT_EIGHT + timedelta(minutes=1))
    assert len(post_office.came) == 1
    assert waiting(reminded) == 0


@pytest.mark.parametrize(("answer", "kept"), [("451 later", 1), ("550 no such mailbox", 0)])
def test_a_refusal_for_good_is_not_tried_again(
    reminded: Town, post_office: PostOffice, answer: str, kept: int
) -> None:
    post_office.answer = answer
    work(reminded, AT_EIGHT)
    assert waiting(reminded) == kept


def test_a_server_without_encryption_gets_nothing(reminded: Town, post_office: PostOffice) -> None:
    set_up(reminded, smtp_security="starttls")
    work(reminded, AT_EIGHT)
    assert post_office.came == []
    assert waiting(reminded) == 1


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_it_goes_encrypted_and_to_a_server_that_shows_its_name(
    reminded: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    shows, believes = contexts(tmp_path, "localhost")
    office = PostOffice(free_port())
    tls = {"ssl_context": shows} if kind == "tls" else {"tls_context": shows}
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **tls)
    controller.start()
    try:
        set_up(reminded, smtp_host="localhost", smtp_port=office.port, smtp_security=kind)
        work(reminded, AT_EIGHT)
        assert (len(office.came), waiting(reminded)) == (0, 1), "nobody vouches for it"
        monkeypatch.setattr(ssl, "create_default_context", lambda: believes)
        work(reminded, AT_EIGHT + timedelta(minutes=1))
        assert (len(office.came), waiting(reminded)) == (1, 0)
    finally:
        controller.stop()


def test_a_worker_killed_before_it_sent_is_followed_by_another(
    reminded: Town, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_deliver", die)
        with pytest.raises(Killed):
            work(reminded, AT_EIGHT)
    work(reminded, AT_EIGHT + timedelta(seconds=119))
    assert post_office.came == []
    work(reminded, AT_EIGHT + timedelta(seconds=120))
    assert len(post_office.came) == 1


def test_sent_twice_it_carries_the_same_id(
    reminded: Town, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after sending and before noting it: mail programs show one."""
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_settle", lambda *_: None)
        work(reminded, AT_EIGHT)
    work(reminded, AT_EIGHT + timedelta(minutes=2))
    ids = [read(one.content)["Message-ID"] for one in post_office.came]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_what_was_late_waits_for_the_end_of_her_quiet_hours(
    clinic: Town, post_office: PostOffice
) -> None:
    every_day = list("0123456")
    hours = {"quiet_from": "20:30", "quiet_to": "21:00"}
    clinic.ana.arrive(PAGE, on="y", time="20:00", days=every_day, email="y", **hours)
    work(clinic, AT_EIGHT + timedelta(minutes=31))
    assert post_office.came == []
    work(clinic, AT_EIGHT + timedelta(minutes=60))
    assert len(post_office.came) == 1


def test_the_operators_command_sends_it(
    reminded: Town, post_office: PostOffice, app: Flask
) -> None:
    import time_machine

    with time_machine.travel(NOW + timedelta(hours=11, seconds=1), tick=False):
        run = reminded.app.test_cli_runner().invoke(args=["work", "--once"])
    assert run.exit_code == 0
    assert len(post_office.came) == 1
