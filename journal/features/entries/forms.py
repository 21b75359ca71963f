"""The form an entry is written in."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from journal import clock
from journal.core.errors import NotFound
from journal.core.records import Opened
from journal.features.entries.entry import LONGEST_BODY, LONGEST_TITLE, PRIVATE, Entry
from journal.web import prompts
from journal.web.fields import CLOCKS_DIFFER, ClientIdField, MomentField, TagsField, WholeField
from journal.web.filters import local_input
from journal.web.forms import BaseForm


class Written(NamedTuple):
    """What a valid form says: the words, for whom, and when it was."""

    entry: Entry
    scope: str
    occurred_at: datetime


class EntryForm(BaseForm):
    """Title, words, tags, when, and for whom; `version` on an edit, `client_id` on a new one."""

    client_id = ClientIdField()
    version = WholeField(validators=[Optional()], widget=HiddenInput())
    audience = RadioField(
        lazy_gettext("Who can read this"), default=PRIVATE, filters=[lambda said: said or PRIVATE]
    )
    prompt = HiddenField()
    title = StringField(
        lazy_gettext("Title"),
        [
            Length(
                max=LONGEST_TITLE,
                message=lazy_gettext("A title can have %(most)s letters.", most=LONGEST_TITLE),
            )
        ],
    )
    body = TextAreaField(
        lazy_gettext("Entry"),
        [
            DataRequired(lazy_gettext("Write something first, however short.")),
            Length(
                max=LONGEST_BODY,
                message=lazy_gettext(
                    "This is longer than one entry can be. Keep it as two: the limit is about "
                    "%(pages)s pages.",
                    pages=100,
                ),
            ),
        ],
    )
    tags = TagsField(lazy_gettext("Tags"))
    occurred_at = MomentField(lazy_gettext("When it was"), [Optional()])

    def validate_occurred_at(self, field: Any) -> None:
        """Refuse what is still to come, as WTForms asks."""
        if field.data and field.data > clock.now() + CLOCKS_DIFFER:
            raise ValidationError(_("This is still to come. An entry tells of now or before."))

    def written(self, unless: datetime, prompt: str = "") -> Written:
        """Return what was written; it was at `unless` when nothing else is said.

        prompt: the one it was written from before, which a form without the field leaves alone.

        The field holds whole minutes: a moment that was left alone keeps its seconds.
        """
        said: datetime | None = self.occurred_at.data
        if said is None or local_input(said) == local_input(unless):
            said = unless
        return Written(
            Entry(
                self.title.data or "",
                self.body.data or "",
                tuple(self.tags.data or ()),
                prompt if self.prompt.data is None else prompts.tidy(self.prompt.data),
            ),
            self.audience.data,
            said,
        )


def form_of(opened: Opened) -> EntryForm:
    """Return the form that edits this entry."""
    entry = Entry.load(opened.content)
    return EntryForm(
        formdata=None,
        version=opened.version,
        audience=opened.scope,
        title=entry.title,
        body=entry.body,
        tags=list(entry.tags),
        prompt=entry.prompt,
        occurred_at=opened.occurred_at,
    )


def id_of(text: str) -> UUID:
    """Return the id that a field or a query names; NotFound for anything else."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
