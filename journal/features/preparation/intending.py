"""Intentions are kept in ways of their own: for the next session, and noted among the latest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from journal.core import records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.scopes import PRIVATE
from journal.features.preparation import actions
from journal.features.preparation.forms import IntentionForm, session_named
from journal.features.preparation.intention import KIND, Intention
from journal.web import who_reads
from journal.web.kinds import Kind
from journal.web.pieces.sorts import Deed, Pieces, Sort
from journal.web.standing import standing

INTENTION: Sort[IntentionForm] = Sort(
    Kind(KIND, PRIVATE, Intention.load, "preparation/_intention.html"),
    IntentionForm,
    _l("Your intention"),
    _l("Your intention"),
    _l("What would you like to bring with you, or ask?"),
    "preparation.show",
    "preparation.new",
    _l("Intention deleted."),
    _l("The intention is back."),
)


def begun(db: Session, keyring: Keyring, sort: Sort[IntentionForm], now: datetime) -> IntentionForm:
    """Return an empty form, for the next session if one is planned."""
    here = standing(db, keyring, now)
    return sort.form(formdata=None, session=here.next_id.hex if here.next_id else "")


def content(
    db: Session, keyring: Keyring, form: IntentionForm, before: Opened | None, _now: datetime
) -> dict[str, Any]:
    """Return what the form says; NotFound for what is no session of hers."""
    if before is not None:
        return form.intention(Intention.load(before.content).session).dump()
    named = session_named(form.session.data)
    if named:
        records.open_as_owner(db, keyring, named, kind=actions.SESSION)
    return form.intention(named.hex if named else "").dump()


def facts(
    db: Session, keyring: Keyring, form: IntentionForm, opened: Opened | None, now: datetime
) -> Mapping[str, object]:
    """Tell the form who reads what; return where she stands."""
    form.audience.choices = who_reads.of_course(db, keyring, now=now, opened=opened)
    return {"standing": standing(db, keyring, now)}


def after(db: Session, keyring: Keyring, deed: Deed, record: Opened, _now: datetime) -> None:
    """Note it among the latest, or take it off."""
    session = Intention.load(record.content).session
    actions.note(db, keyring, record.id, None if deed is Deed.DELETED else session)


INTENTIONS = Pieces(
    "preparation",
    shown="preparation.intention",
    hub="preparation.show",
    called=_l("Preparation"),
    sorts={KIND: INTENTION},
    content=content,
    facts=facts,
    begun=begun,
    after=after,
)
