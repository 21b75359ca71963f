"""What phones sent while nobody was signed in, opened in the session that has just begun."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from journal.core import inbox, records
from journal.core.errors import Damaged
from journal.core.inbox import Outcome
from journal.web import kinds, logging, safety_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.inbox import Put
    from journal.core.keyring import Keyring
    from journal.core.opened import Opened

    # The fields of a form that has arrived; what its page had sent ahead is over. No commit.
    Settle = Callable[[Session, Keyring, Mapping[str, str]], None]

_puts: dict[str, Put] = {}
_settles: list[Settle] = []


def register(name: str, put: Put) -> None:
    """Make known what takes in the unfinished of one name; a second one raises ValueError."""
    if _puts.setdefault(name, put) is not put:
        raise ValueError(f"two features take in what is called {name}")


def after_forms(settle: Settle) -> None:
    """Make known what is told the fields of each form that came as a whole."""
    if settle not in _settles:
        _settles.append(settle)


def open_waiting(db: Session, keyring: Keyring, now: datetime) -> Outcome:
    """Make records of what waits for a patient; commits.

    What can't be done now waits for the next time: nobody is kept out of a journal by it.
    """
    if keyring.role != "patient":
        return Outcome(0, 0)
    came: list[Mapping[str, str]] = []

    def note(name: str, fields: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        came.append(fields)
        return read(name, fields)

    try:
        outcome = inbox.open_waiting(db, keyring, note, now=now, puts=_puts)
        for settle, fields in product(_settles, came):
            settle(db, keyring, fields)
            db.commit()
        if outcome.opened:
            safety_rules.after_arrival(db, keyring, _arrived(db, keyring), now)
            db.commit()
    except (Damaged, OperationalError) as error:
        db.rollback()
        logging.failure(error)
        return Outcome(0, 0)
    return outcome


def _arrived(db: Session, keyring: Keyring) -> Iterator[Opened]:
    """Yield what phones wrote lately, of the kinds that a rule can be about; the oldest first.

    More than has just come: a rule that applied to one of them before does not apply again.
    """
    for source in safety_rules.sources():
        page = records.newest_as_owner(
            db, keyring, scopes_named=(source.scope,), kind=source.kind, limit=inbox.MOST_ITEMS
        )
        yield from (one for one in reversed(page.items) if one.readable and one.phone)


def read(name: str, fields: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the scope and the content of an item; ValueError for what no phone may write."""
    try:
        kind = kinds.kind(name)
    except KeyError as error:
        raise ValueError("no such kind") from error
    if kind.parse is None:
        raise ValueError("not written on phones")
    return kind.scope, kind.parse(MultiDict(fields))


def tell(outcome: Outcome) -> None:
    """Say on the next page what came of it, by number: a flashed message lies in a cookie."""
    if outcome.opened:
        flash(
            ngettext(
                "%(num)s thing that you wrote on a phone is in your journal now.",
                "%(num)s things that you wrote on a phone are in your journal now.",
                outcome.opened,
            )
        )
    if outcome.unfinished:
        flash(
            ngettext(
                "%(num)s thing that you had not finished came from your phone. "
                "It waits in your journal, under Unfinished.",
                "%(num)s things that you had not finished came from your phone. "
                "They wait in your journal, under Unfinished.",
                outcome.unfinished,
            )
        )
    if outcome.refused:
        flash(
            _("Something that a phone sent could not be read. It waits under your account."),
            "wrong",
        )
