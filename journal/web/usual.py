"""What is usual for somebody: the middle half of their own earlier days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median, quantiles

LATEST = 7  # days, the last among them, that are held against the earlier ones
ENOUGH_LATEST = 3  # days of them with a value, below which nothing is said about them
ENOUGH_EARLIER = 10  # days with a value, below which a half of them is chance
STEP = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Usual:
    """The middle half of the earlier days (low to high), their median, and that of the latest.

    latest: None when too few of the latest days have a value.
    """

    low: Decimal
    middle: Decimal
    high: Decimal
    latest: Decimal | None


def usual(values: Mapping[date, Decimal], last: date, latest_days: int = LATEST) -> Usual | None:
    """Return what the days before the latest say; None when there are too few of them.

    values: one a day, up to the day `last`; latest_days: how many are held against the earlier
    ones. Quartiles interpolate between the days (Hyndman and Fan's seventh way, that of
    spreadsheets); all are rounded half up to tenths.
    """
    start = last - timedelta(latest_days - 1)
    earlier = [value for day, value in values.items() if day < start]
    if len(earlier) < ENOUGH_EARLIER:
        return None
    latest = [value for day, value in values.items() if day >= start]
    low, middle, high = (_round(part) for part in quantiles(earlier, n=4, method="inclusive"))
    told = _round(median(latest)) if len(latest) >= ENOUGH_LATEST else None
    return Usual(low, middle, high, told)


def _round(value: Decimal) -> Decimal:
    return Decimal(f"{value.quantize(STEP, ROUND_HALF_UP).normalize():f}")
