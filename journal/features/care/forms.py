"""The forms of a session: when it is to be, and when it was."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, ValidationError
from wtforms.validators import AnyOf, DataRequired
from wtforms.widgets import HiddenInput

from journal import clock
from journal.features.care.arc import Step
from journal.features.care.history import SAID
from journal.features.care.medicine_session import LONGEST
from journal.web.fields import CLOCKS_DIFFER, IdField, MomentField, WholeField
from journal.web.forms import BaseForm
from journal.web.zone import zone

FURTHEST = timedelta(days=2 * 365)
MISSING = _l("Choose a day and a time.")
STALE = _l("This page has gone stale. Open it again.")


class _WhenForm(BaseForm):
    """When a session is to be; `_over`: what is said of a day that is no day to plan for."""

    _over = _l("Choose a day from today on, within two years.")
    starts_at = MomentField(_l("Day and time"), validators=[DataRequired(MISSING)])

    def validate_starts_at(self, field: Field) -> None:
        """Refuse a day that is over, or one that nobody can plan for."""
        day = field.data.astimezone(ZoneInfo(zone())).date()
        if not clock.today(zone()) <= day <= clock.today(zone()) + FURTHEST:
            raise ValidationError(self._over)


class PlanForm(_WhenForm):
    """A session to be planned."""

    client_id = IdField()


class MoveForm(_WhenForm):
    """A session to be moved; version: the one that the page showed."""

    _over = _l(
        "Choose a day from today on, within two years. A day that is over: “Its times alone”."
    )

    version = WholeField(_l("Version"), widget=HiddenInput(), validators=[DataRequired(STALE)])


class CancelForm(BaseForm):
    """A session that will not be."""

    version = WholeField(_l("Version"), widget=HiddenInput(), validators=[DataRequired(STALE)])


class HeldForm(BaseForm):
    """A session that took place."""

    started_at = MomentField(_l("Began"), validators=[DataRequired(MISSING)])
    ended_at = MomentField(_l("Ended"), validators=[DataRequired(MISSING)])
    version = WholeField(_l("Version"), widget=HiddenInput(), validators=[DataRequired(STALE)])

    def validate_ended_at(self, field: Field) -> None:
        """Refuse an end that is yet to come, or that does not follow the beginning."""
        if field.data > clock.now() + CLOCKS_DIFFER:
            raise ValidationError(_l("This is still to come. Record a session once it is over."))
        began = self.started_at.data
        if began is not None and not began < field.data <= began + LONGEST:
            raise ValidationError(_l("The end comes after the beginning, within twelve hours."))


class StepForm(BaseForm):
    """A step of the course; client_id: of the record that says it."""

    client_id = IdField()
    step = StringField(validators=[AnyOf(sorted(SAID))])

    @property
    def chosen(self) -> Step:
        """Return the step, once it is valid."""
        return Step(self.step.data or "")


class TakeBackForm(BaseForm):
    """A step that was a mistake."""

    version = WholeField(_l("Version"), widget=HiddenInput(), validators=[DataRequired(STALE)])
