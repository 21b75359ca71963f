"""The record of a medicine session: doses, vitals, effects, what went wrong, going home."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from journal.features.care import discharge, dosing, saying
from journal.features.care.discharge import NOT_YET, Discharge
from journal.features.care.dosing import Dose
from journal.features.care.effects import AdverseEvent, Effect
from journal.features.care.vitals import Vitals


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """All that is said of a session beside its times; what is not known is missing.

    A record from before any of it was kept reads as an empty one.
    """

    grams: int | None = None
    doses: tuple[Dose, ...] = ()
    vitals: tuple[Vitals, ...] = ()
    effects: tuple[Effect, ...] = ()
    adverse: tuple[AdverseEvent, ...] = ()
    discharge: Discharge = NOT_YET

    @property
    def last_dose(self) -> datetime | None:
        """Return when the last dose was given."""
        return max((dose.at for dose in self.doses), default=None)

    @property
    def observed(self) -> timedelta | None:
        """Return how long the patient was watched after the last dose."""
        return discharge.observed(self.last_dose, self.discharge.at)

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it, {} for an empty one."""
        return saying.said(
            grams=self.grams,
            doses=saying.dumped(self.doses),
            vitals=saying.dumped(self.vitals),
            effects=saying.dumped(self.effects),
            adverse=saying.dumped(self.adverse),
        ) | ({"discharge": left} if (left := self.discharge.dump()) else {})

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "SessionRecord":
        """Read what a report says; raises ValueError."""
        return cls(
            saying.whole(says, "grams", dosing.GRAMS),
            saying.rows(says, "doses", Dose.read),
            saying.rows(says, "vitals", Vitals.read),
            saying.rows(says, "effects", Effect.read),
            saying.rows(says, "adverse", AdverseEvent.read),
            Discharge.read(saying.part(says, "discharge")),
        )


EMPTY = SessionRecord()
