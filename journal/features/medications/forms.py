"""The forms of a change of a medicine, of own use, and of the check of the body."""

from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from journal import clock
from journal.core.opened import Opened
from journal.features.medications import pieces
from journal.features.medications.pieces import (
    ASKED,
    WHATS,
    WHYS,
    Change,
    Check,
    Piece,
    Use,
    What,
)
from journal.web.fields import (
    CLOCKS_DIFFER,
    ChoicesField,
    DayField,
    LevelField,
    MomentField,
    options,
)
from journal.web.filters import local_input
from journal.web.pieces.forms import PieceForm, text_of, words_field
from journal.web.zone import zone

own_words = partial(words_field, most=pieces.LONGEST_WORDS, required=False)


def line_field(label: Any, most: int = pieces.LONGEST_LINE, required: str = "") -> StringField:
    """Return a field for a few words; required: what is said when it is empty."""
    first = DataRequired(required) if required else Optional()
    too_long = _l("This can have %(most)s letters at most.", most=most)
    return StringField(label, [first, Length(max=most, message=too_long)])


class NotedForm(PieceForm):
    """What every one has: who can read it is agreed for all of them."""

    scope = pieces.SCOPE

    def piece(self) -> Piece:
        """Return what was written."""
        raise NotImplementedError


class ChangeForm(NotedForm):
    """A change of a medicine."""

    name = line_field(
        _l("Which medicine?"), pieces.LONGEST_NAME, _l("Write its name as you know it.")
    )
    what = RadioField(
        _l("What happened?"),
        [DataRequired(_l("Choose what happened."))],
        choices=options(WHATS.items()),
    )
    on = DayField(_l("On which day?"), default=lambda: clock.today(zone()))
    about = BooleanField(_l("I'm not sure of the day"))
    amount = line_field(_l("How much, from then on"))
    often = line_field(_l("How often, or when"))
    reason = own_words(_l("Why, if you want to say"))

    def validate_on(self, field: Field) -> None:
        """Refuse no day, and one that is still to come."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Choose a day. If you don't know it, choose about when."))
        if field.data is not None and field.data > clock.today(zone()):
            raise ValidationError(_("This day has not come yet. Note it when it has."))

    def piece(self) -> Change:
        """Return the change."""
        on: date = self.on.data
        said = {name: text_of(self[name]) for name in ("name", "amount", "often", "reason")}
        return Change(what=What(self.what.data), on=on, about=bool(self.about.data), **said)

    def moment(self, now: datetime, before: Opened | None) -> datetime:
        """Return noon of that day where the patient is, as long as that has come."""
        if before is not None and before.content.get("on") == self.on.data.isoformat():
            return before.occurred_at
        noon = datetime.combine(self.on.data, time(12), ZoneInfo(zone())).astimezone(UTC)
        return min(noon, now)


class UseForm(NotedForm):
    """Something taken outside the clinic."""

    occurred_at = MomentField(_l("When was it?"))
    what = line_field(_l("What was it?"), pieces.LONGEST_NAME, _l("Write what it was."))
    amount = line_field(_l("How much, as you would say it"))
    why = ChoicesField(_l("How it came about, if you want to say"), choices=options(WHYS.items()))
    words = own_words(_l("In your own words"))

    def validate_occurred_at(self, field: Field) -> None:
        """Refuse the future."""
        if field.data is not None and field.data > clock.now() + CLOCKS_DIFFER:
            raise ValidationError(_("This time has not come yet. Choose now or an earlier one."))

    def piece(self) -> Use:
        """Return it."""
        why = tuple(name for name in WHYS if name in (self.why.data or ()))
        return Use(text_of(self.what), text_of(self.amount), why, text_of(self.words))

    def moment(self, now: datetime, before: Opened | None) -> datetime:
        """Return when it was: as before unless another time was typed, now where none was."""
        typed: datetime | None = self.occurred_at.data
        unless = now if before is None else before.occurred_at
        # The field shows minutes: sent back untouched it must not round seconds off.
        untouched = before is not None and self._typed == local_input(before.occurred_at)
        return unless if typed is None or untouched else min(typed, now)

    @property
    def says_when(self) -> bool:
        """Tell whether a time was typed."""
        return self.occurred_at.data is not None

    @property
    def _typed(self) -> str:
        return str((self.occurred_at.raw_data or [""])[0])


class CheckForm(NotedForm):
    """The check of the body."""

    urinary = LevelField(ASKED["urinary"])
    craving = LevelField(ASKED["craving"])
    other = own_words(_l("Anything else you took or drank that you want to note"))
    words = own_words(_l("In your own words"))

    def validate(self, *args: Any, **more: Any) -> bool:
        """Ask for one answer at least, on top of what each field asks, as WTForms does."""
        good: bool = super().validate(*args, **more)
        if good and self.piece() == Check():
            self.refuse(_("Answer at least one of these."))
            return False
        return good

    def piece(self) -> Check:
        """Return the check."""
        return Check(
            _level(self.urinary), _level(self.craving), text_of(self.other), text_of(self.words)
        )


def _level(field: Field) -> int | None:
    return int(field.data) if field.data else None
