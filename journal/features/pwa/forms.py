"""The fields of a page that is the same for everybody: its script seals them, nobody posts them."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField

from journal.web.fields import DecimalField, MomentField, TagsField, WholeField
from journal.web.forms import BaseForm


class PhoneForm(BaseForm):
    """A form without a token: it never leaves the phone as a form."""

    tags = TagsField(lazy_gettext("Tags"))
    occurred_at = MomentField(lazy_gettext("When was it?"))

    def __init__(self, **facts: Any) -> None:
        super().__init__(None, meta={"csrf": False}, **facts)


class PhoneEntry(PhoneForm):
    """What the contract calls an entry, but for whom: on a phone it is always private."""

    title = StringField(lazy_gettext("Title"))
    body = TextAreaField(lazy_gettext("Entry"))


class PhoneCheckIn(PhoneForm):
    """What the contract calls a check-in."""

    mood = WholeField(lazy_gettext("Mood"))
    anxiety = WholeField(lazy_gettext("Anxiety"))
    energy = WholeField(lazy_gettext("Energy"))
    connection = WholeField(lazy_gettext("Connection"))
    sleep_hours = DecimalField(lazy_gettext("Hours of sleep"))
    note = TextAreaField(lazy_gettext("Note"))
