"""Check in, look back, change, delete and take back."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from journal import clock
from journal.core import records
from journal.core.errors import NotFound, StaleVersion
from journal.db import session
from journal.features.checkins import actions, queries
from journal.features.checkins.checkin import KIND, CheckIn
from journal.features.checkins.forms import EditForm, NewForm
from journal.web import safety_rules, who_reads
from journal.web.audience import audience
from journal.web.forms import CONFLICT, answer_invalid, refuse_as_deleted, replaces
from journal.web.notices import offer_undo
from journal.web.soft_window import can_undo
from journal.web.zone import zone

bp = Blueprint("checkins", __name__, url_prefix="/check-ins")


@bp.get("")
@audience("patient")
def index() -> str:
    """Show the check-ins, newest first."""
    page = queries.newest(session(), current_user.keyring, request.args.get("before"))
    return render_template(
        "checkins/index.html",
        days=queries.by_day(page.items, zone()),
        next_cursor=page.next_cursor,
        deleted=queries.deleted(session(), current_user.keyring, clock.now()),
    )


@bp.get("/recently-deleted")
@audience("patient")
def deleted() -> str:
    """List what was deleted within a day, each with its way back."""
    found = queries.deleted(session(), current_user.keyring, clock.now())
    return render_template("checkins/deleted.html", deleted=found)


@bp.get("/new")
@audience("patient")
def new() -> str:
    """Show the empty form."""
    around = queries.around_new(session(), current_user.keyring, clock.now())
    return render_template("checkins/new.html", form=NewForm(), around=around)


@bp.post("/new")
@audience("patient")
def write() -> Answer:
    """Write a check-in; the same form sent again writes nothing."""
    form, db, keyring, now = NewForm(), session(), current_user.keyring, clock.now()
    if not form.validate():
        around = queries.around_new(db, keyring, now)
        return answer_invalid("checkins/new.html", form, around=around)
    written = actions.write(db, keyring, form, now=now)
    if not form.is_kept_as(written):
        db.rollback()
        return answer_taken(written)
    # Read in the transaction that writes: nobody's consent begins or ends in between.
    names = queries.readers_of_written(db, keyring, written, now=now)
    help_at = "" if written.binned else safety_rules.after_write(db, keyring, written, now)
    db.commit()
    tell_saved(names, written.id) if written.binned is None else tell_deleted()
    home = "today.today" if form.came_from.data == "today" else "checkins.index"
    return redirect(help_at or url_for(home), 303)


@bp.get("/<uuid:record_id>/edit")
@audience("patient")
def edit(record_id: UUID) -> str:
    """Show one check-in to be changed."""
    db, keyring = session(), current_user.keyring
    opened = records.open_as_owner(db, keyring, record_id, kind=KIND)
    form = EditForm(obj=CheckIn.load(opened.content))
    form.occurred_at.data, form.version.data = opened.occurred_at, opened.version
    around = queries.around_old(db, keyring, record_id, clock.now())
    return render_template("checkins/edit.html", form=form, around=around, record=opened)


@bp.post("/<uuid:record_id>/edit")
@audience("patient")
def change(record_id: UUID) -> Answer:
    """Save a changed check-in, unless another device changed it meanwhile."""
    form, db, keyring, now = EditForm(), session(), current_user.keyring, clock.now()
    try:
        opened = records.open_as_owner(db, keyring, record_id, kind=KIND)
        around = queries.around_old(db, keyring, record_id, now)
        if not form.validate():
            return answer_invalid("checkins/edit.html", form, around=around, record=opened)
        changed = actions.change(db, keyring, opened, form, now=now)
        help_at = safety_rules.after_write(db, keyring, changed, now)
    except StaleVersion as stale:
        db.rollback()  # the next writer need not wait for this page
        return answer_stale(form, around, stale.current)
    except NotFound as error:
        db.rollback()
        return answer_deleted(error)
    db.commit()
    flash(who_reads.saved(around.readers))
    return redirect(help_at or url_for("checkins.index"), 303)


@bp.post("/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Answer:
    """Delete one check-in, with a way back."""
    db = session()
    records.remove(db, current_user.keyring, record_id, now=clock.now(), kind=KIND)
    db.commit()
    offer_undo(
        _("Check-in deleted. %(undo)s", undo=can_undo(db, current_user.keyring, clock.now())),
        url_for("checkins.restoration", record_id=record_id),
    )
    return redirect(url_for("checkins.index"), 303)


@bp.post("/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Answer:
    """Take a deletion back."""
    db = session()
    records.restore(db, current_user.keyring, record_id, now=clock.now(), kind=KIND)
    db.commit()
    flash(_("The check-in is back."))
    return redirect(url_for("checkins.index"), 303)


def answer_taken(written: records.Opened) -> Answer:
    """Other words under an id that is taken (the back button, then save): keep both, lose none."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    if written.binned is None:
        return answer_stale(EditForm(), queries.around_old(db, keyring, written.id, now), written)
    return answer_deleted(NotFound("deleted"))


def answer_deleted(error: NotFound) -> Answer:
    """Give back as a new form what was typed into one that was deleted; raise for all else."""
    if error.reason != "deleted":
        raise error
    db, keyring, now = session(), current_user.keyring, clock.now()
    form = NewForm()
    refuse_as_deleted(form)
    return answer_invalid("checkins/new.html", form, around=queries.around_new(db, keyring, now))


def answer_stale(form: EditForm, around: queries.Around, current: records.Opened) -> Response:
    """Answer 409 with what is saved and what was typed; sent from there, the typed one wins."""
    replaces(form, current.version)
    page = render_template("checkins/stale.html", form=form, around=around, record=current)
    return make_response(page, CONFLICT)


def tell_saved(names: list[str], record_id: UUID) -> None:
    """Say on the next page that it is saved, with a way to take it back."""
    offer_undo(who_reads.saved(names), url_for("checkins.deletion", record_id=record_id))


def tell_deleted() -> None:
    """Say on the next page that what was sent again was deleted since: never "saved"."""
    flash(_("You deleted this check-in. It was not saved again."), "wrong")
