"""The form of the workspace: whom an invitation is for."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from journal.web.fields import IdField
from journal.web.forms import BaseForm

LONGEST_LABEL = 80


class InvitationForm(BaseForm):
    """A therapist's own note about who an invitation is for; it never leaves her sealed state."""

    label = StringField(
        _l("Your own note"),
        validators=[
            DataRequired(_l("Write a few letters that tell you who this is for.")),
            Length(max=LONGEST_LABEL, message=_l("80 letters at most, please.")),
        ],
    )
    client_id = IdField()
