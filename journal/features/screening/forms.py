"""The patient's form, with nothing chosen in advance, and the therapist's."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SubmitField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

from journal.features.screening.assessment import (
    FOUND,
    LONGEST_REASON,
    OUTCOME_WORDS,
    Assessment,
    Findings,
    is_pressure,
)
from journal.features.screening.points import ANSWERS, POINTS
from journal.features.screening.screening import LONGEST_NOTE, Screening
from journal.web.fields import WholeField, options
from journal.web.forms import BaseForm

NOTE = [
    Length(
        max=LONGEST_NOTE,
        message=_l("A note can have %(most)s letters at most.", most=f"{LONGEST_NOTE:,}"),
    )
]
MARKS = 40  # letters, of a point's name and its digest


class OpenRadioField(RadioField):
    """Radio buttons of which none need be chosen; data is None until one is."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms gives it
        """Refuse what is none of the choices, as WTForms asks; open is no fault here."""
        if self.data and self.data not in {choice[0] for choice in self.iter_choices()}:
            raise ValidationError(_("Choose one of the answers."))


class _ByPoint(BaseForm):
    """Fields that stand once for each point: a choice and a note."""

    def chosen(self, start: str) -> dict[str, str]:
        """Return what was chosen or typed by point; what was left open is not there."""
        typed = {name: (self[f"{start}-{name}"].data or "").strip() for name in POINTS}
        return {name: text for name, text in typed.items() if text}

    def fill(self, start: str, values: Mapping[str, str]) -> None:
        """Show what was kept."""
        for name in POINTS:
            self[f"{start}-{name}"].data = values.get(name)


class ScreeningForm(_ByPoint):
    """What every post of the screening says beside its points; version: 0 for a new one."""

    version = WholeField(widget=HiddenInput())
    later = SubmitField(_l("Save and go on later"))

    def screening(self, *, done: bool) -> Screening:
        """Return what was answered."""
        return Screening(self.chosen("answer"), self.chosen("note"), done)

    def refuse_open(self) -> bool:
        """Say beside each point without an answer that it has none; whether there is one."""
        missing = self.screening(done=True).missing
        for name in missing:
            self.refuse(_("Please choose an answer."), f"answer-{name}")
        return bool(missing)


class AssessmentForm(_ByPoint):
    """A therapist's findings and sign-off; the hidden ones tell what the page showed."""

    version = WholeField(widget=HiddenInput())
    signed_version = WholeField(widget=HiddenInput())
    seen_version = WholeField(widget=HiddenInput())
    seen = HiddenField()
    systolic = WholeField(_l("Systolic, mmHg"))
    diastolic = WholeField(_l("Diastolic, mmHg"))
    outcome = OpenRadioField(_l("Outcome"), choices=options(OUTCOME_WORDS.items()))
    reason = TextAreaField(_l("Reason"))
    share = BooleanField(_l("Put my findings into the copy as well"))
    sign = SubmitField(_l("Sign off"))

    def validate_diastolic(self, field: Field) -> None:
        """Refuse half a blood pressure, and numbers that can be none."""
        pair = self.systolic.data, field.data
        if pair != (None, None) and not is_pressure(*pair):
            raise ValidationError(
                _("Both in mmHg, such as 125 and 80: 50 to 300 over 20 to 200, the first higher.")
            )

    def validate_reason(self, field: Field) -> None:
        """Refuse a sign-off without a reason, and what no copy could hold."""
        text = (field.data or "").strip()
        if self.sign.data and not text:
            raise ValidationError(_("Write the reason: it stands in the patient’s copy."))
        if len(text) > LONGEST_REASON:
            most = f"{LONGEST_REASON:,}"
            raise ValidationError(_("A reason can have %(most)s letters at most.", most=most))

    def validate_outcome(self, field: Field) -> None:
        """Refuse a sign-off without an outcome."""
        if self.sign.data and not field.data:
            raise ValidationError(_("Choose one of the three, or save your findings for now."))

    def findings(self, before: Findings) -> Findings:
        """Return what was found; a sign-off says what had been read for it."""
        measured = self.systolic.data, self.diastolic.data
        found, notes = self.chosen("finding"), self.chosen("note")
        if not self.sign.data:
            return Findings(found, notes, *measured, before.seen, before.seen_version)
        return Findings(found, notes, *measured, self._seen(), self.seen_version.data or 0)

    def assessment(self) -> Assessment:
        """Return the sign-off, with the findings where she wants them in the copy."""
        outcome, reason = self.outcome.data, (self.reason.data or "").strip()
        if not self.share.data:
            return Assessment(outcome, reason)
        measured = self.systolic.data, self.diastolic.data
        return Assessment(outcome, reason, self.chosen("finding"), self.chosen("note"), *measured)

    def _seen(self) -> dict[str, str]:
        pairs = [mark[:MARKS].partition(":") for mark in (self.seen.data or "").split()]
        return {name: digest for name, _colon, digest in pairs if name in POINTS}


def _choice(label: LazyString, pairs: Mapping[str, LazyString]) -> Field:
    # WTForms gives an unbound field, which becomes one when its form is made.
    made: Field = OpenRadioField(label, choices=options(pairs.items()))
    return made


def _fields(start: str, choices: Mapping[str, LazyString], note: LazyString) -> dict[str, Any]:
    return {
        **{f"{start}-{name}": _choice(point.question, choices) for name, point in POINTS.items()},
        **{f"note-{name}": TextAreaField(note, NOTE) for name in POINTS},
    }


for _name, _field in _fields("answer", ANSWERS, _l("Note, if you like")).items():
    setattr(ScreeningForm, _name, _field)
for _name, _field in _fields("finding", FOUND, _l("Note")).items():
    setattr(AssessmentForm, _name, _field)
