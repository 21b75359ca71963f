"""The operator's commands."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from journal import clock
from journal.cli import Job
from journal.core import invitations, leases


def named(name: str, ran: list[str]) -> Job:
    """Return a job that notes that it ran."""
    return Job(name, lambda _db, *, now: ran.append(name))


def fail(_db: Session, *, now: datetime) -> None:
    """Fail."""
    raise RuntimeError


def test_otto_invites_a_therapist(app: Flask, db: Session) -> None:
    run = app.test_cli_runner().invoke(args=["invite-therapist", "tess@example.org"])
    link = run.stdout.splitlines()[-1]
    assert run.exit_code == 0
    token = link.removeprefix("http://127.0.0.1:8000/invitations/")
    assert invitations.open_invitation(db, token, now=clock.now()).role == "therapist"


def test_work_once_does_what_is_due_and_ends(app: Flask) -> None:
    run = app.test_cli_runner().invoke(args=["work", "--once"])
    assert run.exit_code == 0
    assert "failure" not in run.output


def test_a_job_that_another_worker_holds_is_left_to_it(
    app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr("journal.cli.JOBS", [named("held", ran), named("free", ran)])
    leases.claim(db, "held", "another", now=clock.now(), seconds=60)
    app.test_cli_runner().invoke(args=["work", "--once"])
    assert ran == ["free"]


def test_a_failing_job_holds_up_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr("journal.cli.JOBS", [Job("failing", fail), named("next", ran)])
    run = app.test_cli_runner().invoke(args=["work", "--once"])
    assert run.exit_code == 0
    assert ran == ["next"]


def test_a_finished_job_is_free_for_the_next_worker(app: Flask, db: Session) -> None:
    app.test_cli_runner().invoke(args=["work", "--once"])
    later = clock.now() + timedelta(seconds=1)
    assert leases.claim(db, "expire-consents", "another", now=later, seconds=60)
