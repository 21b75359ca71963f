"""Who can read one record, in words, and who did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from journal.core import access_log, grants, heads, readers
from journal.core.access_log import Event
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.readers import Reader
from journal.core.scopes import CARE, PRIVATE
from journal.web import readers as by_name

MOST_OPENINGS = 5


class ReaderLine(NamedTuple):
    """One reader of a record, and the times she opened it, the latest first."""

    reader: Reader
    openings: list[Event]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can read a record, who else could, and who did and no longer can.

    `cut`: lines of the log were taken away, so it may have been opened more often.
    """

    reading: list[ReaderLine]
    others: list[Reader]
    before: list[Event]
    cut: bool = False

    @property
    def names(self) -> list[str]:
        """Return the names of all who can read it now."""
        return [line.reader.name for line in self.reading]


def readers_of(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> Readers:
    """Return who can read a record and when it was opened; NotFound when there is none."""
    held = grants.all_held(db, keyring, now=now)
    living = readers.readers_of(db, keyring, record_id, now=now, held=held)
    opened = access_log.events(
        db, keyring, now=now, record_id=record_id, names=("opened",), held=held
    )
    able = {reader.grant_id for reader in living if reader.can_read}
    return Readers(
        [ReaderLine(reader, _by(reader.grant_id, opened)) for reader in living if reader.can_read],
        [reader for reader in living if not reader.can_read],
        [event for event in opened if event.grant_id not in able][:MOST_OPENINGS],
        heads.is_cut(db, keyring),
    )


def of_course(
    db: Session, keyring: Keyring, *, now: datetime, opened: Opened | None = None
) -> list[tuple[str, str]]:
    """Return the two audiences of what belongs to her course, with the names behind them."""
    names = by_name.of_scope(db, keyring, CARE, now=now)
    if opened is not None and opened.scope == CARE:
        # It keeps its stratum: whoever's start it lies before does not come to read it.
        names = by_name.of_record(db, keyring, opened.id, now=now)
    shared = _("You and %(names)s", names=together(names))
    nobody = _("Your course of treatment: nobody else reads it yet")
    return [(PRIVATE, _("Only you")), (CARE, shared if names else nobody)]


def said(names: Sequence[str]) -> str:
    """Return who can read it, as a sentence."""
    if not names:
        return str(_("Only you can read this."))
    return str(_("You and %(names)s can read this.", names=together(names)))


def saved(names: Sequence[str]) -> str:
    """Say that it is saved, and how many can read it: a flashed message lies in a cookie."""
    shared = ngettext(
        "Saved. You and %(num)s therapist can read this. Nobody watches this in real time.",
        "Saved. You and %(num)s therapists can read this. Nobody watches this in real time.",
        len(names),
    )
    return str(shared if names else _("Saved. Only you can read this."))


def together(names: Sequence[str]) -> str:
    """Return the names as a list in words, each once."""
    return ", ".join(dict.fromkeys(names))


def _by(grant_id: UUID, opened: list[Event]) -> list[Event]:
    """One reader's openings, those of one minute told once: a reload is no second reading."""
    found: dict[tuple[object, bool], Event] = {}
    for event in opened:
        if event.grant_id == grant_id:
            minute = event.at.replace(second=0, microsecond=0)
            found.setdefault((minute, event.genuine), event)
    return list(found.values())[:MOST_OPENINGS]
