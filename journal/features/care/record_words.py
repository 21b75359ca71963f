"""The record of a session in words: what the form, the patient's copy and its history say."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from journal.features.care import dosing, vitals
from journal.features.care.doubts import Doubt
from journal.features.care.effects import AdverseEvent, Effect
from journal.features.care.medicine_session import MedicineSession, Status
from journal.features.care.session_record import SessionRecord
from journal.features.care.vitals import Vitals
from journal.web.filters import at_clock, duration, local, moment, weekday

ROUTES = {
    "iv": _l("into a vein (IV)"),
    "im": _l("into a muscle (IM)"),
    "sublingual": _l("under the tongue (sublingual)"),
    "intranasal": _l("through the nose (intranasal)"),
    "oral": _l("swallowed (oral)"),
}
SEVERITIES = {"0": _l("none"), "1": _l("mild"), "2": _l("moderate"), "3": _l("severe")}
WORSE = {key: word for key, word in SEVERITIES.items() if key != "0"}
OUTCOMES = {
    "resolved": _l("it passed"),
    "lasting": _l("it lasts"),
    "unknown": _l("not known"),
}
EFFECTS = {
    "dissociation": _l("Dissociation"),
    "hallucinations": _l("Hallucinations"),
    "blood-pressure": _l("Raised blood pressure"),
}
PHASES = {
    "before": _l("Before"),
    "peak": _l("At about 40 minutes"),
    "after": _l("After"),
    "further": _l("Further reading"),
}
NUMBERS = {
    "systolic": _l("Systolic"),
    "diastolic": _l("Diastolic"),
    "pulse": _l("Pulse"),
    "spo2": _l("Oxygen"),
}
CHECKS = {
    "vitals": _l("Blood pressure and pulse back near those from before"),
    "steady": _l("Steady on the feet"),
    "oriented": _l("Oriented: knows the place and the day"),
    "escort": _l("Somebody there to go along"),
    "no-driving": _l("Knows: no driving until the next day, after sleep"),
    "numbers": _l("Has numbers to call"),
}
STATUSES = {
    Status.PLANNED: _l("planned"),
    Status.RUNNING: _l("begun"),
    Status.HELD: _l("took place"),
    Status.CANCELLED: _l("cancelled"),
}


class Fact(NamedTuple):
    """One line of what is said."""

    label: str
    value: str


class Change(NamedTuple):
    """One line that a newer version says otherwise: "" where it was not there, or no longer is."""

    label: str
    was: str
    now: str


def register(app: Flask) -> None:
    """Give the templates what a record says."""
    app.add_template_filter(facts, "session_facts")
    app.add_template_filter(changes, "changes_to")
    app.add_template_filter(row_title, "row_title")
    app.add_template_filter(minutes_of, "observed_minutes")


def facts(session: MedicineSession) -> list[Fact]:
    """Return everything that is said of a session beside its times, line by line."""
    record = session.record
    found = [Fact(_("Body weight"), _kg(record.grams))] if record.grams is not None else []
    return [*found, *for_a_brief(record), *_going_home(record)]


def for_a_brief(record: SessionRecord) -> Iterator[Fact]:
    """Yield what was given, measured and felt, and what went wrong."""
    yield from _doses(record)
    yield from map(_vitals, record.vitals)
    yield from map(_effect, record.effects)
    for number, event in enumerate(record.adverse, 1):
        yield Fact(_("Went wrong %(number)s", number=number), _adverse(event))


def changes(older: MedicineSession, newer: MedicineSession) -> list[Change]:
    """Return what the newer version says otherwise, line by line."""
    was, now = dict(_all(older)), dict(_all(newer))
    labels = [*now, *(label for label in was if label not in now)]
    return [
        Change(label, was.get(label, ""), now.get(label, ""))
        for label in labels
        if was.get(label) != now.get(label)
    ]


def row_title(row: object, name: str, number: int) -> str:
    """Return what a row of the form is called."""
    if name == "doses":
        return str(_("Dose %(number)s", number=number))
    if name == "adverse":
        return str(_("Went wrong %(number)s", number=number))
    if name == "others":
        return str(_("Other effect %(number)s", number=number))
    words, field = (EFFECTS, "name") if name == "effects" else (PHASES, "phase")
    return str(words.get(getattr(row, field).data, _("Further reading")))


def question(doubt: Doubt, record: SessionRecord) -> str:
    """Return a doubt as a question to whoever typed it."""
    if doubt.about == "weight":
        return str(_("%(kg)s kg body weight: is that right?", kg=_plain(doubt.number)))
    if doubt.about == "left":
        return str(_("Not everything is ticked. They went home all the same?"))
    if doubt.about in NUMBERS:
        name, unit = NUMBERS[doubt.about], vitals.UNITS[doubt.about]
        asked = {"name": name, "number": doubt.number, "unit": unit}
        return str(_("%(name)s %(number)s %(unit)s: are the digits right?", **asked))
    return _unit_question(doubt, record)


def amount(record: SessionRecord, row: int) -> str:
    """Return "35 mg (0.5 mg/kg)"; without the body weight the mg alone."""
    dose = record.doses[row]
    per_kg = dose.per_kg(record.grams)
    if per_kg is None:
        return str(_("%(mg)s mg", mg=_plain(dose.mg)))
    both = {"mg": _plain(dose.mg), "per_kg": _plain(per_kg)}
    return str(_("%(mg)s mg (%(per_kg)s mg/kg)", **both))


def stretch(began: datetime | None, ended: datetime | None) -> str:
    """Return "10:15 to 11:00", "from 10:15", "until 11:00", or ""."""
    if began and ended:
        return str(_("%(began)s to %(ended)s", began=at_clock(began), ended=at_clock(ended)))
    if began:
        return str(_("from %(began)s", began=at_clock(began)))
    return str(_("until %(ended)s", ended=at_clock(ended))) if ended else ""


def _all(session: MedicineSession) -> list[Fact]:
    times = [Fact(_("Session"), str(STATUSES[session.status])), Fact(_("Began"), _moment(session))]
    if session.minutes is not None:
        times.append(Fact(_("Lasted"), duration(session.minutes)))
    return [*times, *facts(session)]


def _moment(session: MedicineSession) -> str:
    return f"{weekday(local(session.when.at).date())}, {at_clock(session.when.at)}"


def _doses(record: SessionRecord) -> Iterator[Fact]:
    for row, dose in enumerate(record.doses):
        parts = (amount(record, row), str(ROUTES[dose.route.value]), at_clock(dose.at))
        label = _("Dose %(number)s", number=row + 1) if len(record.doses) > 1 else _("Dose")
        yield Fact(str(label), ", ".join(parts))


def _vitals(one: Vitals) -> Fact:
    said = []
    if one.systolic is not None:
        pressure = {"systolic": one.systolic, "diastolic": one.diastolic}
        said.append(_("blood pressure %(systolic)s over %(diastolic)s mmHg", **pressure))
    if one.pulse is not None:
        said.append(_("pulse %(pulse)s a minute", pulse=one.pulse))
    if one.spo2 is not None:
        said.append(_("oxygen %(spo2)s %%", spo2=one.spo2))
    label = f"{PHASES[one.phase.value]}, {at_clock(one.at)}"
    return Fact(label, ", ".join(str(text) for text in said))


def _effect(one: Effect) -> Fact:
    said = [str(SEVERITIES[str(one.severity.value)]), stretch(one.began, one.ended)]
    return Fact(str(EFFECTS.get(one.name, one.name)), ", ".join(filter(None, said)))


def _adverse(event: AdverseEvent) -> str:
    said = [event.what, str(SEVERITIES[str(event.severity.value)])]
    if event.done:
        said.append(str(_("done: %(done)s", done=event.done)))
    if event.outcome is not None:
        said.append(str(OUTCOMES[event.outcome.value]))
    if event.resolved_at is not None:
        said.append(moment(event.resolved_at))
    return " · ".join(said)


def _going_home(record: SessionRecord) -> Iterator[Fact]:
    left = record.discharge
    if left.checks:
        said = "; ".join(str(CHECKS[check]) for check in left.checks)
        yield Fact(str(_("Looked at before going home")), said)
    if left.escort:
        yield Fact(str(_("Accompanied by")), left.escort)
    if left.at is not None:
        yield Fact(str(_("Went home")), at_clock(left.at))
    if record.observed is not None:
        yield Fact(str(_("After the last dose")), duration(minutes_of(record)))
    if left.reason:
        yield Fact(str(_("Why sooner than two hours")), left.reason)


def minutes_of(record: SessionRecord) -> int:
    """Return the whole minutes between the last dose and going home, where both are known."""
    return 0 if record.observed is None else record.observed // timedelta(minutes=1)


def _unit_question(doubt: Doubt, record: SessionRecord) -> str:
    said, typed = amount(record, doubt.row), _plain(doubt.number)
    if doubt.other == "mg/kg":
        asked = {"said": said, "typed": typed}
        return str(_("%(said)s in all is very little. Did you mean %(typed)s mg/kg?", **asked))
    if doubt.other == "mg":
        asked = {"said": said, "typed": typed}
        return str(_("That comes to %(said)s. Did you mean %(typed)s mg in all?", **asked))
    return str(_("%(said)s: are the number and its unit right?", said=said))


def _kg(grams: int) -> str:
    return str(_("%(kg)s kg", kg=dosing.plain(dosing.kg_of(grams))))


def _plain(number: Decimal | int) -> str:
    return dosing.plain(Decimal(number))
