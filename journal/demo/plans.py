"""The safety plans of the demo: each version as its patient saved it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from journal.core import records
from journal.demo.people import Patient

if TYPE_CHECKING:
    from journal.demo.clinic import Clinic

KIND = SCOPE = "safety-plan"


@dataclass(frozen=True, slots=True)
class Version:
    """A version, `ago` days ago at a local time; parts as the record holds them."""

    ago: int
    at: time
    parts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plans:
    """A patient saves a version of a safety plan."""

    clinic: "Clinic"
    patient: Patient
    n: int
    version: Version

    def __call__(self, at: datetime) -> None:
        records.write(
            self.clinic.db,
            self.clinic.rings[self.patient.key],
            record_id=uuid4(),
            kind=KIND,
            scope=SCOPE,
            content={"n": self.n, "parts": self.version.parts},
            occurred_at=at,
            now=at,
        )


def of(clinic: "Clinic", patient: Patient, versions: tuple[Version, ...]) -> Iterator[Plans]:
    """Yield what a patient does about a plan, the oldest version first."""
    in_order = sorted(versions, key=lambda version: -version.ago)
    return (Plans(clinic, patient, n, version) for n, version in enumerate(in_order, 1))
