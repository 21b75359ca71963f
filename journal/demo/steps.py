"""The steps of two courses in the demo, as Tess said them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from uuid import uuid4

from journal.core import clinical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal.demo.clinic import Clinic
    from journal.demo.people import Patient

BY, SAID_AT = "tess", time(15)
# How many days ago she said what.
SAID = {
    "ana": ((345, "cleared"), (20, "maintained"), (3, "prepared")),
    "jonas": ((200, "cleared"), (51, "paused")),
}


@dataclass(frozen=True, slots=True)
class Says:
    """Tess takes a step of a patient's course; the patient gets a copy."""

    clinic: Clinic
    patient: Patient
    ago: int
    step: str

    def __call__(self, at: datetime) -> None:
        clinic = self.clinic
        clinical.begin(
            clinic.db,
            clinic.ring(BY, at),
            clinic.grants[self.patient.key, BY],
            record_id=uuid4(),
            kind="step-record",
            copied_as="course-step",
            says={"step": self.step, "withdrawn": 0},
            occurs=at,
            now=at,
        )
        clinic.db.commit()


def of(clinic: Clinic, patient: Patient) -> Iterator[Says]:
    """Yield what she says of a patient's course, oldest first."""
    for ago, step in SAID.get(patient.key, ()):
        yield Says(clinic, patient, ago, step)
