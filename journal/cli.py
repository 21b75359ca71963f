"""The operator's commands, the core's and every feature's: `flask --app wsgi COMMAND`."""

import os
import signal
import socket
import threading
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import NoReturn, Protocol

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from journal import clock
from journal.config import Settings
from journal.core import endings, invitations, leases, sessions, throttle
from journal.db import Database, empty_log
from journal.features.sharing.cli import verify_receipt
from journal.operating.cli import backup, confirm_site_key_copy, restore
from journal.web import logging

WORK_EVERY = 30
# Longer than a job takes; a job whose worker died is free again after this.
LEASE_SECONDS = 120


class Run(Protocol):
    """What a job does."""

    def __call__(self, db: Session, *, now: datetime) -> object:
        """Do what is due now; the caller commits."""


@dataclass(frozen=True)
class Job:
    """Something due now and then, under a name that only one worker holds at a time."""

    name: str
    run: Run


JOBS = [
    Job("expire-consents", endings.expire_due),
    Job("sweep-sessions", sessions.sweep),
    Job("sweep-throttle", throttle.sweep),
    Job("empty-write-ahead-log", empty_log),
]


def register(app: Flask) -> None:
    """Give the app every command."""
    for command in (invite_therapist, work, verify_receipt, backup, confirm_site_key_copy):
        app.cli.add_command(command)
    register_bare(app)


def register_bare(app: Flask) -> None:
    """Give the app what can be done before there is a site key."""
    app.cli.add_command(restore)


@click.command("invite-therapist")
@click.argument("email")
@with_appcontext
def invite_therapist(email: str) -> None:
    """Print a one-time link with which the therapist at EMAIL signs up."""
    settings, database = parts()
    with database.session() as db:
        token = invitations.invite_therapist(db, email=email, now=clock.now())
        db.commit()
    click.echo(f"{settings.base_url}/invitations/{token}")


@click.command("work")
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
@with_appcontext
def work(once: bool) -> None:
    """Run the jobs that are due: ended consents, old sessions, old counters."""
    holder = f"{socket.gethostname()}-{os.getpid()}"
    database = parts()[1]
    if not once:
        signal.signal(signal.SIGTERM, end_at_once)
        signal.signal(signal.SIGINT, end_at_once)
    run_jobs(database, holder)
    while not once:
        threading.Event().wait(WORK_EVERY)
        run_jobs(database, holder)


def end_at_once(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave now: an open transaction is rolled back, and the next start takes it up."""
    raise SystemExit(0)


def run_jobs(database: Database, holder: str) -> None:
    """Run each job whose lease is free; one job's failure doesn't hold up the others."""
    for job in JOBS:
        try:
            run_job(database, job, holder)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is logged
            logging.failure(error)


def run_job(database: Database, job: Job, holder: str) -> None:
    """Run one job if no other worker holds its lease, then give the lease back."""
    with database.session() as db:
        if not leases.claim(db, job.name, holder, now=clock.now(), seconds=LEASE_SECONDS):
            return
        job.run(db, now=clock.now())
        db.commit()
        leases.claim(db, job.name, holder, now=clock.now(), seconds=0)


def parts() -> tuple[Settings, Database]:
    """Return the app's settings and database."""
    ours = current_app.extensions["journal"]
    return ours.settings, ours.database
