"""The last day of a consent: chosen as a date, kept as the moment after it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def end_of(last_day: date, zone: str) -> datetime:
    """Return the first moment after that day in an IANA zone, aware and in UTC."""
    return datetime.combine(last_day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def last_day(not_after: datetime, zone: str) -> date:
    """Return the last day on which something still counts, in an IANA zone."""
    return (not_after - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()
