"""The operator's commands for the directory of help lines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from journal import clock
from journal.features.safety import help_lines as lines
from journal.features.safety.help_lines import KINDS, WAYS, Countries, HelpLine

A_DAY = click.DateTime(formats=["%Y-%m-%d"])
NEVER = "never tried"


@click.group("help-lines")
def help_lines() -> None:
    """Look after the numbers on the Help now page."""


@help_lines.command("list")
@with_appcontext
def show() -> None:
    """Print every line, and when somebody last tried it."""
    found = lines.directory(folder())
    if found.wrong:
        click.echo(f"{folder() / lines.FILE} can't be read: these are shown instead.", err=True)
    for code, line in found.lines():
        when = line.verified_on.isoformat() if line.verified_on else NEVER
        about = " ".join(filter(None, [line.kind, line.name]))
        click.echo(f"{code} {line.number} {about} ({', '.join(line.ways)}): {when}")


@help_lines.command("add")
@click.argument("country")
@click.argument("number")
@click.option("--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True)
@click.option("--way", "ways", type=click.Choice(WAYS), multiple=True, default=[WAYS[0]])
@click.option("--name", default="", help="What it is called, where its kind does not say enough.")
@with_appcontext
def add(country: str, number: str, kind: str, ways: tuple[str, ...], name: str) -> None:
    """Add NUMBER in COUNTRY (such as AT), or change what is said of it. Try it first."""
    line = HelpLine(kind, plain(number), tuple(dict.fromkeys(ways)), None, name.strip())
    code = country.upper()
    change(lambda there: lines.with_line(there, code, line))
    click.echo(
        f"Added: {code} {line.number}. Call it, then: help-lines verify {code} {line.number}"
    )


@help_lines.command("remove")
@click.argument("country")
@click.argument("number")
@with_appcontext
def remove(country: str, number: str) -> None:
    """Take NUMBER off the page."""
    found = one(country, number)
    change(lambda there: lines.without_line(there, country.upper(), found.number))
    click.echo(f"Removed: {country.upper()} {found.number}")


@help_lines.command("verify")
@click.argument("country")
@click.argument("number")
@click.option("--on", "on", type=A_DAY, help="The day it was tried, such as 2026-11-22: today.")
@with_appcontext
def verify(country: str, number: str, on: datetime | None) -> None:
    """Say that somebody has called NUMBER and reached whom it promises."""
    today = clock.now().date()
    day = on.date() if on else today
    if day > today:
        raise click.ClickException("that day is still to come")
    line = replace(one(country, number), verified_on=day)
    change(lambda there: lines.with_line(there, country.upper(), line))
    click.echo(f"Verified on {day.isoformat()}: {country.upper()} {line.number}")


def change(make: Callable[[Countries], Countries]) -> None:
    """Write what is made of the directory that is there; one line says what stands against it."""
    found = lines.directory(folder())
    if found.wrong:
        raise click.ClickException(f"{folder() / lines.FILE} can't be read: mend or remove it")
    changed = make(found.countries)
    if not any(country.lines for country in changed):
        raise click.ClickException("this is the last line: a page without a number helps nobody")
    try:
        lines.keep(folder(), changed)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def one(country: str, number: str) -> HelpLine:
    """Return the line of that number; a click error when there is none."""
    for code, line in lines.directory(folder()).lines():
        if (code, line.number) == (country.upper(), plain(number)):
            return line
    raise click.ClickException(f"no such line: {country.upper()} {plain(number)}")


def plain(number: str) -> str:
    """Return a number as it is dialled."""
    return number.replace(" ", "")


def folder() -> Path:
    """Return the instance's folder."""
    found: Path = current_app.extensions["journal"].settings.instance_path
    return found
