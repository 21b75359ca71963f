"""The form of a session's record: saved at any time, with what is known by then."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from journal.features.care import discharge, effects, own_notes, record_words, vitals
from journal.features.care.record_fields import (
    AmountField,
    ClockField,
    CountField,
    RowForm,
    Rows,
    SureField,
)
from journal.web.fields import ChoicesField, MomentField, WholeField, options
from journal.web.forms import BaseForm

STALE = _l("This page has gone stale. Open it again.")
NOT_SAID = ("", _l("not said"))


def _at_most(letters: int) -> Length:
    return Length(max=letters, message=_l("At most %(most)s letters, please.", most=letters))


def _choice(label: Any, words: dict[str, Any]) -> SelectField:
    return SelectField(
        label,
        choices=options([NOT_SAID, *words.items()]),
        default="",
        filters=[lambda said: said or ""],
    )


class DoseRow(RowForm):
    """One dose: in mg, in mg/kg, or in both."""

    at = ClockField(_l("Time"))
    route = _choice(_l("Route"), record_words.ROUTES)
    mg = AmountField(_l("Dose in all"))
    per_kg = AmountField(_l("Dose by weight"))


class VitalsRow(RowForm):
    """One reading; phase: what it is for."""

    GIVEN = frozenset({"phase"})

    phase = HiddenField(default=vitals.Phase.FURTHER.value)
    at = ClockField(_l("Time"))
    systolic = CountField(_l("Systolic"), vitals.LIMITS["systolic"])
    diastolic = CountField(_l("Diastolic"), vitals.LIMITS["diastolic"])
    pulse = CountField(_l("Pulse"), vitals.LIMITS["pulse"])
    spo2 = CountField(_l("Oxygen"), vitals.LIMITS["spo2"])


class EffectRow(RowForm):
    """An effect that is asked after each time."""

    GIVEN = frozenset({"name"})

    name = HiddenField(validators=[Optional(), AnyOf(effects.ASKED, STALE)])
    severity = _choice(_l("How strong"), record_words.SEVERITIES)
    began = ClockField(_l("From"))
    ended = ClockField(_l("Until"))


class OtherEffectRow(RowForm):
    """An effect in the therapist's own words."""

    name = StringField(_l("What"), [_at_most(effects.LONGEST_NAME)])
    severity = _choice(_l("How strong"), record_words.SEVERITIES)
    began = ClockField(_l("From"))
    ended = ClockField(_l("Until"))


class AdverseRow(RowForm):
    """Something that went wrong."""

    what = StringField(_l("What went wrong"), [_at_most(effects.LONGEST_TEXT)])
    severity = _choice(_l("How severe"), record_words.WORSE)
    done = StringField(_l("What was done"), [_at_most(effects.LONGEST_TEXT)])
    outcome = _choice(_l("What became of it"), record_words.OUTCOMES)
    resolved_at = MomentField(_l("Resolved at"))


class Problem(NamedTuple):
    """What is wrong with one field, for the list on top."""

    id: str
    label: str
    text: str


class RecordForm(BaseForm):
    """Everything of one session; only its beginning is needed."""

    version = WholeField(_l("Version"), widget=HiddenInput(), validators=[DataRequired(STALE)])
    started_at = MomentField(_l("Began"), [DataRequired(_l("Write when the session began."))])
    ended_at = MomentField(_l("Ended"), [Optional()])
    weight = AmountField(_l("Body weight"))
    doses = Rows(FormField(DoseRow), min_entries=2)
    vitals = Rows(FormField(VitalsRow), min_entries=4)
    effects = Rows(FormField(EffectRow), min_entries=len(effects.ASKED))
    others = Rows(FormField(OtherEffectRow), min_entries=1)
    adverse = Rows(FormField(AdverseRow), min_entries=1)
    cadss = CountField(_l("CADSS total"), own_notes.CADSS)
    checks = ChoicesField(_l("Before they go home"), choices=options(record_words.CHECKS.items()))
    escort = StringField(_l("Who accompanies them"), [_at_most(discharge.LONGEST_NAME)])
    left_at = ClockField(_l("Went home at"))
    reason = StringField(
        _l("Why sooner than two hours after the last dose"), [_at_most(discharge.LONGEST_REASON)]
    )
    note = TextAreaField(
        _l("Note for the record, stays with you"), [_at_most(own_notes.LONGEST_NOTE)]
    )
    sure = SureField()

    ROWS = ("doses", "vitals", "effects", "others", "adverse")

    def each_row(self) -> Iterator[tuple[str, RowForm]]:
        """Yield every row with what it is called."""
        for name in self.ROWS:
            for number, row in enumerate(self[name].forms, 1):
                yield record_words.row_title(row, name, number), row

    def problems(self) -> list[Problem]:
        """Return all that is wrong, in the order of the page."""
        found = [
            Problem(field.id, str(field.label.text), str(text))
            for field in self
            if field.name not in self.ROWS
            for text in field.errors
        ]
        for title, row in self.each_row():
            found += [
                Problem(field.id, f"{title}: {field.label.text}", str(text))
                for field in row
                for text in field.errors
            ]
        return found

    def one_more(self, name: str) -> bool:
        """Add an empty row of a kind; False for what is no kind of row."""
        if name in self.ROWS:
            self[name].one_more()
        return name in self.ROWS
