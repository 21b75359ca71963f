"""The forms of what stays, of the check after a session, and of what a therapist gives."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from journal import clock
from journal.core.scopes import CARE
from journal.features.integration import assignments, pieces
from journal.features.integration.after_effects import EFFECTS, LOWER, UPPER, AfterEffects
from journal.features.integration.pieces import Insight, Piece, Practice, Revisit
from journal.web.fields import DayField, IdField, LevelField, WholeField, options
from journal.web.forms import BaseForm
from journal.web.pieces.forms import ChosenForm, audience_field, text_of, words_field
from journal.web.zone import zone

AHEAD = timedelta(days=366)
own_words = partial(words_field, most=pieces.LONGEST_WORDS)
OUTCOMES = (
    (pieces.KEPT, _l("I kept it")),
    (pieces.CHANGED, _l("I changed it")),
    (pieces.LET_GO, _l("I let it go")),
)


class StaysForm(ChosenForm):
    """What every one has: it is written after a session, so many days."""

    def piece(self, session: int, day: int | None) -> Piece:
        """Return what was written, after this session, so many days ago."""
        raise NotImplementedError


class InsightForm(StaysForm):
    """An insight."""

    words = own_words(_l("What do you want to keep?"))
    entry = HiddenField()

    def piece(self, session: int, day: int | None) -> Piece:  # noqa: ARG002 - an insight has no day
        """Return the insight."""
        return Insight(text_of(self.words), _id(self.entry), session)


class PracticeForm(StaysForm):
    """A practice."""

    words = own_words(_l("What will you do?"))
    often = StringField(
        _l("How often, or when"),
        [Length(max=pieces.LONGEST_LINE, message=_l("A few words are enough here."))],
    )
    begins = DayField(_l("From which day on"), default=lambda: clock.today(zone()))
    insight = HiddenField()

    def validate_begins(self, field: Field) -> None:
        """Refuse no day, and one that is out of reach."""
        if field.data is None:
            raise ValidationError(_("Choose a day."))
        if abs(field.data - clock.today(zone())) > AHEAD:
            raise ValidationError(_("Choose a day within a year from today."))

    def piece(self, session: int, day: int | None) -> Piece:  # noqa: ARG002 - it has its own day
        """Return the practice."""
        begins: date = self.begins.data
        return Practice(
            text_of(self.words), text_of(self.often), begins, _id(self.insight), session
        )


class RevisitForm(StaysForm):
    """What came of a practice."""

    outcome = RadioField(_l("What became of it?"), choices=options(OUTCOMES))
    words = own_words(_l("In your own words, if you like"), required=False)
    practice = HiddenField()
    after = WholeField(widget=HiddenInput())
    about = ""

    def validate_after(self, field: Field) -> None:
        """Refuse what is none of the three."""
        if field.data not in pieces.REVISITED_AFTER:
            raise ValidationError(_("This page has gone stale. Open it again."))

    def piece(self, session: int, day: int | None) -> Piece:  # noqa: ARG002 - the practice has both
        """Return the revisit."""
        return Revisit(
            _id(self.practice),
            self.after.data,
            self.outcome.data,
            text_of(self.words),
            self.about,
        )


class AfterForm(StaysForm):
    """The check in the days after a session: whoever reads the course reads it, unless chosen."""

    audience = audience_field(CARE)
    apart = LevelField(EFFECTS["apart"])
    unshared = LevelField(EFFECTS["unshared"])
    urinary = LevelField(EFFECTS["urinary"])
    craving = LevelField(EFFECTS["craving"])
    worse = LevelField(EFFECTS["worse"])
    upper = WholeField(_l("Upper value, mmHg"))
    lower = WholeField(_l("Lower value, mmHg"))
    note = own_words(_l("Anything else"), required=False)

    def validate_upper(self, field: Field) -> None:
        """Refuse what no cuff shows."""
        _within(field, UPPER)

    def validate_lower(self, field: Field) -> None:
        """Refuse what no cuff shows, one value alone, and a pair that can't be."""
        _within(field, LOWER)
        if (self.upper.data is None) != (field.data is None):
            raise ValidationError(_("Write both values, or leave both empty."))
        if field.data is not None and self.upper.data <= field.data:
            raise ValidationError(_("The upper value is the larger of the two."))

    def validate(self, *args: Any, **more: Any) -> bool:
        """Ask for one answer at least, on top of what each field asks, as WTForms does."""
        good: bool = super().validate(*args, **more)
        if good and not self.levels and self.upper.data is None and not text_of(self.note):
            self.refuse(_("Answer at least one of these."))
            return False
        return good

    @classmethod
    def facts_of(cls, piece: Any) -> dict[str, Any]:
        """Return what a check says: each effect has a field of its own."""
        said = super().facts_of(piece)
        levels: dict[str, int] = said.pop("levels")
        return said | levels

    @property
    def levels(self) -> dict[str, int]:
        """Return what was answered."""
        return {name: int(self[name].data) for name in EFFECTS if self[name].data}

    def piece(self, session: int, day: int | None) -> Piece:
        """Return the check."""
        values = (self.upper.data, self.lower.data)
        return AfterEffects(self.levels, *values, text_of(self.note), session, day)


class AssignmentForm(BaseForm):
    """What a therapist gives: something to write from, or something to do."""

    client_id = IdField()
    what = RadioField(
        _l("What is it?"),
        choices=options(
            (
                (assignments.PROMPT, _l("Something to write about")),
                (assignments.PRACTICE, _l("Something to do")),
            )
        ),
        default=assignments.PROMPT,
    )
    words = TextAreaField(
        _l("In your words"),
        [
            DataRequired(_l("Write what you want to give.")),
            Length(
                max=assignments.LONGEST,
                message=_l("At most %(most)s letters, please.", most=assignments.LONGEST),
            ),
        ],
    )


def _within(field: Field, allowed: range) -> None:
    if field.data is not None and field.data not in allowed:
        limits = {"low": allowed[0], "high": allowed[-1]}
        raise ValidationError(_("Write a number from %(low)s to %(high)s.", **limits))


def _id(field: Field) -> str:
    """Return the id in a hidden field, empty for anything else."""
    try:
        return str(pieces.id_in(field.data or "") or "")
    except ValueError:
        return ""
