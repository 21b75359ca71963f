"""The form in which a therapist proposes a rule."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from journal.db import session
from journal.features.safety.rule import (
    LONGEST_NAME,
    LONGEST_THEN,
    MOST_DAYS,
    How,
    Rule,
    Side,
)
from journal.web import safety_rules
from journal.web.fields import DecimalField, IdField, WholeField, options
from journal.web.forms import BaseForm

SIDES = [(Side.ABOVE, _l("higher is worse")), (Side.BELOW, _l("lower is worse"))]
HOWS = [
    (How.LEVEL, _l("it reaches this number")),
    (How.CHANGE, _l("it is worse by this much: than the first one, or than is usual")),
]


class RuleForm(BaseForm):
    """What is looked at, when it applies, and what the two of them agreed to do then."""

    client_id = IdField()
    name = StringField(
        _l("What you call it"), [DataRequired(_l("Give it a name.")), Length(max=LONGEST_NAME)]
    )
    key = SelectField(_l("What is looked at"), choices=[])
    how = RadioField(_l("It applies when"), choices=options(HOWS), default=How.LEVEL.value)
    side = RadioField(_l("Which way"), choices=options(SIDES))
    at = DecimalField(_l("Number"), [InputRequired(_l("Write a number."))])
    days = WholeField(
        _l("On how many of seven days"),
        [Optional(), NumberRange(1, MOST_DAYS, _l("Write 1 to 7."))],
    )
    then = StringField(_l("What you agreed to do then"), [Length(max=LONGEST_THEN)])

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        found = (offer for one in safety_rules.sources() for offer in one.offers(session()))
        self.key.choices = options([(offer.key, offer.label) for offer in found])

    def validate_at(self, field: Field) -> None:
        """Refuse a number that can never be reached."""
        found = safety_rules.source_of(self.key.data or "", session())
        if found is None or field.data is None:
            return
        low, high = Decimal(found[1].low), Decimal(found[1].high)
        change = self.how.data == How.CHANGE.value
        if not (0 < field.data <= high - low if change else low <= field.data <= high):
            text = _("This goes from %(low)s to %(high)s.", low=found[1].low, high=found[1].high)
            raise ValidationError(text)

    def rule(self) -> Rule:
        """Return what was typed."""
        found = safety_rules.source_of(self.key.data, session())
        daily = found is not None and found[0].daily and self.how.data == How.LEVEL.value
        return Rule(
            self.name.data or "",
            self.key.data,
            found[1].label if found else "",
            Side(self.side.data),
            How(self.how.data),
            self.at.data,
            (self.days.data or 1) if daily else 1,
            self.then.data or "",
        )


class AgreementForm(BaseForm):
    """Agreeing to what the page showed; tell: and its therapist is to be told."""

    said = HiddenField()
    tell = BooleanField(_l("And tell them that it happened"))
