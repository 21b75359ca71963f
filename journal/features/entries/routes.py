"""The journal: its list, one entry, writing and changing it, deleting it with undo."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from journal import clock
from journal.core import records
from journal.core.errors import NotFound, StaleVersion
from journal.db import session
from journal.features.entries import actions, audiences, drafts, pages, queries
from journal.features.entries import search as searching
from journal.features.entries.blueprint import bp
from journal.features.entries.entry import NAME, Entry
from journal.features.entries.forms import EntryForm, form_of, id_of
from journal.features.entries.leaf import of_page, sent
from journal.features.entries.notices import just_kept, note_kept
from journal.web import prompts, soft_window
from journal.web.audience import audience
from journal.web.forms import INVALID
from journal.web.notices import offer_undo
from journal.web.zone import zone


@bp.get("/entries")
@audience("patient")
def index() -> str:
    """List entries by day, the newest first, all or those that are looked for."""
    db, keyring = session(), current_user.keyring
    before = request.args.get("before")
    search = searching.read(request.args, zone())
    page = queries.find(db, keyring, search, before=before)
    older = page.next_cursor
    return render_template(
        "entries/index.html",
        search=search,
        days=queries.days(page, search, clock.today(zone())),
        unfinished=[] if search.asks or before else drafts.unfinished(db, keyring),
        deleted=[] if search.asks else queries.deleted(db, keyring, clock.now()),
        older=search.address(before=older) if older else "",
        newest=search.address() if before else "",
    )


@bp.get("/entries/recently-deleted")
@audience("patient")
def deleted() -> str:
    """List what was deleted within a day, each with its way back."""
    found = queries.deleted(session(), current_user.keyring, clock.now())
    return render_template("entries/deleted.html", deleted=found)


@bp.get("/entries/new")
@audience("patient")
def new() -> Response | str:
    """Show an empty page to write on, or a draft to go on with."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    if "draft" not in request.args:
        form = EntryForm(formdata=None, prompt=prompts.tidy(request.args.get("prompt")))
        return pages.writing(db, keyring, form, now=now)
    leaf = of_page(id_of(request.args["draft"]), request.args.get("page"))
    version = drafts.entry_version(db, keyring, leaf.client_id)
    if version > 0:
        return redirect(url_for(".edit", record_id=leaf.client_id, page=leaf.other_page), 303)
    return pages.going_on(db, keyring, drafts.find(db, keyring, leaf), version, now=now)


@bp.post("/entries/new")
@audience("patient")
def create() -> Response | tuple[str, int] | str:
    """Keep a new entry; the same one sent again answers as the first did."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    form = EntryForm()
    form.audience.choices = audiences.UNNAMED
    if not form.validate():
        page = sent(request.form, form.client_id.data)
        return pages.writing(db, keyring, form, now=now, posted=page), INVALID
    try:
        written = form.written(unless=now)
        page = sent(request.form, form.client_id.data)
        kept = actions.keep(db, keyring, page, written, now=now)
    except StaleVersion as stale:
        db.rollback()
        return pages.conflict(db, keyring, form, stale.current, now=now)
    except NotFound:
        db.rollback()
        return pages.written_after_deletion(db, keyring, request.form, form.client_id.data, now=now)
    db.commit()
    return _kept(kept.id)


@bp.get("/entries/<uuid:record_id>")
@audience("patient")
def show(record_id: UUID) -> str:
    """Show one entry, who can read it, and who opened it when."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    opened = records.open_as_owner(db, keyring, record_id, kind=NAME)
    readers = audiences.readers_of(db, keyring, record_id, now=now)
    return render_template(
        "entries/show.html",
        record=opened,
        content=Entry.load(opened.content),
        readers=readers,
        who=audiences.said(readers.names),
        just_kept=just_kept(record_id),
    )


@bp.get("/entries/<uuid:record_id>/edit")
@audience("patient")
def edit(record_id: UUID) -> Response | str:
    """Show an entry to change it, with the changes that were not saved yet."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    opened = records.open_as_owner(db, keyring, record_id, kind=NAME)
    draft = pages.meant(db, keyring, opened, request.args.get("page"))
    if draft is None:
        return pages.writing(db, keyring, form_of(opened), now=now, opened=opened)
    form = pages.from_draft(draft)
    if draft.draft.version != opened.version:
        return pages.conflict(db, keyring, form, opened, now=now, draft=draft, status=200)
    return pages.writing(db, keyring, form, now=now, opened=opened, draft=draft)


@bp.post("/entries/<uuid:record_id>/edit")
@audience("patient")
def save(record_id: UUID) -> Response | tuple[str, int]:
    """Save an entry over the version it was opened at."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    try:
        opened = records.open_as_owner(db, keyring, record_id, kind=NAME)
        form, page = EntryForm(), sent(request.form, record_id)
        form.audience.choices = audiences.UNNAMED
        if not form.validate():
            again = pages.writing(db, keyring, form, now=now, opened=opened, posted=page)
            return again, INVALID
        before = Entry.load(opened.content).prompt
        version, written = form.version.data or 0, form.written(opened.occurred_at, before)
        changed = actions.change(db, keyring, page, version, written, now=now)
    except StaleVersion as stale:
        db.rollback()
        return pages.conflict(db, keyring, form, stale.current, now=now)
    except NotFound as error:
        if error.reason != "deleted":
            raise
        db.rollback()
        return pages.written_after_deletion(db, keyring, request.form, record_id, now=now)
    db.commit()
    if changed.scope != written.scope:
        flash(soft_window.waits(soft_window.open_until(db, keyring, now) or now))
    return _kept(record_id)


@bp.post("/entries/<uuid:record_id>/deletion")
@audience("patient")
def deletion(record_id: UUID) -> Response:
    """Delete an entry, with a day to undo."""
    db, keyring = session(), current_user.keyring
    actions.delete(db, keyring, record_id, now=clock.now())
    db.commit()
    undo = url_for(".restoration", record_id=record_id)
    told = soft_window.can_undo(db, keyring, clock.now())
    offer_undo(_("Entry deleted. %(undo)s", undo=told), undo)
    return redirect(url_for(".index"), 303)


@bp.post("/entries/<uuid:record_id>/restoration")
@audience("patient")
def restoration(record_id: UUID) -> Response:
    """Undo a deletion."""
    db, keyring = session(), current_user.keyring
    actions.restore(db, keyring, record_id, now=clock.now())
    db.commit()
    flash(_("The entry is back."))
    return redirect(url_for(".show", record_id=record_id), 303)


def _kept(record_id: UUID) -> Response:
    note_kept(record_id)
    return redirect(url_for(".show", record_id=record_id), 303)
