"""The operator's commands: each ends with one plain line when it can't go on."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from journal import clock, instance
from journal.config import Settings
from journal.core.site import SiteKey
from journal.crypto.errors import CryptoError
from journal.db import Database
from journal.operating import backup as backing_up
from journal.operating import (
    database_checks,
    lineage,
    machine_checks,
    restoring,
    site_key_copy,
    site_key_rotation,
)
from journal.operating.bare import BareParts
from journal.operating.doctor import PROBLEM, Check, Patient, count, examine
from journal.operating.refusals import Refused

A_FILE = click.Path(path_type=Path)


def plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Print what a command refuses for on one line, and end with status 1."""

    @wraps(command)
    def run(*given: object, **named: object) -> None:
        os.umask(0o077)
        try:
            command(*given, **named)
        except Refused as error:
            click.echo(str(error), err=True)
            raise SystemExit(1) from None

    return run


def parts() -> BareParts:
    """Return the app's settings and database; the site key is read where it is needed."""
    ours = current_app.extensions["journal"]
    return cast(BareParts, ours)


@click.command("backup")
@click.argument("folder", metavar="DIR", type=A_FILE)
@with_appcontext
@plainly
def backup(folder: Path) -> None:
    """Write a backup in two files into DIR, while the journal serves."""
    settings, database = parts().settings, parts().database
    with backing_up.made(settings, database, folder, now=clock.now()) as made:
        click.echo(f"Backup: {made.backup} ({made.rows} rows)")
        click.echo(f"Shred keys: {made.shred_keys}")
        for path in made.erased:
            click.echo(f"Erased, older than seven days: {path}")
        click.echo("Keep the two apart; to restore, take the newest shred keys with any backup.")
        remind()
        if not settings.testing:
            end_at_once()


def end_at_once() -> None:
    """End while writers still wait: what anybody was told is saved by now is in the files."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@click.command("restore")
@click.argument("file", type=A_FILE)
@click.option("--shred-keys", type=A_FILE, required=True, help="The newest file of shred keys.")
@click.option("--site-key", type=A_FILE, required=True, help="A copy of the site key.")
@with_appcontext
@plainly
def restore(file: Path, shred_keys: Path, site_key: Path) -> None:
    """Fill an empty instance from the backup in FILE."""
    done = restoring.restore(parts().settings, file, shred_keys, site_key)
    click.echo(f"Restored: {done.accounts} accounts and {done.records} records of {done.made_at}.")
    if done.ended:
        click.echo(f"Ended again what had ended since: {done.ended}.")
    click.echo("Everybody is signed out. Run doctor, then start the journal.")


@click.command("confirm-site-key-copy")
@click.argument("copy", required=False)
@with_appcontext
@plainly
def confirm_site_key_copy(copy: str | None) -> None:
    """Compare a copy of the site key: COPY is its path, or its version and checksum."""
    asked = "Path of the copy, or the first and the last word of its second line"
    site_key_copy.confirm(parts().settings, copy or click.prompt(asked), now=clock.now())
    click.echo("The copy is right: it opens this instance.")


@click.command("rotate-site-key")
@click.option("--prepare", "only", flag_value="prepare", help="Make a version; use it later.")
@click.option("--finish", "only", flag_value="finish", help="Drop the older versions.")
@click.option("--end-sessions", is_flag=True, help="With --finish: sign out who is in the way.")
@with_appcontext
@plainly
def rotate_site_key(only: str | None, end_sessions: bool) -> None:
    """Seal every outer layer under a new version of the site key, while the journal serves."""
    settings, database = parts().settings, parts().database
    if only == "prepare":
        site = site_key_rotation.prepare(settings)
        click.echo(f"Version {site.prepared} is prepared, and nothing uses it yet.")
        click.echo("Copy the file to every node and to where your copy is, then rotate-site-key.")
    elif only == "finish":
        dropped = site_key_rotation.finish(
            settings, database, end_sessions=end_sessions, now=clock.now()
        )
        click.echo(f"Dropped: version {', '.join(map(str, dropped)) or 'none was left'}.")
        click.echo("Keep an older copy for as long as you keep backups that need it.")
    else:
        rotate(settings, database)
    remind()


def rotate(settings: Settings, database: Database) -> None:
    """Rotate, and say what is left to do; raises Refused when layers do not open."""
    click.echo("This takes half a minute and more. People go on reading and writing.", err=True)
    moved = site_key_rotation.rotate(settings, database)
    click.echo(f"Version {moved.version} is in use; sealed anew: {moved.layers} outer layers.")
    if moved.closed:
        raise Refused(f"{count(moved.closed, 'outer layer')} did not open: see doctor.")
    click.echo("In an hour, on every node: rotate-site-key --finish.")


@click.command("accept-older-database")
@with_appcontext
@plainly
def accept_older_database() -> None:
    """Take the database that is there for the right one, though a newer one ran here."""
    settings, database = parts().settings, parts().database
    lineage.accept(database, settings.instance_path, now=clock.now())
    click.echo("Accepted. People whose browsers knew the newer one are still told.")


def make_doctor(*more: Check) -> click.Command:
    """Return the command doctor, with the checks that the caller's features bring."""

    @click.command("doctor")
    @with_appcontext
    @plainly
    def doctor() -> None:
        """Check everything that can be checked without a password: status 1 on a problem."""
        given = parts()
        patient = Patient(given.settings, given.database, site_key(), clock.now())
        checks = [*database_checks.checks(patient), *machine_checks.checks(patient), *more]
        problems = 0
        for finding in examine(patient, checks):
            click.echo(f"{finding.how}: {finding.line}")
            problems += finding.how == PROBLEM
        if problems:
            raise Refused(f"{count(problems, 'problem')} found.")
        click.echo("No problem found.")

    return doctor


def site_key() -> SiteKey | None:
    """Return the instance's site key, None if it can't be read."""
    try:
        return instance.read_site_key(parts().settings)
    except (OSError, UnicodeDecodeError, CryptoError):
        return None


def remind() -> None:
    """Print the reminder of the site key's copy, as long as none is confirmed."""
    settings, site = parts().settings, site_key()
    line: str | None = "The site key can't be read: without it this backup opens nothing"
    if site is not None:
        line = site_key_copy.reminder(settings, site)
    if line:
        click.echo(f"Warning: {line}")
