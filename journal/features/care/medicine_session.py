"""A medicine session: when it is to be, or was, and what number it has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from journal.features.care import saying
from journal.features.care.anchored import WallTime
from journal.features.care.session_record import EMPTY, SessionRecord

KIND = "medicine-session"  # the patient's copy
OWN_KIND = "session-record"  # the therapist's own record
SCOPE = "care"
PARTIAL = "care/_record.html"

A_DAY = 24 * 60  # minutes
LONGEST = timedelta(hours=12)
PLANNED_FOR = timedelta(hours=1)  # until somebody has recorded how long it was
YEARS = range(1900, 2201)


class Status(StrEnum):
    """What has become of it."""

    PLANNED = "planned"
    RUNNING = "running"  # begun, and not over yet
    CANCELLED = "cancelled"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class MedicineSession:
    """A session on the clocks of where it takes place; minutes: how long, once it was held."""

    status: Status
    when: WallTime
    minutes: int | None = None
    record: SessionRecord = EMPTY

    @property
    def is_held(self) -> bool:
        """Tell whether it took place."""
        return self.status is Status.HELD

    @property
    def ended_at(self) -> datetime | None:
        """Return the instant (UTC) of its end, None before it was held."""
        return None if self.minutes is None else self.when.at + timedelta(minutes=self.minutes)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Return the instants (UTC) between which it was, or is to be."""
        return self.when.at, self.ended_at or self.when.at + PLANNED_FOR

    @property
    def brief(self) -> "MedicineSession":
        """Return its times alone."""
        return replace(self, record=EMPTY)

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it: whole numbers and short texts."""
        says: dict[str, Any] = {
            "status": self.status.value,
            "day": self.when.day.isoformat(),
            "minute": self.when.minute,
            "zone": self.when.zone,
        }
        if self.minutes is not None:
            says["minutes"] = self.minutes
        # Absent in an empty one, as in those from before there was a record.
        return says | {"record": kept} if (kept := self.record.dump()) else says

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "MedicineSession":
        """Read what a report says; ValueError for what is no session. Somebody else wrote it."""
        minute, minutes = says.get("minute"), says.get("minutes")
        if type(minute) is not int or not 0 <= minute < A_DAY:
            raise ValueError("a session at no minute of a day")
        if minutes is not None and (type(minutes) is not int or not 0 <= minutes < A_DAY):
            raise ValueError("a session that lasts no time")
        on = date.fromisoformat(str(says.get("day")))
        if on.year not in YEARS:
            raise ValueError("a session long ago or far ahead")
        try:
            ZoneInfo(zone := str(says.get("zone")))
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("a session nowhere") from error
        record = SessionRecord.read(saying.part(says, "record"))
        return cls(Status(str(says.get("status"))), WallTime(on, minute, zone), minutes, record)

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "MedicineSession":
        """Read a record's content: the newest of its reports."""
        return cls.read(content["reports"][-1]["report"]["says"])


class Numbered(NamedTuple):
    """A session and its number in the course; a cancelled one has none."""

    id: UUID
    session: MedicineSession
    number: int | None


def numbered(found: Iterable[tuple[UUID, MedicineSession]]) -> list[Numbered]:
    """Return sessions in order of time: first those held, then what runs, then what is planned."""
    ordered = sorted(found, key=lambda one: (one[1].when.at, one[0]))
    counted: dict[UUID, int] = {}
    for status in (Status.HELD, Status.RUNNING, Status.PLANNED):
        for record_id, session in ordered:
            if session.status is status:
                counted[record_id] = len(counted) + 1
    return [Numbered(*one, counted.get(one[0])) for one in ordered]
