"""Fields of the record of a session: times of the day, amounts, whole numbers, rows."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, FieldList
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput, TimeInput

from journal.features.care import dosing
from journal.features.care.saying import MOST_ROWS, Limits
from journal.web.fields import TypedField
from journal.web.forms import BaseForm, tidy_line

CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(:[0-5][0-9])?")
DIGITS = re.compile(r"[0-9]{1,6}")
ROW = re.compile(r"-([0-9]{1,2})-")


class ClockField(TypedField):
    """A time of the day; its data is the minute of it, or None."""

    widget = TimeInput()

    def read(self, text: str) -> int:
        """Return the minute, 0 to 1439; raises ValueError."""
        found = CLOCK.fullmatch(text)
        if not found:
            raise ValueError(_("Write a time, such as 9:45 or 14:05."))
        return int(found[1]) * 60 + int(found[2])

    def write(self, value: int) -> str:
        """Return "09:45"."""
        return "{:02}:{:02}".format(*divmod(value, 60))


class AmountField(TypedField):
    """A number with a point or a comma, never read in one of two ways; its data is Decimal."""

    def read(self, text: str) -> Decimal:
        """Return the number; raises ValueError."""
        try:
            return dosing.parse(text)
        except dosing.TwoWays as error:
            raise ValueError(
                _("This can be read in two ways. Write at most two decimals: 1250, or 1.25.")
            ) from error
        except ValueError as error:
            raise ValueError(_("Write a number, such as 35 or 0.5.")) from error

    def write(self, value: Decimal) -> str:
        """Return it without idle noughts."""
        return dosing.plain(value)


class CountField(TypedField):
    """A whole number of nought or more, within its limits; its data is int or None.

    No number input: a browser keeps to itself what it can't read, and the words would be lost.
    """

    widget = TextInput()

    def __init__(self, label: Any, limits: Limits, **options: Any) -> None:
        super().__init__(label, **options)
        self.limits = limits

    def read(self, text: str) -> int:
        """Return the number; raises ValueError."""
        if not DIGITS.fullmatch(text):
            raise ValueError(_("Write a whole number, such as 72."))
        return int(text)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what nobody measured, as WTForms asks."""
        if self.data is not None and not self.limits.hold(self.data):
            low, high = self.limits
            raise ValidationError(
                _("From %(low)s to %(high)s can be written here.", low=low, high=high)
            )


class SureField(Field):
    """What was asked once and ticked as right; its data is a list of keys."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the posted keys, as WTForms asks."""
        self.data = [tidy_line(str(value)) or "" for value in valuelist]


class RowForm(BaseForm):
    """One row of several: empty ones say nothing."""

    GIVEN: frozenset[str] = frozenset()  # fields that the page fills in

    class Meta(BaseForm.Meta):
        """The form around it carries the token."""

        csrf = False

    @property
    def filled(self) -> bool:
        """Tell whether somebody wrote or chose something in it."""
        typed = (field for field in self if field.short_name not in self.GIVEN)
        return any(tidy_line(str(text)) for field in typed for text in field.raw_data or ())


class Rows(FieldList):  # type: ignore[type-arg]  # generic in its stubs alone
    """Rows of one kind, known by their numbers in the names that were posted."""

    def __init__(self, field: Any, **options: Any) -> None:
        super().__init__(field, **{"max_entries": MOST_ROWS, **options})

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        # Theirs takes any digit of any script, and any number of them, for a number.
        for name in formdata:
            found = ROW.match(name[len(prefix) :]) if name.startswith(prefix) else None
            if found:
                yield int(found[1])

    @property
    def forms(self) -> list[Any]:
        """Return the form of each row."""
        return [entry.form for entry in self.entries]

    def one_more(self) -> None:
        """Add an empty row, where there is room."""
        if len(self.entries) < MOST_ROWS:
            self.append_entry()
