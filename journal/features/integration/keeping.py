"""What stays is kept in ways of its own: what it begins with, and what is asked because of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from journal.core import records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.features.integration import assignments, checking, pieces, practising, queries
from journal.features.integration.forms import RevisitForm, StaysForm
from journal.features.integration.sorts import HUB, SORTS
from journal.web import who_reads
from journal.web.pieces.sorts import Deed, Pieces, Sort
from journal.web.standing import standing

# What an address may say of a piece to be written, by the form's field.
PREFILLED = ("entry", "insight", "practice", "after")


def begun(db: Session, keyring: Keyring, sort: Sort[StaysForm], _now: datetime) -> StaysForm:
    """Return an empty form, with what its address says of it."""
    facts: dict[str, object] = {
        name: request.args[name] for name in PREFILLED if name in request.args
    }
    if "after" in facts:
        facts["after"] = request.args.get("after", 0, type=int)
    words = _begins_with(db, keyring, sort)
    form = sort.form(formdata=None, **facts, **({"words": words} if words else {}))
    if isinstance(form, RevisitForm) and not _about(db, keyring, form):
        raise NotFound("no practice")
    return form


def content(
    db: Session, keyring: Keyring, form: StaysForm, before: Opened | None, now: datetime
) -> dict[str, Any]:
    """Return what the form says, after the session that it is written after."""
    if isinstance(form, RevisitForm):
        form.about = _about(db, keyring, form)
    if before is None:
        here = standing(db, keyring, now)
        return form.piece(here.held, here.day).dump()
    said = SORTS[before.kind].load(before.content)
    return form.piece(getattr(said, "session", 0), getattr(said, "day", None)).dump()


def facts(
    db: Session, keyring: Keyring, form: StaysForm, opened: Opened | None, now: datetime
) -> Mapping[str, object]:
    """Tell the form who reads what, and which practice it looks back at."""
    form.audience.choices = who_reads.of_course(db, keyring, now=now, opened=opened)
    if isinstance(form, RevisitForm):
        form.about = _about(db, keyring, form)
    return {}


def after(db: Session, keyring: Keyring, deed: Deed, record: Opened, now: datetime) -> None:
    """Note which practices are to be looked back at; a check answers whichever is due."""
    practising.keep(db, keyring)
    if deed is Deed.WRITTEN and record.kind == pieces.AFTER_EFFECTS:
        checking.settle(db, keyring, now)


def _begins_with(db: Session, keyring: Keyring, sort: Sort[StaysForm]) -> str:
    """Return the words it begins with: an entry's first ones, or what a therapist gave."""
    if sort.name == pieces.PRACTICE:
        wanted = request.args.get("given", "")
        found = (one.words for one in assignments.given(db, keyring) if one.id == wanted)
        return next(found, "")
    if sort.name != pieces.INSIGHT or "entry" not in request.args:
        return ""
    try:
        entry = records.open_as_owner(db, keyring, UUID(request.args["entry"]), kind="entry")
    except (NotFound, ValueError):
        return ""
    return pieces.first_words(str(entry.content.get("body") or ""), 280)


def _about(db: Session, keyring: Keyring, form: RevisitForm) -> str:
    """Return the words of the practice that a revisit is about, "" where it is gone."""
    try:
        record_id = pieces.id_in(form.practice.data or "")
    except ValueError:
        return ""
    practice = queries.practice_of(db, keyring, record_id)
    return "" if practice is None else practice.words


STAYS = Pieces(
    "integration",
    shown="integration.show",
    hub=HUB,
    called=_l("What stays"),
    sorts=SORTS,
    content=content,
    facts=facts,
    begun=begun,
    after=after,
)
