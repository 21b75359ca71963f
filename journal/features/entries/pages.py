"""The pages an entry is written on: new, edited, and when two versions meet."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import Response, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journal.core import records
from journal.core.keyring import Keyring
from journal.core.records import Opened
from journal.features.entries import audiences, drafts
from journal.features.entries.drafts import Unfinished
from journal.features.entries.entry import NAME, Entry
from journal.features.entries.forms import EntryForm
from journal.features.entries.leaf import Sent, of_page, sent
from journal.web import prompts
from journal.web.forms import CONFLICT, INVALID, replaces


def writing(
    db: Session,
    keyring: Keyring,
    form: EntryForm,
    *,
    now: datetime,
    opened: Opened | None = None,
    draft: Unfinished | None = None,
    deleted: bool = False,
    posted: Sent | None = None,
) -> str:
    """Render the writing page, for a new entry or for one that is there (`opened`).

    It goes on from a draft, or from the page that was `posted`.
    """
    form.audience.choices = audiences.choices(db, keyring, now=now, opened=opened)
    object_id = opened.id if opened else form.client_id.data
    fresh = opened is None and draft is None and posted is None and not deleted
    asked = prompts.find(db, keyring, form.prompt.data)
    return render_template(
        "entries/write.html",
        form=form,
        prompt=asked,
        fresh=fresh,
        offered=prompts.offer(db, keyring, now) if fresh and asked is None else None,
        opened=opened,
        draft=draft,
        deleted=deleted,
        action=url_for(".edit", record_id=object_id) if opened else url_for(".new"),
        autosave=url_for(".draft", client_id=object_id),
        **_of_itself(db, keyring, object_id, draft, posted, first=opened is None),
    )


def conflict(
    db: Session,
    keyring: Keyring,
    form: EntryForm,
    current: Opened,
    *,
    now: datetime,
    draft: Unfinished | None = None,
    status: int = CONFLICT,
) -> Response:
    """Answer 409 with both texts; the form then carries the version it would replace."""
    replaces(form, current.version)
    form.audience.choices = audiences.choices(db, keyring, now=now, opened=current)
    page = render_template(
        "entries/conflict.html",
        form=form,
        current=current,
        saved=Entry.load(current.content),
        **_of_itself(
            db, keyring, current.id, draft, None if draft else sent(request.form, current.id)
        ),
    )
    return make_response(page, status)


def written_after_deletion(
    db: Session, keyring: Keyring, typed: MultiDict[str, str], client_id: UUID, *, now: datetime
) -> Response:
    """Answer 409 with the words in a new form: what they belonged to was deleted meanwhile."""
    form = EntryForm(formdata=_as_new(typed))
    page = writing(db, keyring, form, now=now, deleted=True, posted=sent(typed, client_id))
    return make_response(page, CONFLICT)


def refused_draft(
    db: Session, keyring: Keyring, client_id: UUID, typed: MultiDict[str, str], *, now: datetime
) -> Response:
    """Answer a draft that can't be put aside with a page that still holds its words."""
    version = drafts.entry_version(db, keyring, client_id)
    if version < 0:
        return written_after_deletion(db, keyring, typed, client_id, now=now)
    form = EntryForm(formdata=typed)
    opened = records.open_as_owner(db, keyring, client_id, kind=NAME) if version else None
    if opened is not None and form.version.data != opened.version:
        return conflict(db, keyring, form, opened, now=now)
    form.audience.choices = audiences.choices(db, keyring, now=now, opened=opened)
    form.validate()
    page = writing(db, keyring, form, now=now, opened=opened, posted=sent(typed, client_id))
    return make_response(page, INVALID)


def going_on(
    db: Session, keyring: Keyring, draft: Unfinished, version: int, *, now: datetime
) -> str:
    """Render a draft of what is no entry: not kept yet (`version` 0), or deleted since."""
    if version == 0 and draft.draft.version == 0:
        return writing(db, keyring, from_draft(draft), now=now, draft=draft)
    form = EntryForm(formdata=_as_new(draft.draft.form_fields(draft.leaf.client_id)))
    return writing(db, keyring, form, now=now, draft=draft, deleted=True)


def meant(db: Session, keyring: Keyring, opened: Opened, page: str | None) -> Unfinished | None:
    """Return the draft to change an entry with: the page's, or the latest of unsaved changes."""
    asked = drafts.found(db, keyring, of_page(opened.id, page))
    latest = drafts.of_version(db, keyring, opened.id, opened.version)
    return asked or latest if page else latest or asked


def from_draft(draft: Unfinished) -> EntryForm:
    """Return the form as the draft left it, whether or not what stands in it is valid."""
    return EntryForm(formdata=draft.draft.form_fields(draft.leaf.client_id))


def _of_itself(
    db: Session,
    keyring: Keyring,
    object_id: UUID,
    draft: Unfinished | None,
    posted: Sent | None,
    *,
    first: bool = False,
) -> dict[str, object]:
    # Every page is one of its own, even the same form shown again: who goes back to the one
    # before types there under another id.
    mark = draft.mark if draft else drafts.mark_of(db, keyring, posted) if posted else None
    begins = first and draft is None and posted is None
    return {"page": object_id if begins else uuid4(), "continues": mark.text if mark else ""}


def _as_new(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    kept = [pair for pair in typed.items(multi=True) if pair[0] not in ("client_id", "version")]
    return MultiDict(kept)
