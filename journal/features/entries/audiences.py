"""Who an entry is for, in words; who reads it and did is told as of every record."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core import consent, readers
from journal.core.keyring import Keyring
from journal.core.records import Opened
from journal.features.entries.entry import JOURNAL, PRIVATE
from journal.web.who_reads import Readers, readers_of, said, together

__all__ = ["UNNAMED", "Readers", "choices", "readers_of", "said"]
# Enough to check an answer by; a page that is shown says the names, which cost reading them.
UNNAMED = [(PRIVATE, ""), (JOURNAL, "")]


def choices(
    db: Session, keyring: Keyring, *, now: datetime, opened: Opened | None = None
) -> list[tuple[str, str]]:
    """Return the two audiences with the names behind them, for a new entry or an edited one."""
    alone: list[str] = []
    scoped = [
        grant.reader_name
        for grant in consent.all_grants(db, keyring, now=now)
        if grant.live and JOURNAL in grant.scopes
    ]
    if opened is not None:
        living = readers.readers_of(db, keyring, opened.id, now=now)
        alone = [reader.name for reader in living if reader.singly]
        if opened.scope == JOURNAL:
            # It keeps its stratum: whoever's start it lies before does not come to read it.
            scoped = [reader.name for reader in living if reader.by_scope]
    return [(PRIVATE, _private(alone)), (JOURNAL, _journal([*scoped, *alone]))]


def _private(alone: Sequence[str]) -> str:
    if not alone:
        return str(_("Only you"))
    return str(_("You, and %(names)s for this entry alone", names=together(alone)))


def _journal(names: Sequence[str]) -> str:
    if not names:
        return str(_("Your journal: nobody else reads it yet"))
    return str(_("You and %(names)s", names=together(names)))
