"""The pages an entry is written on: new, edited, and when two versions meet."""

from datetime import datetime
from uuid import UUID

from flask import Response, make_response, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journal.core import records
from journal.core.keyring import Keyring
from journal.core.records import Opened
from journal.features.entries import audiences, drafts
from journal.features.entries.drafts import Unfinished
from journal.features.entries.entry import NAME, Entry
from journal.features.entries.forms import EntryForm
from journal.web.forms import INVALID

CONFLICT = 409


def writing(
    db: Session,
    keyring: Keyring,
    form: EntryForm,
    *,
    now: datetime,
    opened: Opened | None = None,
    draft: Unfinished | None = None,
    deleted: bool = False,
) -> str:
    """Render the writing page, for a new entry or for one that is there (`opened`)."""
    form.audience.choices = audiences.choices(db, keyring, now=now, opened=opened)
    object_id = opened.id if opened else form.client_id.data
    return render_template(
        "entries/write.html",
        form=form,
        opened=opened,
        draft=draft,
        deleted=deleted,
        action=url_for(".edit", record_id=object_id) if opened else url_for(".new"),
        autosave=url_for(".draft", client_id=object_id),
    )


def conflict(
    db: Session, keyring: Keyring, form: EntryForm, current: Opened, *, now: datetime
) -> Response:
    """Answer 409 with both texts; the form then carries the version it would replace."""
    form.version.raw_data = None
    form.version.data = current.version
    form.audience.choices = audiences.choices(db, keyring, now=now, opened=current)
    page = render_template(
        "entries/conflict.html", form=form, current=current, saved=Entry.load(current.content)
    )
    return make_response(page, CONFLICT)


def written_after_deletion(
    db: Session, keyring: Keyring, typed: MultiDict[str, str], *, now: datetime
) -> Response:
    """Answer 409 with the words in a new form: what they belonged to was deleted meanwhile."""
    form = EntryForm(formdata=_as_new(typed))
    return make_response(writing(db, keyring, form, now=now, deleted=True), CONFLICT)


def refused_draft(
    db: Session, keyring: Keyring, client_id: UUID, typed: MultiDict[str, str], *, now: datetime
) -> Response:
    """Answer a draft that can't be put aside with a page that still holds its words."""
    version = drafts.entry_version(db, keyring, client_id)
    if version < 0:
        return written_after_deletion(db, keyring, typed, now=now)
    form = EntryForm(formdata=typed)
    opened = records.open_as_owner(db, keyring, client_id, kind=NAME) if version else None
    if opened is not None and form.version.data != opened.version:
        return conflict(db, keyring, form, opened, now=now)
    form.audience.choices = audiences.choices(db, keyring, now=now, opened=opened)
    form.validate()
    return make_response(writing(db, keyring, form, now=now, opened=opened), INVALID)


def from_draft(draft: Unfinished, client_id: UUID) -> EntryForm:
    """Return the form as the draft left it, whether or not what stands in it is valid."""
    return EntryForm(formdata=draft.draft.form_fields(client_id))


def _as_new(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    kept = [pair for pair in typed.items(multi=True) if pair[0] not in ("client_id", "version")]
    return MultiDict(kept)
