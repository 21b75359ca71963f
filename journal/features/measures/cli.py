"""The operator's command for questionnaires: import one, look at what was understood."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from journal import clock
from journal.features.measures import shelf
from journal.features.measures.importing import Imported, read
from journal.features.measures.questionnaire import Question
from journal.features.measures.reading import MOST_BYTES, Refused
from journal.features.measures.rules import RULES

SHORT = 12  # letters of a hash


@click.command("import-questionnaire")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "instrument", default="", help="The instrument, where no code tells it.")
@click.option("--scores", default="", help="What the answers count, such as 0,1,2,3.")
@click.option("--dry-run", is_flag=True, help="Show what would be imported, and store nothing.")
@with_appcontext
def import_questionnaire(file: Path, instrument: str, scores: str, dry_run: bool) -> None:
    """Import a FHIR R4 Questionnaire from FILE, and ask it from now on."""
    with file.open("rb") as opened:
        source = opened.read(MOST_BYTES + 1)
    try:
        imported = read(source, instrument=instrument.strip(), scores=numbers(scores))
    except Refused as refused:
        for reason in refused.reasons:
            click.echo(reason, err=True)
        raise click.ClickException("nothing was imported") from refused
    show(imported)
    if dry_run:
        click.echo("Nothing was stored.")
        return
    with current_app.extensions["journal"].database.session() as db:
        new = shelf.put(db, imported.questionnaire, source, now=clock.now())
        db.commit()
    name = imported.questionnaire.hash[:SHORT]
    click.echo(f"Imported as version {name}." if new else f"Version {name} was here already.")
    click.echo("It is asked from now on. Compare the lines above with the printed form.")


def numbers(text: str) -> list[int]:
    """Return whole numbers between commas; a usage error for all else."""
    try:
        return [int(part) for part in text.split(",")] if text else []
    except ValueError as error:
        raise click.BadParameter("write whole numbers, such as 0,1,2,3") from error


def show(imported: Imported) -> None:
    """Print every question with what its answers count: a person must compare them."""
    asked = imported.questionnaire
    rule = RULES[asked.instrument]
    click.echo(f"{asked.title}: scored as {rule.name}")
    for number, question in enumerate(asked.questions, 1):
        click.echo(f"{number:3}. {question.text}")
        click.echo(f"     {told(question, question.link_id in asked.scored)}")
        if number in rule.turned:
            click.echo("     (turned round by the rule)")
    for line in imported.left_out:
        click.echo(f"Not asked: {line}")


def told(question: Question, counts: bool) -> str:
    """Return a question's answers on one line."""
    if not counts:
        return " | ".join(option.label for option in question.options) + "  (not scored)"
    return " | ".join(f"{option.score} = {option.label}" for option in question.options)
