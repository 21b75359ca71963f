"""The operator's commands, the core's and every feature's: `flask --app wsgi COMMAND`."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import NoReturn, Protocol

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from journal import clock
from journal.config import Settings
from journal.core import endings, erasing, invitations, leases, sessions, soundness, throttle
from journal.db import Database, empty_log, rewrite_shred_keys
from journal.features.accounts.cli import end_therapist
from journal.features.measures.cli import import_questionnaire
from journal.features.reminders import jobs as reminders
from journal.features.safety.cli import help_lines
from journal.features.safety.help_lines import FILE, directory
from journal.features.sharing.cli import verify_receipt
from journal.operating import lineage
from journal.operating.cli import (
    accept_older_database,
    backup,
    confirm_site_key_copy,
    make_doctor,
    restore,
    rotate_site_key,
)
from journal.operating.doctor import Finding, Patient, count, fine, problem, warning
from journal.web import logging, metrics

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
    Job("sweep-invitations", invitations.sweep),
    Job("erase-accounts", erasing.erase_due),
    Job("empty-write-ahead-log", empty_log),
    Job("rewrite-shred-keys", rewrite_shred_keys),
    # Last: they wait for other machines.
    Job("plan-reminders", reminders.plan_due),
    Job("send-reminders", reminders.send_due),
]


def register(app: Flask) -> None:
    """Give the app every command."""
    register_bare(app)
    for command in with_site_key():
        app.cli.add_command(command)


def register_bare(app: Flask) -> None:
    """Give the app what can be done before there is a site key; the rest says what is missing."""
    app.cli.add_command(restore)
    app.cli.add_command(verify_receipt)
    app.cli.add_command(help_lines)
    app.cli.add_command(make_doctor(the_help_lines))
    for command in with_site_key():
        app.cli.add_command(without_site_key(command))


def with_site_key() -> tuple[click.Command, ...]:
    """Return the commands that need an instance with its key."""
    keys = (confirm_site_key_copy, rotate_site_key)
    ours = (accept_older_database, import_questionnaire)
    return (invite_therapist, end_therapist, work, backup, *keys, *ours)


def without_site_key(command: click.Command) -> click.Command:
    """Return what stands in for a command where the site key can't be read."""

    def refuse() -> None:
        raise click.ClickException(
            "The site key can't be read: is JOURNAL_INSTANCE_PATH right? doctor says more."
        )

    any_words = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(command.name, any_words, refuse, help=command.help)


def the_help_lines(patient: Patient) -> Iterator[Finding]:
    """Numbers that nobody has tried lately; a warning, for a wrong one only a person can find."""
    settings, today = patient.settings, patient.now.date()
    found = directory(settings.instance_path)
    if found.wrong:
        yield problem(f"{settings.instance_path / FILE} can't be read: other numbers are shown.")
    if not settings.clinic_phone:
        yield warning("The clinic's own number is missing on Help now: set JOURNAL_CLINIC_PHONE.")
    days = settings.help_lines_days
    old = [f"{code} {line.number}" for code, line in found.lines() if line.is_stale(today, days)]
    if old:
        told = count(len(old), "help line")
        yield warning(f"{told} not tried in {days} days: {', '.join(old)}. See help-lines verify.")
    else:
        yield fine("Every help line was tried lately.")


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
    settings, database = parts()
    if not once:
        signal.signal(signal.SIGTERM, end_at_once)
        signal.signal(signal.SIGINT, end_at_once)
        serve_counts(settings)
    run_all(settings, database, holder)
    while not once:
        threading.Event().wait(WORK_EVERY)
        run_all(settings, database, holder)


def end_at_once(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave now: an open transaction is rolled back, and the next start takes it up."""
    raise SystemExit(0)


def serve_counts(settings: Settings) -> None:
    """Serve the counts if that is asked for; without them the jobs go on."""
    if settings.metrics_address is None:
        return
    try:
        metrics.serve(settings.metrics_address)
    except OSError as error:
        logging.failure(error)


def run_all(settings: Settings, database: Database, holder: str) -> None:
    """Run the jobs, and note in this node's own folder how far the database has come."""
    run_jobs(database, holder)
    try:
        lineage.keep_up(database, settings.instance_path, now=clock.now())
    except (SQLAlchemyError, OSError) as error:
        logging.failure(error)


def run_jobs(database: Database, holder: str) -> None:
    """Run each job whose lease is free; one job's failure doesn't hold up the others."""
    for job in JOBS:
        try:
            run_job(database, job, holder)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is logged
            metrics.job_failures.labels(job.name).inc()
            logging.failure(error)


def run_job(database: Database, job: Job, holder: str) -> None:
    """Run one job if no other worker holds its lease, then give the lease back."""
    with database.session() as db:
        if not leases.claim(db, job.name, holder, now=clock.now(), seconds=LEASE_SECONDS):
            return
        job.run(db, now=clock.now())
        metrics.rotations_waiting.set(soundness.rotations(db).waiting)
        db.commit()
        metrics.job_ran(job.name, clock.now())
        leases.claim(db, job.name, holder, now=clock.now(), seconds=0)


def parts() -> tuple[Settings, Database]:
    """Return the app's settings and database."""
    ours = current_app.extensions["journal"]
    return ours.settings, ours.database
