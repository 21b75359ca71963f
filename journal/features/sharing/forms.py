"""The form that says what a therapist can read, from when, and until when."""

from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import PasswordField, RadioField, ValidationError

from journal.core.consent import Choice
from journal.core.grants import GrantView
from journal.features.sharing import lasting
from journal.web.fields import ChoicesField, DayField, options
from journal.web.forms import BaseForm
from journal.web.scope_words import SCOPES
from journal.web.zone import zone

SINCE = (
    ("now", lazy_gettext("From now on")),
    ("everything", lazy_gettext("Everything so far, and from now on")),
)


class ChangeForm(BaseForm):
    """What one therapist can read.

    waits_until: when what would widen is asked once more, None where it is done at once.
    """

    waits_until: datetime | None
    scopes = ChoicesField(
        lazy_gettext("What can be read"), choices=options(SCOPES), validate_choice=False
    )
    since = RadioField(
        lazy_gettext("For what you add"),
        choices=options(SINCE),
        default="now",
        validate_choice=False,
    )
    not_after = DayField(lazy_gettext("Until the end of this day"))
    password = PasswordField(lazy_gettext("Your password"))

    def __init__(self, grant: GrantView, now: datetime, asked: Choice | None = None) -> None:
        """Fill it from the grant as it stands, or with what was `asked` for before."""
        self.grant, self.now, self.waits_until = grant, now, None
        shown = asked or Choice(tuple(grant.scopes), "now", grant.not_after)
        end = None if shown.not_after is None else lasting.last_day(shown.not_after, zone())
        filled = {"scopes": list(shown.scopes), "since": shown.since, "not_after": end}
        super().__init__(data=filled)

    @property
    def kept_day(self) -> date | None:
        """Return the day on which the grant ends as it stands."""
        end = self.grant.not_after
        return None if end is None else lasting.last_day(end, zone())

    def validate_scopes(self, field: Any) -> None:
        """Refuse a name that is no scope."""
        if set(field.data) - dict(SCOPES).keys():
            raise ValidationError(_("Choose among the things listed here."))

    def validate_since(self, field: Any) -> None:
        """Refuse anything but the two."""
        if field.data not in dict(SINCE):
            raise ValidationError(_("Choose one of the two."))

    def validate_not_after(self, field: Any) -> None:
        """Refuse a day that is over: that would end the sharing by a slip of the finger."""
        if field.data is not None and lasting.end_of(field.data, zone()) <= self.now:
            raise ValidationError(
                _("Choose today or a later day. To stop now, use “Stop sharing”.")
            )

    def choice(self) -> Choice:
        """Return what was chosen; a form without the field, or with the same day, moves no end."""
        if "not_after" not in request.form or self.not_after.data == self.kept_day:
            end = self.grant.not_after
        elif self.not_after.data is None:
            end = None
        else:
            end = lasting.end_of(self.not_after.data, zone())
        return Choice(tuple(self.scopes.data or ()), self.since.data, end)
