"""The operator's command for a therapist who can't leave by herself."""

import click
from flask.cli import with_appcontext

from journal import clock
from journal.core import accounts, leaving
from journal.web.parts import parts


@click.command("end-therapist")
@click.argument("email")
@with_appcontext
def end_therapist(email: str) -> None:
    """End what the therapist at EMAIL holds: sessions, invitations, every consent to her."""
    ours = parts()
    with ours.database.session() as db:
        account_id = accounts.account_of(db, ours.site_key, email)
        ended = account_id and leaving.end_therapist(db, account_id, now=clock.now())
    if ended is None:
        click.echo("No therapist signs in with this address.", err=True)
        raise SystemExit(1)
    click.echo(f"Ended: every session and invitation, and {ended} consents. Nobody can read")
    click.echo("through this account; its patients are told when they next sign in.")
