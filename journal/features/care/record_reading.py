"""From the form to the record: times on one day's clocks, units compared, doubts asked once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from journal.core.reminder_times import instant_of
from journal.features.care import actions, discharge, dosing, record_words, vitals
from journal.features.care.discharge import Discharge
from journal.features.care.dosing import Dose, Route
from journal.features.care.doubts import Doubt, asked_already, doubts
from journal.features.care.effects import AdverseEvent, Effect, Outcome, Severity
from journal.features.care.medicine_session import LONGEST, MedicineSession, Status
from journal.features.care.own_notes import OwnPart
from journal.features.care.record_forms import RecordForm
from journal.features.care.session_record import SessionRecord
from journal.features.care.vitals import Phase, Vitals
from journal.web.fields import CLOCKS_DIFFER
from journal.web.filters import at_clock, duration

# A time of the day belongs to the session if it lies in the 24 hours from here before its start.
READY_BEFORE = timedelta(hours=6)
MIDDLE = timedelta(hours=12) - READY_BEFORE
Moment = TypeVar("Moment", datetime, datetime | None)


class Reading:
    """One reading of a posted form; what is wrong goes beside the field it is about."""

    def __init__(self, form: RecordForm, before: MedicineSession, zone: str, now: datetime) -> None:
        self.form, self.before, self.zone, self.now = form, before, zone, now
        self.wrong = False
        self.doubted: list[tuple[Doubt, str]] = []
        self.known = {self._wall(moment): moment for moment in _moments(before)}

    def session(self) -> MedicineSession | None:
        """Return what the form says, None while something is wrong or in doubt."""
        if not self.form.validate():
            return None
        self.form.ended_at.data = self._as_known(self.form.ended_at.data)
        self._times()
        record = None if self.wrong else self._record()
        if record is None or self.wrong:
            return None
        self._ask(record)
        return None if self.doubted else self._whole(record)

    def own(self) -> OwnPart:
        """Return what stays with the therapist."""
        return OwnPart(self.form.note.data or "", self.form.cadss.data)

    def _refuse(self, field: Any, words: str) -> None:
        field.errors = [*field.errors, words]
        self.wrong = True

    def _times(self) -> None:
        began, ended = self.form.started_at, self.form.ended_at
        if began.data > self.now + CLOCKS_DIFFER:
            self._refuse(began, _("This is still to come."))
        if ended.data is None:
            if self.before.is_held:
                self._refuse(ended, _("It is recorded as over. Write when it ended."))
            return
        if ended.data > self.now + CLOCKS_DIFFER:
            self._refuse(ended, _("This is still to come. Leave it empty until it is over."))
        elif not began.data < ended.data <= began.data + LONGEST:
            self._refuse(ended, _("The end comes after the beginning, within twelve hours."))

    def _record(self) -> SessionRecord:
        grams = self._grams()
        doses = tuple(filter(None, [self._dose(row, grams) for row in _filled(self.form.doses)]))
        readings = tuple(filter(None, [self._vitals(row) for row in _filled(self.form.vitals)]))
        felt = [*_filled(self.form.effects), *_filled(self.form.others)]
        effects = tuple(filter(None, [self._effect(row) for row in felt]))
        adverse = tuple(filter(None, [self._adverse(row) for row in _filled(self.form.adverse)]))
        last = max((dose.at for dose in doses), default=None)
        return SessionRecord(grams, doses, readings, effects, adverse, self._going_home(last))

    def _grams(self) -> int | None:
        field = self.form.weight
        if field.data is None:
            return None
        grams = dosing.thousandths(field.data)
        if not dosing.GRAMS.hold(grams):
            low, high = (dosing.plain(dosing.kg_of(limit)) for limit in dosing.GRAMS)
            limits = {"low": low, "high": high}
            self._refuse(field, _("From %(low)s to %(high)s kg can be written here.", **limits))
            return None
        return grams

    def _dose(self, row: Any, grams: int | None) -> Dose | None:
        at = self._at(row.at, needed=True)
        if not row.route.data:
            self._refuse(row.route, _("Choose how it was given."))
        ug, per_kg = self._micrograms(row, grams)
        if at is not None and at < self.form.started_at.data:
            began = at_clock(self.form.started_at.data)
            self._refuse(row.at, _("This is before the session began, at %(began)s.", began=began))
        if at is not None and self.form.ended_at.data and at > self.form.ended_at.data:
            ended = at_clock(self.form.ended_at.data)
            self._refuse(row.at, _("This is after the session ended, at %(ended)s.", ended=ended))
        if at is None or ug is None or self.wrong:
            return None
        return Dose(at, Route(row.route.data), ug, per_kg)

    def _micrograms(self, row: Any, grams: int | None) -> tuple[int | None, int | None]:
        """Return the dose, and the dose by weight where it was typed; (None, None) when wrong."""
        mg, per_kg = row.mg.data, row.per_kg.data
        if mg is None and per_kg is None:
            self._refuse(row.mg, _("Write the dose, in mg or in mg/kg."))
            return None, None
        if per_kg is None:
            return self._whole_dose(row.mg, mg), None
        if grams is None:
            if not self.form.weight.errors:
                self._refuse(self.form.weight, _("For a dose in mg/kg the body weight is needed."))
            return None, None
        kg = dosing.kg_of(grams)
        if mg is not None and not dosing.agree(mg, per_kg, kg):
            self._refuse(row.per_kg, _disagreement(mg, per_kg, kg))
            return None, None
        given = dosing.mg_of(per_kg, kg) if mg is None else mg
        micrograms = dosing.thousandths(per_kg)
        if not dosing.MICROGRAMS_PER_KG.hold(micrograms):
            self._refuse(row.per_kg, _too_much_by_weight(given, per_kg))
            return None, None
        return self._whole_dose(row.mg if mg is not None else row.per_kg, given), micrograms

    def _whole_dose(self, field: Any, mg: Decimal) -> int | None:
        micrograms = dosing.thousandths(mg)
        if dosing.MICROGRAMS.hold(micrograms):
            return micrograms
        most = dosing.plain(dosing.kg_of(dosing.MICROGRAMS.high))
        asked = {"mg": dosing.plain(mg), "most": most}
        self._refuse(
            field, _("This comes to %(mg)s mg. More than 0 and up to %(most)s mg can be.", **asked)
        )
        return None

    def _vitals(self, row: Any) -> Vitals | None:
        at = self._at(row.at, needed=True)
        numbers = {name: row[name].data for name in vitals.LIMITS}
        self._compare(row, vitals.trouble(numbers))
        phase = row.phase.data if row.phase.data in record_words.PHASES else Phase.FURTHER.value
        return None if at is None or self.wrong else Vitals(Phase(phase), at, **numbers)

    def _compare(self, row: Any, trouble: str) -> None:
        if trouble == "nothing":
            self._refuse(row.systolic, _("Write what was measured, or empty the time."))
        elif trouble == "half":
            missing = row.systolic if row.systolic.data is None else row.diastolic
            self._refuse(missing, _("A blood pressure has both numbers."))
        elif trouble == "order":
            self._refuse(row.systolic, _("Systolic is above diastolic. Are they swapped?"))

    def _effect(self, row: Any) -> Effect | None:
        if not row.name.data:
            self._refuse(row.name, _("Write what it was."))
        if not row.severity.data:
            self._refuse(row.severity, _("Choose how strong it was."))
        began, ended = self._at(row.began), self._at(row.ended)
        if began is not None and ended is not None and ended < began:
            self._refuse(row.ended, _("This is before it began."))
        if self.wrong:
            return None
        return Effect(row.name.data, Severity(int(row.severity.data)), began, ended)

    def _adverse(self, row: Any) -> AdverseEvent | None:
        if not row.what.data:
            self._refuse(row.what, _("Write what went wrong."))
        if not row.severity.data:
            self._refuse(row.severity, _("Choose how severe it was."))
        resolved = row.resolved_at.data
        if resolved and not self.form.started_at.data <= resolved <= self.now + CLOCKS_DIFFER:
            self._refuse(row.resolved_at, _("Between the session's beginning and now, please."))
        if resolved and row.outcome.data != Outcome.RESOLVED.value:
            self._refuse(row.outcome, _("Choose “it passed”, or empty the time when it did."))
        if self.wrong:
            return None
        outcome = Outcome(row.outcome.data) if row.outcome.data else None
        severity = Severity(int(row.severity.data))
        return AdverseEvent(row.what.data, severity, row.done.data or "", outcome, resolved)

    def _going_home(self, last_dose: datetime | None) -> Discharge:
        form = self.form
        at, reason = self._at(form.left_at), form.reason.data or ""
        earliest = max(filter(None, (form.started_at.data, form.ended_at.data, last_dose)))
        watched = discharge.observed(last_dose, at)
        if at is not None and at < earliest:
            before = at_clock(earliest)
            self._refuse(form.left_at, _("Nobody goes home before %(before)s.", before=before))
        elif watched is not None and watched < discharge.OBSERVED and not reason:
            minutes = duration(watched // timedelta(minutes=1))
            self._refuse(
                form.reason,
                _("They went home %(minutes)s after the last dose. Write why.", minutes=minutes),
            )
        return Discharge(tuple(form.checks.data or ()), form.escort.data or "", at, reason)

    def _at(self, field: Any, *, needed: bool = False) -> datetime | None:
        """Return the instant of a time of the day: the one nearest to the session."""
        if field.data is None:
            if needed:
                self._refuse(field, _("Write the time."))
            return None
        middle = self.form.started_at.data + MIDDLE
        first = self.form.started_at.data.astimezone(ZoneInfo(self.zone)).date()
        days = [first + timedelta(step) for step in (-1, 0, 1)]
        found = [instant_of(day, field.data, self.zone) for day in days]
        at = self._as_known(min(found, key=lambda one: abs(one - middle)))
        if at > self.now + CLOCKS_DIFFER:
            self._refuse(field, _("This is still to come."))
        return at

    def _as_known(self, at: Moment) -> Moment:
        """Return what is saved under the same time of the clocks, else the moment itself.

        In autumn an hour comes twice and a form can't say which: saved again, a dose would move.
        """
        return at if at is None else self.known.get(self._wall(at), at)

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, fold=0, second=0)

    def _ask(self, record: SessionRecord) -> None:
        sure = asked_already(self.before.record) | set(self.form.sure.data or ())
        self.doubted = [
            (doubt, record_words.question(doubt, record))
            for doubt in doubts(record)
            if doubt.key not in sure
        ]

    def _whole(self, record: SessionRecord) -> MedicineSession:
        began, ended = self.form.started_at.data, self.form.ended_at.data
        if ended is None:
            when = actions.wall_time(began, self.zone)
            return MedicineSession(Status.RUNNING, when, record=record)
        minutes = (ended - began) // timedelta(minutes=1)
        when = actions.wall_time(began, self.zone)
        return MedicineSession(Status.HELD, when, minutes, record)


def _moments(session: MedicineSession) -> Iterator[datetime]:
    """Yield every time of the day that is saved of a session; of two alike the first stands."""
    record = session.record
    found = [session.ended_at, record.discharge.at, *(one.at for one in record.vitals)]
    for effect in record.effects:
        found += [effect.began, effect.ended]
    found += [dose.at for dose in record.doses]
    yield from sorted(filter(None, found), reverse=True)


def _filled(rows: Any) -> list[Any]:
    return [row for row in rows.forms if row.filled]


def _disagreement(mg: Decimal, per_kg: Decimal, kg: Decimal) -> str:
    words = _(
        "At %(kg)s kg, %(mg)s mg is %(as_per_kg)s mg/kg, and %(per_kg)s mg/kg is %(as_mg)s mg. "
        "Correct one of them, or leave one empty.",
        kg=dosing.plain(kg),
        mg=dosing.plain(mg),
        as_per_kg=dosing.plain(dosing.per_kg_of(mg, kg)),
        per_kg=dosing.plain(per_kg),
        as_mg=dosing.plain(dosing.mg_of(per_kg, kg)),
    )
    return str(words)


def _too_much_by_weight(mg: Decimal, per_kg: Decimal) -> str:
    if not per_kg:
        return str(_("Write more than 0, or leave it empty."))
    said = {"mg": dosing.plain(mg), "per_kg": dosing.plain(per_kg)}
    return str(_("That comes to %(mg)s mg. Did you mean %(per_kg)s mg in all?", **said))
