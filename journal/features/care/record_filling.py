"""From the record to the form: what is known stands in its fields, with a few empty rows."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from journal.features.care import dosing, effects
from journal.features.care.discharge import Discharge
from journal.features.care.effects import AdverseEvent, Effect
from journal.features.care.medicine_session import MedicineSession, Status
from journal.features.care.own_notes import OwnPart
from journal.features.care.record_forms import RecordForm
from journal.features.care.session_record import SessionRecord
from journal.features.care.vitals import Phase, Vitals
from journal.web.filters import local

ONCE = (Phase.BEFORE, Phase.PEAK, Phase.AFTER)
TODAY = timedelta(hours=12)  # how long ago a plan still says when a session began


def form_of(session: MedicineSession, own: OwnPart, version: int, now: datetime) -> RecordForm:
    """Return the form as it stands for a session."""
    record = session.record
    return RecordForm(
        formdata=None,
        version=version,
        started_at=_began(session, now),
        ended_at=session.ended_at,
        weight=None if record.grams is None else dosing.kg_of(record.grams),
        doses=[*_doses(record), {}],
        vitals=_vitals(record),
        effects=_asked(record),
        others=[*(_effect(one) for one in record.effects if one.name not in effects.ASKED), {}],
        adverse=[*map(_adverse, record.adverse), {}],
        cadss=own.cadss,
        note=own.note,
        **_going_home(record.discharge),
    )


def _began(session: MedicineSession, now: datetime) -> datetime:
    """Return when it began; of a plan its own time, unless that is not what is happening now."""
    planned = session.when.at
    if session.status is not Status.PLANNED or now - TODAY <= planned <= now:
        return planned
    return now


def _doses(record: SessionRecord) -> list[dict[str, Any]]:
    return [
        {
            "at": _minute(dose.at),
            "route": dose.route.value,
            "mg": dose.mg,
            "per_kg": None if dose.ug_per_kg is None else Decimal(dose.ug_per_kg) / 1000,
        }
        for dose in record.doses
    ]


def _vitals(record: SessionRecord) -> list[dict[str, Any]]:
    """Return a row for each reading that is always taken, then the further ones, then one more."""
    first = {phase: _first(record.vitals, phase) for phase in ONCE}
    rest = [one for one in record.vitals if one not in first.values()]
    fixed = [_reading(one) if one else {"phase": phase.value} for phase, one in first.items()]
    return [*fixed, *map(_reading, rest), {}]


def _first(vitals: tuple[Vitals, ...], phase: Phase) -> Vitals | None:
    return next((one for one in vitals if one.phase is phase), None)


def _reading(one: Vitals) -> dict[str, Any]:
    return {"phase": one.phase.value, "at": _minute(one.at), **one.numbers()}


def _asked(record: SessionRecord) -> list[dict[str, Any]]:
    said = {one.name: _effect(one) for one in record.effects}
    return [said.get(name, {"name": name}) for name in effects.ASKED]


def _effect(one: Effect) -> dict[str, Any]:
    return {
        "name": one.name,
        "severity": str(one.severity.value),
        "began": _minute(one.began),
        "ended": _minute(one.ended),
    }


def _adverse(event: AdverseEvent) -> dict[str, Any]:
    return {
        "what": event.what,
        "severity": str(event.severity.value),
        "done": event.done,
        "outcome": event.outcome.value if event.outcome else "",
        "resolved_at": event.resolved_at,
    }


def _going_home(left: Discharge) -> dict[str, Any]:
    return {
        "checks": list(left.checks),
        "escort": left.escort,
        "left_at": _minute(left.at),
        "reason": left.reason,
    }


def _minute(at: datetime | None) -> int | None:
    """Return the minute of the day that the person's own clocks showed."""
    return None if at is None else local(at).hour * 60 + local(at).minute
