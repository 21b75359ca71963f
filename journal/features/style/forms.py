"""Fields to look at: none is ever kept."""

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from journal.web.fields import MomentField, TagsField, WholeField, options
from journal.web.forms import BaseForm

SCOPES = options(
    [("check-ins", lazy_gettext("Check-ins")), ("journal", lazy_gettext("Journal"))],
)
AUDIENCES = options(
    [("private", lazy_gettext("Only you")), ("journal", lazy_gettext("You and Tess"))],
)
WRONG = lazy_gettext("This is what is wrong, and what to do.")


class SampleForm(BaseForm):
    """One field of each kind."""

    email = StringField(lazy_gettext("E-mail"))
    password = PasswordField(lazy_gettext("Password"))
    note = TextAreaField(lazy_gettext("Note"))
    occurred_at = MomentField(lazy_gettext("When was it?"))
    scopes = SelectMultipleField(lazy_gettext("What may be read"), choices=SCOPES)
    since = RadioField(lazy_gettext("From when on"), choices=SCOPES)
    agreed = BooleanField(lazy_gettext("I wrote it down"))
    audience = RadioField(lazy_gettext("Who can read it"), choices=AUDIENCES)
    tags = TagsField(lazy_gettext("Tags"))
    mood = WholeField(lazy_gettext("Mood"))
    anxiety = WholeField(lazy_gettext("Anxiety"))
    energy = WholeField(lazy_gettext("Energy"))


def sample(prefix: str, *, wrong: bool = False) -> SampleForm:
    """Return the fields, filled in part; with wrong each is refused."""
    given = MultiDict({f"{prefix}-mood": "6", f"{prefix}-audience": "private"})
    form = SampleForm(given, prefix=prefix, meta={"csrf": False})
    if wrong:
        for field in form:
            field.errors = [WRONG]
    return form
