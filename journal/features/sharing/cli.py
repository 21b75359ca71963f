"""The operator's, and anyone's, check of receipts, away from any database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from journal.core import receipt_chain, receipts
from journal.core.errors import NotGenuine
from journal.core.receipt_chain import Problem
from journal.core.receipt_members import ScopeTold
from journal.core.receipts import Genuine

A_FILE = click.Path(path_type=Path)
LARGEST = 1024 * 1024  # a receipt is some kilobytes
FOLDER = "receipts"  # in an unpacked export
PROBLEMS = {
    "not-genuine": "{name} is not genuine: no receipt, or changed after it was signed.",
    "other-patient": "{name} is genuine, but another patient's.",
    "other-key": "{name} rests on another key than the receipts before it.",
    "new-key": "{name}, number {n}, rests on another key than those before it. So it is after a"
    " new start without password and kit; but anybody could have made it: ask the patient.",
    "twice": "{name} is a second receipt with number {n}.",
    "missing": "Number {n} is missing.",
    "widened": "{name}, number {n}, gives more than the patient's own key allowed.",
    "unlinked": "{name}, number {n}, does not follow the one before it.",
}


@click.command("verify-receipt")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=A_FILE)
@click.option("--key", default="", help="The patient's key that it has to rest on, in hex.")
def verify_receipt(paths: tuple[Path, ...], key: str) -> None:
    """Verify a consent receipt, or several as one patient's chain: status 0 when all is well.

    FILE is a receipt, or a folder of them such as an unpacked export. Nothing is needed but this
    program: no database, no site key, no network.
    """
    try:
        documents = list(read(paths))
    except OSError:
        click.echo("The file can't be read.", err=True)
        raise SystemExit(1) from None
    if len(paths) == 1 and not paths[0].is_dir():
        well = tell_one(documents[0][1], key)
    else:
        well = tell_chain(documents, key)
    if not well:
        raise SystemExit(1)


def read(paths: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield each file's name and content, those of a folder by their names; raises OSError."""
    for path in paths:
        inside = path / FOLDER if (path / FOLDER).is_dir() else path
        files = sorted(inside.glob("*.json")) if inside.is_dir() else [inside]
        for file in files:
            with file.open("rb") as opened:
                yield file.name, opened.read(LARGEST).strip()


def tell_one(document: bytes, key: str) -> bool:
    """Print what one receipt says, or why it is none; return whether it holds."""
    try:
        genuine = receipts.verify(document)
    except NotGenuine:
        click.echo("Not genuine: this is no receipt, or it was changed after it was signed.")
        return False
    if not rests_on(genuine, key):
        return False
    for line in told(genuine):
        click.echo(line)
    return True


def tell_chain(documents: list[tuple[str, bytes]], key: str) -> bool:
    """Print what several receipts say together; return whether they are one whole chain."""
    chain = receipt_chain.check(documents)
    for genuine in chain.receipts:
        one = genuine.told
        click.echo(f"Number {one.n}: {one.event}, {at(one.at)}, consent {one.grant}")
    for problem in chain.problems:
        click.echo(sentence(problem))
    if not chain.receipts:
        click.echo("There is no genuine receipt here.")
        return False
    if chain.problems:
        click.echo("Not a whole chain.")
        return False
    if not rests_on(chain.receipts[0], key):
        return False
    last = chain.receipts[-1]
    click.echo(f"Genuine and whole: numbers 1 to {last.told.n} of patient {last.told.patient}.")
    click.echo("Whether there are later ones can't be told from these.")
    click.echo(whose(last))
    return True


def rests_on(genuine: Genuine, key: str) -> bool:
    """Tell whether a receipt rests on the key that was asked for, if one was."""
    if key and key.casefold() != genuine.root_public.hex():
        click.echo("Genuine by itself, but it rests on another key: it is not this patient's.")
        return False
    return True


def sentence(problem: Problem) -> str:
    """Return a problem in plain words."""
    return PROBLEMS[problem.kind].format(name=problem.name, n=problem.n)


def told(genuine: Genuine) -> list[str]:
    """Return what a receipt says as lines in plain words."""
    said = genuine.told
    scopes = ", ".join(f"{scope.name} ({since(scope)})" for scope in said.scopes)
    until = "stopped" if said.not_after is None else at(said.not_after)
    return [
        "Genuine: signed by a session that the patient's own key certified.",
        f"Receipt:   {said.id}, number {said.n} of this patient",
        f"Event:     {said.event}, {at(said.at)}",
        f"Patient:   {said.patient}",
        f"Therapist: {said.reader}, key {said.reader_fingerprint}",
        f"Consent:   {said.grant}, for {said.purpose}",
        f"Scopes:    {scopes or 'none'}",
        f"Until:     {'it is over' if said.over else until}",
        whose(genuine),
    ]


def whose(genuine: Genuine) -> str:
    """Return what no receipt can prove by itself."""
    return (
        "That its key is this patient's is not in the file: compare it with what you keep:"
        f" {genuine.root_public.hex()}"
    )


def since(scope: ScopeTold) -> str:
    """Return from when on a scope was shared."""
    return "everything" if scope.since == "everything" else f"since {at(scope.added_at)}"


def at(seconds: int) -> str:
    """Return a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
