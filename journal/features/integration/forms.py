"""The forms of what stays, of the check after a session, and of what a therapist gives."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from journal import clock
from journal.core.opened import Opened
from journal.features.integration import assignments, pieces
from journal.features.integration.after_effects import EFFECTS, LEVELS, LOWER, UPPER, AfterEffects
from journal.features.integration.pieces import CARE, PRIVATE, Insight, Piece, Practice, Revisit
from journal.web.fields import ClientIdField, DayField, IdField, WholeField, options
from journal.web.forms import BaseForm
from journal.web.zone import zone

AHEAD = timedelta(days=366)
WRITE_FIRST = DataRequired(_l("Write something first, however short."))
OUTCOMES = (
    (pieces.KEPT, _l("I kept it")),
    (pieces.CHANGED, _l("I changed it")),
    (pieces.LET_GO, _l("I let it go")),
)


def words_field(label: Any, *, required: bool = True) -> TextAreaField:
    """Return a field for own words."""
    too_long = _l("This can have %(most)s letters at most.", most=f"{pieces.LONGEST_WORDS:,}")
    first = WRITE_FIRST if required else Optional()
    return TextAreaField(label, [first, Length(max=pieces.LONGEST_WORDS, message=too_long)])


def audience_field(default: str) -> RadioField:
    """Return who can read it; the pages say the names."""
    return RadioField(
        _l("Who can read this"),
        choices=options([(PRIVATE, ""), (CARE, "")]),
        default=default,
        filters=[lambda said: said or default],
    )


class PieceForm(BaseForm):
    """What every one has: an id of its own, the version that was shown, and who can read it."""

    client_id = ClientIdField()
    version = WholeField(validators=[Optional()], widget=HiddenInput())
    audience = audience_field(PRIVATE)

    def piece(self, session: int, day: int | None) -> Piece:
        """Return what was written, after this session, so many days ago."""
        raise NotImplementedError


class InsightForm(PieceForm):
    """An insight."""

    words = words_field(_l("What do you want to keep?"))
    entry = HiddenField()

    def piece(self, session: int, day: int | None) -> Piece:  # noqa: ARG002 - an insight has no day
        """Return the insight."""
        return Insight(_text(self.words), _id(self.entry), session)


class PracticeForm(PieceForm):
    """A practice."""

    words = words_field(_l("What will you do?"))
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
        return Practice(_text(self.words), _text(self.often), begins, _id(self.insight), session)


class RevisitForm(PieceForm):
    """What came of a practice."""

    outcome = RadioField(_l("What became of it?"), choices=options(OUTCOMES))
    words = words_field(_l("In your own words, if you like"), required=False)
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
            _text(self.words),
            self.about,
        )


class LevelField(RadioField):
    """No, mild, moderate or severe; its data is 0 to 3, or None when it was left open."""

    def __init__(self, label: Any, **more: Any) -> None:
        choices = options((str(n), words) for n, words in enumerate(LEVELS))
        # Optional takes spaces for nothing, and so lets them past the choices.
        filters = [lambda said: (said or "").strip() or None]
        super().__init__(label, choices=choices, validators=[Optional()], filters=filters, **more)


class AfterForm(PieceForm):
    """The check in the days after a session: whoever reads the course reads it, unless chosen."""

    audience = audience_field(CARE)
    apart = LevelField(EFFECTS["apart"])
    unshared = LevelField(EFFECTS["unshared"])
    urinary = LevelField(EFFECTS["urinary"])
    craving = LevelField(EFFECTS["craving"])
    worse = LevelField(EFFECTS["worse"])
    upper = WholeField(_l("Upper value, mmHg"))
    lower = WholeField(_l("Lower value, mmHg"))
    note = words_field(_l("Anything else"), required=False)

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
        if good and not self.levels and self.upper.data is None and not _text(self.note):
            self.refuse(_("Answer at least one of these."))
            return False
        return good

    @property
    def levels(self) -> dict[str, int]:
        """Return what was answered."""
        return {name: int(self[name].data) for name in EFFECTS if self[name].data}

    def piece(self, session: int, day: int | None) -> Piece:
        """Return the check."""
        values = (self.upper.data, self.lower.data)
        return AfterEffects(self.levels, *values, _text(self.note), session, day)


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


def filled(form: type[PieceForm], opened: Opened, piece: Any) -> PieceForm:
    """Return the form that changes this piece."""
    said = {name: getattr(piece, name) for name in piece.__slots__}
    levels = {name: str(level) for name, level in said.pop("levels", {}).items()}
    facts = {**said, **levels, "version": opened.version, "audience": opened.scope}
    return form(formdata=None, **facts)


def _within(field: Field, allowed: range) -> None:
    if field.data is not None and field.data not in allowed:
        limits = {"low": allowed[0], "high": allowed[-1]}
        raise ValidationError(_("Write a number from %(low)s to %(high)s.", **limits))


def _text(field: Field) -> str:
    return (field.data or "").strip()


def _id(field: Field) -> str:
    """Return the id in a hidden field, empty for anything else."""
    try:
        return str(pieces.id_in(field.data or "") or "")
    except ValueError:
        return ""
