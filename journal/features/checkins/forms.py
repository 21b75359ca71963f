"""The check-in form, new and edited."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, TextAreaField, ValidationError
from wtforms.widgets import HiddenInput

from journal import clock
from journal.core.opened import Opened
from journal.features.checkins.checkin import LONGEST_NOTE, SCALE, SCORES, CheckIn, is_sleep
from journal.web.fields import (
    CLOCKS_DIFFER,
    ClientIdField,
    DecimalField,
    MomentField,
    TagsField,
    WholeField,
)
from journal.web.filters import local_input
from journal.web.forms import BaseForm


def on_scale(_form: BaseForm, field: Field) -> None:
    """Refuse what is not 0 to 10."""
    if field.data is not None and field.data not in SCALE:
        raise ValidationError(_("Choose a number from 0 to 10."))


class CheckInForm(BaseForm):
    """What every check-in asks; nothing is required but one of the four."""

    mood = WholeField(lazy_gettext("Mood"), [on_scale])
    anxiety = WholeField(lazy_gettext("Anxiety"), [on_scale])
    energy = WholeField(lazy_gettext("Energy"), [on_scale])
    connection = WholeField(lazy_gettext("Connection"), [on_scale])
    sleep_hours = DecimalField(lazy_gettext("Hours of sleep"))
    tags = TagsField(lazy_gettext("Tags"))
    note = TextAreaField(lazy_gettext("Note"))
    occurred_at = MomentField(lazy_gettext("When was it?"))

    def validate_sleep_hours(self, field: Field) -> None:
        """Refuse what can't be a night."""
        hours: Decimal | None = field.data
        if hours is not None and not is_sleep(hours):
            raise ValidationError(_("Write 0 to 24 hours, in quarters, such as 7.5."))

    def validate_note(self, field: Field) -> None:
        """Refuse a note that wants to be an entry."""
        if len(field.data or "") > LONGEST_NOTE:
            most = f"{LONGEST_NOTE:,}"
            raise ValidationError(_("A note can have %(most)s letters at most.", most=most))

    def validate_occurred_at(self, field: Field) -> None:
        """Refuse the future."""
        if field.data is not None and field.data > clock.now() + CLOCKS_DIFFER:
            raise ValidationError(_("This time has not come yet. Choose now or an earlier one."))

    def validate(self, *args: Any, **options: Any) -> bool:
        """Ask for one of the four, on top of what each field asks, as WTForms does."""
        good: bool = super().validate(*args, **options)
        if not self.check_in().has_score and not any(self[score].errors for score in SCORES):
            self.refuse(_("Set at least one of the four: mood, anxiety, energy or connection."))
            return False
        return good

    def check_in(self) -> CheckIn:
        """Return what was typed."""
        return CheckIn(
            **{score: self[score].data for score in SCORES},
            sleep_hours=self.sleep_hours.data,
            tags=tuple(self.tags.data or ()),
            note=(self.note.data or "").strip(),
        )

    def moment(self, now: datetime) -> datetime:
        """Return when it was: now, unless a time was typed."""
        typed: datetime | None = self.occurred_at.data
        return now if typed is None else min(typed, now)


class NewForm(CheckInForm):
    """A check-in to be written; came_from: "today" when the form stood there."""

    client_id = ClientIdField()
    came_from = HiddenField()

    def is_kept_as(self, kept: Opened) -> bool:
        """Tell whether a check-in says this; a form without a time was written whenever it was."""
        same = self.occurred_at.data is None or local_input(
            self.moment(kept.written_at)
        ) == local_input(kept.occurred_at)
        return same and kept.content == self.check_in().dump()


class EditForm(CheckInForm):
    """A check-in to be changed; version: the one that the page showed."""

    version = WholeField(lazy_gettext("Version"), widget=HiddenInput())

    def validate_version(self, field: Field) -> None:
        """Refuse a form that does not say what it changes."""
        if field.data is None and not field.errors:
            raise ValidationError(_("This page has gone stale. Open it again."))

    def moment_over(self, before: datetime, now: datetime) -> datetime:
        """Return when it was, the time before unless another was typed.

        The field shows minutes, and no fold: sent back untouched it must not round seconds off,
        nor move a time in the hour that autumn repeats.
        """
        typed = (self.occurred_at.raw_data or [""])[0]
        untouched = not typed or typed == local_input(before)
        return before if untouched else self.moment(now)


def parse(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Read posted fields to a record's content; raises ValueError with words for the person."""
    form = CheckInForm(fields, meta={"csrf": False})
    if not form.validate():
        texts = [text for texts in form.errors.values() for text in texts]
        raise ValueError(" ".join(texts))
    return form.check_in().dump()
