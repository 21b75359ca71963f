"""The pages that something is written and shown on."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.features.medications import actions, pieces, queries, sorts
from journal.features.medications.forms import PieceForm
from journal.features.medications.sorts import Sort
from journal.web import readers
from journal.web.forms import CONFLICT
from journal.web.parts import parts


def begun(db: Session, keyring: Keyring, sort: Sort) -> PieceForm:
    """Return an empty form, with the name of the medicine that its address asks for."""
    wanted = request.args.get("of")
    if sort.name != pieces.CHANGE or not wanted:
        return sort.form(formdata=None)
    try:
        return sort.form(formdata=None, name=queries.name_of(db, keyring, UUID(wanted)))
    except ValueError as error:
        raise NotFound("no id") from error


def writing(
    db: Session,
    keyring: Keyring,
    sort: Sort,
    form: PieceForm,
    *,
    now: datetime,
    opened: Opened | None = None,
) -> str:
    """Render the page it is written on, new or changed."""
    return render_template(
        "medications/write.html",
        sort=sort,
        form=form,
        opened=opened,
        readers=_readers(db, keyring, opened, now),
        names=_names(db, keyring, sort),
    )


def conflict(
    db: Session, keyring: Keyring, sort: Sort, form: PieceForm, current: Opened, *, now: datetime
) -> Response:
    """Answer 409 with both; the form then carries the version that it would replace."""
    form.version.raw_data, form.version.data = None, current.version
    page = render_template(
        "medications/stale.html",
        sort=sort,
        form=form,
        record=current,
        readers=_readers(db, keyring, current, now),
        names=_names(db, keyring, sort),
    )
    return make_response(page, CONFLICT)


def as_new(
    db: Session, keyring: Keyring, sort: Sort, form: PieceForm, error: NotFound, *, now: datetime
) -> Response:
    """Give back as a new form what was typed into one that was deleted; raise for all else."""
    if error.reason != "deleted":
        raise error
    form.client_id.raw_data, form.client_id.data = None, uuid4()
    form.refuse(_("You deleted what was saved here before. Save again to keep this as a new one."))
    return make_response(writing(db, keyring, sort, form, now=now), CONFLICT)


def shown(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> str:
    """Render one with its readers; of a medicine all its changes, as many as are light enough."""
    opened = actions.opened(db, keyring, record_id)
    sort = sorts.of_kind(opened.kind)
    changes = queries.beside(db, keyring, opened) if opened.kind == pieces.CHANGE else []
    return render_template(
        "medications/show.html",
        record=opened,
        sort=sort,
        changes=changes,
        readers=readers.of_record(db, keyring, record_id, now=now),
        needs_help=queries.asks_for_help(db, keyring, opened),
        clinic_phone=parts().settings.clinic_phone,
    )


def _readers(db: Session, keyring: Keyring, opened: Opened | None, now: datetime) -> list[str]:
    if opened is None:
        return readers.of_scope(db, keyring, pieces.SCOPE, now=now)
    return readers.of_record(db, keyring, opened.id, now=now)


def _names(db: Session, keyring: Keyring, sort: Sort) -> list[str]:
    return queries.names(db, keyring) if sort.name == pieces.CHANGE else []
