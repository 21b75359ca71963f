"""The medicine sessions of the demo, as Tess recorded them: made up, and the same each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from journal.core import clinical
from journal.demo import courses
from journal.demo.people import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal.demo.clinic import Clinic
    from journal.demo.people import Patient

BEGINS, LASTS = 10 * 60, 50  # minute of the day, minutes
# Who was given what: grams of body weight, and micrograms for each kg, session by session.
WEIGHTS = {"ana": 64_000, "jonas": 82_000}
AMOUNTS = {"ana": (500, 500, 600, 600, 750, 750, 750, 750), "jonas": (500, 500, 600)}
AHEAD = {"ana": (-8,)}  # days ago of what is planned
ESCORTS = {"ana": "Rui", "jonas": "a friend"}
RECORDED_AT, PLANNED_AGO, BY = time(13), 3, "tess"
CHECKS = ["vitals", "steady", "oriented", "escort", "no-driving", "numbers"]


@dataclass(frozen=True, slots=True)
class Records:
    """Tess records a session of so many days ago, or plans one ahead; the patient gets a copy."""

    clinic: Clinic
    patient: Patient
    number: int
    ago: int

    @property
    def said_ago(self) -> int:
        """Return how many days ago she wrote it down."""
        return self.ago if self.ago > 0 else PLANNED_AGO

    def __call__(self, at: datetime) -> None:
        clinic, key = self.clinic, self.patient.key
        zone = ZoneInfo(ZONE)
        day = clinic.now.astimezone(zone).date() - timedelta(self.ago)
        began = datetime.combine(day, time(BEGINS // 60), zone)
        clinical.begin(
            clinic.db,
            clinic.ring(BY, at),
            clinic.grants[key, BY],
            record_id=uuid4(),
            kind="session-record",
            copied_as="medicine-session",
            says=held(key, self.number, began) if self.ago > 0 else planned(began),
            occurs=began,
            now=at,
        )
        clinic.db.commit()


def of(clinic: Clinic, patient: Patient) -> Iterator[Records]:
    """Yield what she records of a patient's sessions, oldest first."""
    if patient.key not in WEIGHTS:
        return
    dates = [*courses.COURSES[patient.key].sessions, *AHEAD.get(patient.key, ())]
    for number, ago in enumerate(dates, 1):
        yield Records(clinic, patient, number, ago)


def planned(began: datetime) -> dict[str, Any]:
    """Return what a report says of a session to come."""
    return {
        "status": "planned",
        "day": began.date().isoformat(),
        "minute": BEGINS,
        "zone": ZONE,
    }


def held(patient: str, number: int, began: datetime) -> dict[str, Any]:
    """Return what a report says of a session that was: whole numbers and short texts."""
    chance = Random(f"{courses.SEED} session {patient} {number}")  # noqa: S311 - no secret
    grams, by_weight = WEIGHTS[patient], AMOUNTS[patient][number - 1]
    left = began + timedelta(minutes=150 + chance.randrange(20))
    home = {"checks": CHECKS, "escort": ESCORTS[patient], "at": _seconds(left)}
    record = {
        "grams": grams,
        "doses": [_dose(began + timedelta(minutes=5), by_weight, grams)],
        "vitals": list(_vitals(began, chance)),
        "effects": _effects(began, chance),
        "discharge": home,
    }
    return {**planned(began), "status": "held", "minutes": LASTS, "record": record}


def _dose(at: datetime, by_weight: int, grams: int) -> dict[str, Any]:
    given = by_weight * grams // 1000 // 10 * 10
    return {"at": _seconds(at), "route": "im", "ug": given, "ug_per_kg": by_weight}


def _vitals(began: datetime, chance: Random) -> Iterator[dict[str, Any]]:
    for phase, minutes, rise in (("before", -10, 0), ("peak", 45, 24), ("after", 130, 4)):
        yield {
            "phase": phase,
            "at": _seconds(began + timedelta(minutes=minutes)),
            "systolic": 116 + rise + chance.randrange(8),
            "diastolic": 72 + rise // 2 + chance.randrange(6),
            "pulse": 66 + rise // 3 + chance.randrange(8),
            "spo2": 97 + chance.randrange(3),
        }


def _effects(began: datetime, chance: Random) -> list[dict[str, Any]]:
    felt = {
        "name": "dissociation",
        "severity": 1 + chance.randrange(2),
        "began": _seconds(began + timedelta(minutes=12)),
        "ended": _seconds(began + timedelta(minutes=65)),
    }
    return [felt, {"name": "hallucinations", "severity": 0}]


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
