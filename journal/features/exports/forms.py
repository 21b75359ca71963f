"""The form in front of an export."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from journal.web.forms import BaseForm

LONGEST = 1024  # characters; a longer text would only keep the machine busy


class PasswordForm(BaseForm):
    """The password, again: an open device must not be enough to carry everything away."""

    password = PasswordField(
        _("Your password"),
        [
            InputRequired(_("Write your password.")),
            Length(max=LONGEST, message=_("Use at most %(max)d characters.")),
        ],
    )
