"""What the patients of the demo take, took elsewhere, and say of their bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from journal.core import records
from journal.demo.people import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal.demo.clinic import Clinic

SCOPE = "medications"
AT = time(20, 30)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Taken:
    """The tables of one TOML file: changes of medicines, own use, and checks of the body."""

    medicines: Sequence[Mapping[str, Any]] = ()
    uses: Sequence[Mapping[str, Any]] = ()
    checks: Sequence[Mapping[str, Any]] = ()


NOTHING = Taken()


@dataclass(frozen=True, slots=True)
class Notes:
    """A patient notes one of them; of: how many days before its moment it was, None for then."""

    clinic: Clinic
    patient: str
    kind: str
    content: Mapping[str, Any]
    of: int | None = None

    def __call__(self, at: datetime) -> None:
        content, occurred_at = dict(self.content), at
        if self.of is not None:
            zone = ZoneInfo(ZONE)
            day = self.clinic.now.astimezone(zone).date() - timedelta(self.of)
            content["on"] = day.isoformat()
            occurred_at = min(at, datetime.combine(day, NOON, zone).astimezone(UTC))
        records.write(
            self.clinic.db,
            self.clinic.rings[self.patient],
            record_id=uuid4(),
            kind=self.kind,
            scope=SCOPE,
            content=content,
            occurred_at=occurred_at,
            now=at,
        )


def of(clinic: Clinic, patient: str, taken: Taken) -> Iterator[tuple[int, time, Notes]]:
    """Yield what is noted so many days ago at a local time."""
    change = {"about": False, "amount": "", "often": "", "reason": ""}
    use: dict[str, Any] = {"amount": "", "why": [], "words": ""}
    check = {"urinary": None, "craving": None, "other": "", "words": ""}
    for one in taken.medicines:
        said = _without(one, "ago", "noted")
        ago = one["ago"]
        yield one.get("noted", ago), AT, Notes(clinic, patient, "medication", change | said, ago)
    for one in taken.uses:
        said = _without(one, "ago", "at")
        yield one["ago"], one["at"], Notes(clinic, patient, "exposure", use | said)
    for one in taken.checks:
        said = _without(one, "ago")
        yield one["ago"], AT, Notes(clinic, patient, "body-check", check | said)


def _without(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}
