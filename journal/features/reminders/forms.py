"""The form of the reminders' page: a wall time, weekdays, quiet hours, e-mail."""

import re

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, ValidationError
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TimeInput

from journal.core.reminding import Wish
from journal.features.reminders.push import is_known
from journal.web.fields import ChoicesField, TypedField, options
from journal.web.forms import BaseForm

WALL_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.][0-5][0-9])?")
LONGEST_ADDRESS = 1000
WEEKDAYS = (
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
)


class WallTimeField(TypedField):
    """A time of day; its data is the minute of the day, 0 to 1439, or None."""

    widget = TimeInput()

    def read(self, text: str) -> int:
        """Return the minute; raises ValueError."""
        found = WALL_TIME.fullmatch(text)
        if found is None:
            raise ValueError(_("Write a time such as 20:30."))
        return int(found[1]) * 60 + int(found[2])

    def write(self, value: int) -> str:
        """Return what a time input takes."""
        return "{:02}:{:02}".format(*divmod(value, 60))


class RemindersForm(BaseForm):
    """When to be reminded, and when never."""

    on = BooleanField(_("Remind me"))
    time = WallTimeField(
        _("At"),
        [InputRequired(_("Write a time such as 20:30."))],
    )
    days = ChoicesField(_("On"), choices=options(WEEKDAYS))
    quiet_from = WallTimeField(_("Quiet from"))
    quiet_to = WallTimeField(_("Quiet until"))
    course = BooleanField(_("Also when something is due after a session"))
    email = BooleanField(_("Send it by e-mail"))

    @classmethod
    def of(cls, wish: Wish) -> "RemindersForm":
        """Return the form as somebody left it."""
        start, end = wish.quiet or (None, None)
        return cls(
            formdata=None,
            on=wish.on,
            time=wish.minute,
            days=[str(day) for day in wish.days],
            quiet_from=start,
            quiet_to=end,
            email=wish.email,
            course=wish.course,
        )

    @property
    def wish(self) -> Wish:
        """Return what was chosen, once it is valid."""
        days = tuple(sorted(int(day) for day in self.days.data or ()))
        ticked = (bool(one.data) for one in (self.on, self.email, self.course))
        return Wish(self.time.data, days, self.quiet, *ticked)

    @property
    def quiet(self) -> tuple[int, int] | None:
        """Return the quiet hours, None without any."""
        start, end = self.quiet_from.data, self.quiet_to.data
        return None if start is None or end is None or start == end else (start, end)

    def validate_days(self, field: ChoicesField) -> None:
        """Refuse reminders on no day, as WTForms asks."""
        if self.on.data and not field.data:
            raise ValidationError(_("Choose a day, or switch reminders off."))

    def validate_quiet_to(self, field: WallTimeField) -> None:
        """Refuse half of the quiet hours, and a reminder that would always fall into them."""
        if (self.quiet_from.data is None) != (field.data is None):
            raise ValidationError(_("Write both times, or neither."))
        if self.quiet and self.on.data and _within(self.time.data, *self.quiet):
            raise ValidationError(_("Your reminder's time lies in these hours."))


class BrowserForm(BaseForm):
    """The address that a browser was given by its push service."""

    endpoint = HiddenField(validators=[Length(max=LONGEST_ADDRESS)])

    def validate_endpoint(self, field: HiddenField) -> None:
        """Refuse every host but the known push services', as WTForms asks."""
        if not is_known(field.data or ""):
            raise ValidationError(_("This browser's notices can't be used here."))


def _within(minute: int | None, start: int, end: int) -> bool:
    if minute is None:
        return False
    return start <= minute < end if start < end else minute >= start or minute < end
