"""Form fields that read what people type: numbers, moments, ids, choices, tags."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional
from wtforms.widgets import (
    CheckboxInput,
    DateInput,
    DateTimeLocalInput,
    HiddenInput,
    ListWidget,
    NumberInput,
    TextInput,
)

from journal.web.filters import local_input
from journal.web.forms import tidy_line
from journal.web.zone import zone

WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
DECIMAL = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{1,4})?")
LOCAL_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?")
RANDOM_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
YEARS = range(1900, 2201)
LEVELS: tuple[LazyString, ...] = (_l("No"), _l("Mild"), _l("Moderate"), _l("Severe"))
SEVERE = 3
MOST_TAGS = 20
LONGEST_TAG = 40
# A phone's clock may run ahead of ours; what it calls now is no wish about the future.
CLOCKS_DIFFER = timedelta(minutes=5)


class TypedField(Field):
    """A field with one text that `read` turns into its value; empty is None.

    Put Optional() or InputRequired() before a validator that expects a value.
    """

    widget: Any = TextInput()

    def read(self, text: str) -> Any:
        """Return the value that the text means; raises ValueError with words for the person."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the text of a value."""
        return str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the posted text, as WTForms asks."""
        text = (tidy_line(valuelist[0]) or "") if valuelist else ""
        self.data = None
        if text:
            self.data = self.read(text)

    def _value(self) -> str:
        # What was typed comes back, even when it could not be read.
        if self.raw_data:
            return tidy_line(str(self.raw_data[0])) or ""
        return "" if self.data is None else self.write(self.data)


class WholeField(TypedField):
    """A whole number; its data is int or None. Add NumberRange(0, 10) for its limits."""

    widget = NumberInput(step="1")

    def read(self, text: str) -> int:
        """Return the number; raises ValueError."""
        if not WHOLE.fullmatch(text):
            raise ValueError(_("Write a whole number, such as 7."))
        return int(text)


class DecimalField(TypedField):
    """A number with a point or a comma; its data is Decimal or None."""

    def read(self, text: str) -> Decimal:
        """Return the number; raises ValueError."""
        if not DECIMAL.fullmatch(text):
            raise ValueError(_("Write a number, such as 7 or 7.5."))
        return Decimal(text.replace(",", "."))


class MomentField(TypedField):
    """A datetime-local input read in the person's zone; its data is aware, in UTC, or None.

    A time that the clock skips in spring is read as the one an hour later; of a time that comes
    twice in autumn the first is meant.
    """

    widget = DateTimeLocalInput()

    def read(self, text: str) -> datetime:
        """Return the moment; raises ValueError."""
        typed = _local_moment(text)
        if typed is None or typed.year not in YEARS:
            raise ValueError(_("Write a date and a time, such as 2026-03-14 19:30."))
        return typed.replace(tzinfo=ZoneInfo(zone())).astimezone(UTC)

    def write(self, value: datetime) -> str:
        """Return what a datetime-local input takes."""
        return local_input(value)


class DayField(TypedField):
    """A date input; its data is a date or None."""

    widget = DateInput()

    def read(self, text: str) -> date:
        """Return the day; raises ValueError."""
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            raise ValueError(_("Write a date, such as 2026-12-31."))
        return found


class IdField(TypedField):
    """A hidden id made by the page; its data is a UUID, a fresh one when none was posted."""

    widget = HiddenInput()

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(label, **{"default": uuid4, **options})

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the fresh id when the form came without one."""
        if valuelist and tidy_line(valuelist[0]):
            super().process_formdata(valuelist)

    def read(self, text: str) -> UUID:
        """Return the id; raises ValueError."""
        if not RANDOM_ID.fullmatch(text.lower()):
            raise ValueError(_("This page has gone stale. Open it again."))
        return UUID(text)


class ClientIdField(IdField):
    """The id of a record to be; one that can't be read is replaced, for the words matter more."""

    def read(self, text: str) -> UUID:
        """Return the id, or a fresh one."""
        try:
            return super().read(text)
        except ValueError:
            return uuid4()

    def _value(self) -> str:
        return str(self.data)


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return (value, label) pairs as `choices`; a label may be lazily translated."""
    return [SelectChoice(value, label) for value, label in pairs]


class ChoicesField(SelectMultipleField):
    """Check boxes of one name, any number of them ticked; its data is a list of their values."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LevelField(RadioField):
    """No, mild, moderate or severe; its data is "0" to "3", or None when it was left open."""

    def __init__(self, label: Any, **more: Any) -> None:
        choices = options((str(n), words) for n, words in enumerate(LEVELS))
        # Optional takes spaces for nothing, and so lets them past the choices.
        filters = [lambda said: (said or "").strip() or None]
        super().__init__(label, choices=choices, validators=[Optional()], filters=filters, **more)


class TagsField(Field):
    """Own words for finding again: repeated fields, each split at commas; its data is a list.

    The same word in another case is the same tag; the first spelling stays.
    """

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read every posted text, as WTForms asks; raises ValueError for too many or too long."""
        tags = split_tags(valuelist)
        self.data = tags
        if len(tags) > MOST_TAGS:
            raise ValueError(_("At most %(most)s tags, please.", most=MOST_TAGS))
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValueError(_("A tag can have %(most)s letters at most.", most=LONGEST_TAG))

    def _value(self) -> str:
        return ", ".join(self.data or [])


def split_tags(texts: Sequence[str]) -> list[str]:
    """Return the tags in these comma-separated texts, each once, in order."""
    found: dict[str, str] = {}
    for text in texts:
        for piece in text.split(","):
            tag = " ".join((tidy_line(piece) or "").split()).lstrip("#")
            if tag:
                found.setdefault(tag.casefold(), tag)
    return list(found.values())


def _local_moment(text: str) -> datetime | None:
    if not LOCAL_MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
