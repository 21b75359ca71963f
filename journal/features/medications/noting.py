"""What medicines do in a way of their own as they are noted: names at hand, checks that are due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.features.medications import checking, queries
from journal.features.medications.forms import ChangeForm, NotedForm
from journal.features.medications.pieces import CHANGE, CHECK, SCOPE
from journal.features.medications.sorts import SORTS
from journal.web import readers
from journal.web.pieces.sorts import Deed, Pieces, Sort


def begun(db: Session, keyring: Keyring, sort: Sort[NotedForm], _now: datetime) -> NotedForm:
    """Return an empty form, with the name of the medicine that its address asks for."""
    wanted = request.args.get("of")
    if sort.name != CHANGE or not wanted:
        return sort.form(formdata=None)
    try:
        return sort.form(formdata=None, name=queries.name_of(db, keyring, UUID(wanted)))
    except ValueError as error:
        raise NotFound("no id") from error


def content(
    _db: Session, _keyring: Keyring, form: NotedForm, _before: Opened | None, _now: datetime
) -> dict[str, Any]:
    """Return what the form says."""
    return form.piece().dump()


def facts(
    db: Session, keyring: Keyring, form: NotedForm, opened: Opened | None, now: datetime
) -> Mapping[str, object]:
    """Return who reads it, and the names of medicines that she wrote before."""
    if opened is None:
        names = readers.of_scope(db, keyring, SCOPE, now=now)
    else:
        names = readers.of_record(db, keyring, opened.id, now=now)
    is_change = isinstance(form, ChangeForm)
    return {"readers": names, "names": queries.names(db, keyring) if is_change else []}


def after(db: Session, keyring: Keyring, deed: Deed, record: Opened, now: datetime) -> None:
    """Take the check that is due as done, when one was written."""
    if deed is Deed.WRITTEN and record.kind == CHECK:
        checking.settle(db, keyring, now)


NOTED = Pieces(
    "medications",
    shown="medications.show",
    hub="medications.hub",
    called=_l("Medicines"),
    sorts=SORTS,
    content=content,
    facts=facts,
    begun=begun,
    after=after,
    above="medications/_ask.html",
)
