"""Time that a test moves: a served journal lives on days that have not come yet."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.browser.served import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = 0


class Travel:
    """The days of a journey, from 0, which is the next Monday where our people live."""

    def __init__(self, folder: Path, zone: str) -> None:
        self.file, self.zone = folder / "ahead", ZoneInfo(zone)
        today = datetime.now(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        self.first = today + timedelta(days=7 - (today.weekday() - MONDAY) % 7)
        self.to(0, 9)

    @property
    def surroundings(self) -> dict[str, str]:
        """What a server needs to be told; only programs started with it travel."""
        path = os.pathsep.join([str(ROOT / "tests" / "browser" / "travel"), str(ROOT)])
        return {"AFTERGLOW_AHEAD": str(self.file), "PYTHONPATH": path}

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Return this hour of a day, on the clocks of our people."""
        return (self.first + timedelta(days=day)).replace(hour=hour, minute=minute)

    def to(self, day: int, hour: int, minute: int = 0) -> None:
        """Go on to this hour."""
        ahead = self.at(day, hour, minute).astimezone(UTC) - datetime.now(UTC)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(ahead.total_seconds()))
        fresh.replace(self.file)


def typed(moment: datetime) -> str:
    """A moment as a browser's own field holds it."""
    return moment.strftime("%Y-%m-%dT%H:%M")
