"""The operator's, and anyone's, check of a receipt, away from any database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from journal.core import receipts
from journal.core.errors import NotGenuine


@click.command("verify-receipt")
@click.argument("file", type=click.Path(path_type=Path))
def verify_receipt(file: Path) -> None:
    """Verify the consent receipt in FILE: status 0 when it is genuine, 1 when it is not."""
    try:
        members = receipts.verify(file.read_bytes().strip())
    except OSError:
        click.echo("The file can't be read.", err=True)
        raise SystemExit(1) from None
    except NotGenuine:
        click.echo("Not genuine: this is no receipt, or it was changed after it was signed.")
        raise SystemExit(1) from None
    for line in told(members):
        click.echo(line)


def told(members: dict[str, Any]) -> list[str]:
    """Return a receipt's members as lines in plain words."""
    scopes = ", ".join(f"{scope['name']} ({since(scope)})" for scope in members["scopes"])
    ends = members["not_after"]
    return [
        "Genuine: signed by a session that the patient's own key certified.",
        f"Receipt:   {members['id']}, number {members['n']} of this patient",
        f"Event:     {members['event']}, {at(members['at'])}",
        f"Patient:   {members['patient']}",
        f"Therapist: {members['reader']}, key {members['reader_fingerprint']}",
        f"Consent:   {members['grant']}, for {members['purpose']}",
        f"Scopes:    {scopes or 'none'}",
        f"Until:     {'stopped' if ends is None else at(ends)}",
        "That the key belongs to this patient is not in the file: compare it with what you keep.",
    ]


def since(scope: dict[str, Any]) -> str:
    """Return from when on a scope was shared."""
    return "everything" if scope["since"] == "everything" else f"since {at(scope['added_at'])}"


def at(seconds: int) -> str:
    """Return a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
