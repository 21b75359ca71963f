"""The only reader of the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this moment, aware and in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """Return the date it is now in an IANA zone, such as "Europe/Amsterdam"."""
    return now().astimezone(ZoneInfo(zone)).date()
