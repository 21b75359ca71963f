"""The pages that a piece is written and shown on."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core import records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.features.integration import actions, assignments, pieces, queries, sorts
from journal.features.integration.forms import PieceForm, RevisitForm
from journal.features.integration.sorts import Sort
from journal.web import who_reads
from journal.web.forms import CONFLICT
from journal.web.parts import parts

# What an address may say of a piece to be written, by the form's field.
PREFILLED = ("entry", "insight", "practice", "after")


def begun(db: Session, keyring: Keyring, sort: Sort) -> PieceForm:
    """Return an empty form, with what its address says of it."""
    facts: dict[str, object] = {
        name: request.args[name] for name in PREFILLED if name in request.args
    }
    if "after" in facts:
        facts["after"] = request.args.get("after", 0, type=int)
    words = _begins_with(db, keyring, sort)
    form = sort.form(formdata=None, **facts, **({"words": words} if words else {}))
    if isinstance(form, RevisitForm):
        _about(db, keyring, form)
        if not form.about:
            raise NotFound("no practice")
    return form


def posted(db: Session, keyring: Keyring, sort: Sort) -> PieceForm:
    """Return the form that this request posts."""
    form = sort.form()
    if isinstance(form, RevisitForm):
        _about(db, keyring, form)
    return form


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
    form.audience.choices = queries.choices(db, keyring, now=now, opened=opened)
    return render_template("integration/write.html", sort=sort, form=form, opened=opened)


def conflict(
    db: Session, keyring: Keyring, sort: Sort, form: PieceForm, current: Opened, *, now: datetime
) -> Response:
    """Answer 409 with both; the form then carries the version that it would replace."""
    form.version.raw_data, form.version.data = None, current.version
    form.audience.choices = queries.choices(db, keyring, now=now, opened=current)
    page = render_template("integration/stale.html", sort=sort, form=form, record=current)
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
    """Render one piece with its readers."""
    opened = actions.opened(db, keyring, record_id)
    sort = sorts.of_kind(opened.kind)
    readers = who_reads.readers_of(db, keyring, record_id, now=now)
    return render_template(
        "integration/show.html",
        record=opened,
        sort=sort,
        piece=sort.load(opened.content),
        readers=readers,
        who=who_reads.said(readers.names),
        clinic_phone=parts().settings.clinic_phone,
    )


def saved(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> str:
    """Say that it is saved, and who can read it."""
    readers = who_reads.readers_of(db, keyring, record_id, now=now)
    return str(_("Saved. %(who)s", who=who_reads.said(readers.names)))


def _begins_with(db: Session, keyring: Keyring, sort: Sort) -> str:
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


def _about(db: Session, keyring: Keyring, form: RevisitForm) -> None:
    """Tell a revisit which practice it is about, if that is still there."""
    try:
        record_id = pieces.id_in(form.practice.data or "")
    except ValueError:
        record_id = None
    practice = queries.practice_of(db, keyring, record_id)
    form.about = "" if practice is None else practice.words
